"""The composer: the default writer. It speaks the prepared paragraphs of a plan with lead-ins that fit each move.

No model is asked: the same plan and the same history give the same speech.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.brief.model import AnswerKind, Brief, Paragraph, Sentence
from bot.debate.words import SpeechKind, Verdict
from bot.speech.flow import Flow
from bot.speech.moves import Move, MoveKind
from bot.speech.phrases import COUNTS, FINAL, HEARD, HEARD_MORE, LEAD, NOTHING_HEARD
from bot.speech.plan import Plan

_ASIDES = (MoveKind.DECLINE, MoveKind.DEFUSE, MoveKind.PASS_OVER, MoveKind.RETURN)
_ARTICLES = ("the", "a", "an", "no", "even", "only", "when", "if", "as", "because")
_BARE = (MoveKind.FRAME, MoveKind.DEFINE)


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph of a speech as written: its sentences and the move it carries out (None for the frame).

    `note` says who worded it, where a language model was asked.
    """

    sentences: tuple[Sentence, ...]
    move: Move | None
    note: str = ""


class Composer:
    """Writes speeches for one brief."""

    name = "composer"

    def __init__(self, brief: Brief) -> None:
        self._brief = brief
        self._names = _names_of(brief)

    def write(self, plan: Plan, flow: Flow) -> tuple[Part, ...]:
        """The paragraphs of the speech that `plan` calls for."""
        parts: list[Part] = []
        points = {m.point for m in plan.moves if m.point is not None and m.kind not in _ASIDES}
        turn = flow.spoken
        if plan.kind is SpeechKind.REBUTTAL:
            total = sum(verdict is not Verdict.SET_ASIDE for verdict, _, _ in plan.verdicts.values())
            line = _heard(max(total, len(points)), len(points), turn) if points else _pick(NOTHING_HEARD, turn)
            parts.append(Part((Sentence(line, ()),), None))
        said: dict[MoveKind | AnswerKind, int] = {}
        previous: Move | None = None
        for move in plan.moves:
            parts.append(Part(self._speak(move, previous, flow, said), move))
            previous = move
        if plan.kind is SpeechKind.REBUTTAL and not any(m.kind is MoveKind.ASK for m in plan.moves):
            parts.append(Part((Sentence(self._final(turn), ()),), None))
        return tuple(parts)

    def _final(self, turn: int) -> str:
        return _pick(FINAL, turn).format(position=self._brief.motion.position)

    def _speak(
        self, move: Move, previous: Move | None, flow: Flow, said: dict[MoveKind | AnswerKind, int]
    ) -> tuple[Sentence, ...]:
        shape: MoveKind | AnswerKind = move.answer or move.kind
        body = move.paragraph.sentences if move.paragraph is not None else ()
        if move.kind in _BARE or shape not in LEAD:
            return body
        if previous is not None and previous.kind is MoveKind.ANSWER and previous.key == move.key and move.answer:
            return (Sentence("There is a second answer.", ()), *body)
        # Several moves of one kind in one speech, and the same kind in the next speech, take different shapes.
        # The weighing of a closing counts its questions, so there the order is fixed.
        number = said.get(shape, 0) if shape is MoveKind.WEIGH else flow.spoken + said.get(shape, 0) * 4
        said[shape] = said.get(shape, 0) + 1
        lead = _pick(LEAD[shape], number).format(title=self._title(move), claim=self._claim(move), topic="")
        return (Sentence(lead, ()), *body)

    def _title(self, move: Move) -> str:
        block = self._brief.blocks.get(move.key or "")
        return self._clause(block.title) if block else ""

    def _claim(self, move: Move) -> str:
        contention = self._brief.contentions.get(move.key or "")
        return self._clause(contention.title) if contention else ""

    def _clause(self, title: str) -> str:
        """A title as it stands inside a sentence: lower-case unless it begins with a name."""
        first, second = (*title.split(), "")[:2]
        first = first.strip("'’s,")
        # Two capitals in a row are a name of two words, unless the first is an article.
        double = second[:1].isupper() and first.lower() not in _ARTICLES
        keep = double or first in self._names or first[1:] != first[1:].lower()
        return (title if keep else title[0].lower() + title[1:]).rstrip(".")


def _names_of(brief: Brief) -> frozenset[str]:
    """First words of titles that the brief's prose never writes small: its names."""
    prose = [p.text for p in brief.passages.values()]
    prose += [answer.text for block in brief.blocks.values() for answer in block.answers]
    small = set(re.findall(r"\b[a-z][\w-]*", " ".join(prose)))
    titles = [*(block.title for block in brief.blocks.values()), *(c.title for c in brief.contentions.values())]
    firsts = {title.split()[0].strip("'’s,") for title in titles}
    return frozenset(word for word in firsts if word.lower() not in small)


def _pick(shapes: tuple[str, ...], number: int) -> str:
    return shapes[number % len(shapes)]


def _heard(points: int, met: int, turn: int) -> str:
    count = COUNTS[min(points, len(COUNTS) - 1)]
    them = "it" if points == 1 else "them"
    shapes = HEARD if points == met else HEARD_MORE
    return _pick(shapes, turn).format(count=count, Count=count[0].upper() + count[1:], them=them)


def paragraph_of(parts: tuple[Part, ...]) -> Paragraph:
    """A whole speech as one paragraph; for measuring."""
    return Paragraph("speech", tuple(s for part in parts for s in part.sentences))
