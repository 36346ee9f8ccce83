"""Choosing among prepared answers: by what kind of answer a point calls for and what the debate has heard already."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from bot.brief.model import Answer, AnswerKind, Block, Paragraph
from bot.debate.words import PointKind
from bot.speech.budget import Budget
from bot.speech.digest import cost_of, in_short
from bot.speech.flow import Flow
from bot.speech.matching import Match
from bot.speech.moves import Move, MoveKind

# Which kinds of answer suit which kinds of point best, best first.
_SUITS: dict[PointKind, tuple[AnswerKind, ...]] = {
    PointKind.CLAIM: (AnswerKind.DENY, AnswerKind.TURN, AnswerKind.DISTINGUISH, AnswerKind.OUTWEIGH),
    PointKind.EVIDENCE: (AnswerKind.DISTINGUISH, AnswerKind.DENY, AnswerKind.TURN, AnswerKind.OUTWEIGH),
    PointKind.DEFINITION: (AnswerKind.DISTINGUISH, AnswerKind.DENY, AnswerKind.TURN, AnswerKind.OUTWEIGH),
    PointKind.QUESTION: (AnswerKind.DENY, AnswerKind.DISTINGUISH, AnswerKind.OUTWEIGH, AnswerKind.TURN),
}


def _words(text: str) -> frozenset[str]:
    return frozenset(w[:6] for w in re.findall(r"[a-z0-9]{4,}", text.lower()))


def ranked(block: Block, match: Match, flow: Flow, taken: Sequence[Move], used: Collection[str]) -> list[tuple[Answer, str]]:
    """The unused answers of `block` with the reason for their place, best first; ties keep the order of the file.

    What counts: evidence that this debate has not heard, the kind that suits the point, a kind not yet used in this speech,
    and words in common with what the opponent said.
    """
    heard = flow.cited | {p for move in taken if move.paragraph for p in move.paragraph.passages}
    kinds = [move.answer for move in taken if move.answer]
    suits = _SUITS.get(match.kind, _SUITS[PointKind.CLAIM])
    said = _words(match.text)
    scored = []
    for place, answer in enumerate(a for a in block.answers if a.id not in used):
        stale = len(heard & set(answer.passages)) / max(1, len(answer.passages))
        suit = suits.index(answer.kind) if answer.kind in suits else len(suits)
        near = min(3, len(said & _words(answer.text)))
        score = 3.0 * stale + 0.4 * suit + 0.5 * kinds.count(answer.kind) - 0.3 * near + 0.1 * place
        why = f"{answer.kind} suits {match.kind} (rank {suit + 1}), {stale:.0%} of its evidence was heard, {near} shared words"
        scored.append((score, place, answer, why))
    return [(answer, why) for _, _, answer, why in sorted(scored, key=lambda item: item[:2])]


def first_short(shorts: Sequence[Paragraph], flow: Flow, budget: Budget) -> Paragraph | None:
    """The first prepared sentence that was not spoken and does not stand on evidence that was all heard; None without one."""
    heard = flow.cited | {p for move in budget.moves if move.paragraph for p in move.paragraph.passages}
    fresh = (s for s in shorts if not budget.is_used(s) and not (s.passages and set(s.passages) <= heard))
    return next(fresh, None)


def prepared_answer(block: Block, ordinal: int, sentence: Paragraph, said: str, *, asked: bool = False) -> Move:
    """The prepared one-sentence answer as a move."""
    reason = f"heard as {block.key}; one sentence so that every point is met; prepared to stand alone"
    return Move(MoveKind.ANSWER, ordinal, block.key, sentence, reason, short=True, said=said, asked=asked)


def shortest(block: Block, options: Sequence[tuple[Answer, str]]) -> tuple[Answer, str] | None:
    """The option that shortens best to one sentence."""
    about = f"{block.title} {' '.join(block.about)}"
    return min(options, key=lambda option: cost_of(option[0], about)[0], default=None)


def brief_answer(block: Block, ordinal: int, option: tuple[Answer, str], said: str, *, asked: bool = False) -> Move:
    """The one-sentence form of an answer as a move."""
    answer, why = option
    paragraph = in_short(answer, f"{block.title} {' '.join(block.about)}")
    reason = f"heard as {block.key}; one sentence so that every point is met; {why}"
    return Move(MoveKind.ANSWER, ordinal, block.key, paragraph, reason, answer.kind, short=True, said=said, asked=asked)


def full_answer(block: Block, ordinal: int, option: tuple[Answer, str], said: str, times: int, *, asked: bool = False) -> Move:
    """A whole prepared answer as a move; `times` is how often the opponent made the argument before."""
    answer, why = option
    return Move(
        MoveKind.ANSWER,
        ordinal,
        block.key,
        answer,
        f"heard as {block.key}; {why}",
        answer.kind,
        said=said,
        times=times,
        asked=asked,
    )
