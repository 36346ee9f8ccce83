"""Meeting the opponent's points: every main one in short first, then the strongest at length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from bot.brief.model import Answer, AnswerKind, Block, BlockKind, Brief, Paragraph, Sentence
from bot.brief.sentences import split_sentences
from bot.debate.words import PointKind, Verdict
from bot.retrieval.retriever import Lookup
from bot.speech.answers import brief_answer, first_short, full_answer, prepared_answer, ranked, shortest
from bot.speech.budget import Budget
from bot.speech.cues import accuses
from bot.speech.defence import Defence
from bot.speech.engagement import asks_after_our_case
from bot.speech.evidence import spoken_evidence
from bot.speech.figures import Contested
from bot.speech.flow import Flow
from bot.speech.matching import Match
from bot.speech.moves import Move, MoveKind
from bot.speech.polarity import polarity
from bot.speech.pressure import Pressure

Outcome = tuple[Verdict, str | None, str]

# With more points than this a speech is crowded: no second answers, few concessions.
CROWDED = 3
# An unrecognised claim shorter than this is an exclamation; to press it for evidence would be pedantry.
ARGUED_WORDS = 6
# More demands for a source than this in one speech are nagging; the rest are named together.
MOST_PRESSED = 2
# More than this is not held against the sources in one speech: the arguments matter more.
MOST_COMPARED = 4
# What the paragraph is called that puts each of these right.
_PUT_RIGHT = {MoveKind.COMPARE: "figure", MoveKind.MEMBERS: "members", MoveKind.TIES: "treaties", MoveKind.POSITION: "position"}
SHORT_EVIDENCE = 38
# Why a point that has an answer in the brief was not met.
NO_ROOM = "no answer fits the words left"

_VERDICTS: dict[AnswerKind | None, Verdict] = {AnswerKind.TURN: Verdict.TURNED}
_ASIDE = {
    PointKind.INSTRUCTION: MoveKind.DECLINE,
    PointKind.ABUSE: MoveKind.DEFUSE,
    PointKind.PROCEDURE: MoveKind.PASS_OVER,
    PointKind.OFF_TOPIC: MoveKind.RETURN,
}


class Meeting:
    """Meets the points of one speech from one budget. Call `reserve` first; `outcomes` says how each point came out."""

    def __init__(
        self,
        brief: Brief,
        flow: Flow,
        budget: Budget,
        pressure: Pressure,
        matches: Sequence[Match],
        lookups: Mapping[int, Lookup],
        echoes: Mapping[int, str],
        contested: Mapping[int, Sequence[Contested]] = MappingProxyType({}),
        *,
        foreign: bool = False,
    ) -> None:
        self._brief = brief
        self._flow = flow
        self._budget = budget
        self._pressure = pressure
        self._matches = matches
        self._lookups = lookups
        self._echoes = echoes
        self._contested = contested
        self._foreign = foreign
        self._defence = Defence(brief, flow, budget)
        self._outcomes: dict[int, Outcome] = {}
        self._pressed = 0

    @property
    def arguments(self) -> int:
        """How many points call for an argument in reply."""
        return sum(match.met_by is not None or bool(match.corrections or match.disputes) for match in self._matches)

    @property
    def crowded(self) -> bool:
        """Whether there are so many points that answers must be short."""
        return self.arguments > CROWDED

    def outcomes(self) -> dict[int, Outcome]:
        """How each point came out; every point of the speech has one."""
        for ordinal, match in enumerate(self._matches):
            self._outcomes.setdefault(ordinal, (Verdict.DROPPED, match.met_by, "no room left in the speech"))
        return dict(sorted(self._outcomes.items()))

    def reserve(self) -> None:
        """Correct every false premise, and give every point its shortest answer while words last."""
        if self._foreign:
            self._ask_for_a_language()
            return
        for ordinal, match in enumerate(self._matches):
            self._correct(ordinal, match)
        self._compare()
        met = 0
        for ordinal in self._by_weight():
            match = self._matches[ordinal]
            if met >= self._pressure.points and match.kind not in _ASIDE:
                why = "left open for the debater at this level"
                self._outcomes.setdefault(ordinal, (Verdict.DROPPED, match.met_by, why))
                continue
            outcome = self._meet(ordinal, match)
            if outcome is not None:
                met += match.kind not in _ASIDE
                self._outcomes.setdefault(ordinal, outcome)

    def ask_for_a_source(self, unsourced: Mapping[int, str]) -> None:
        """Ask where a figure comes from that stands in no passage: one, of the first point that was answered all the same."""
        for ordinal, said in unsourced.items():
            verdict, key, _ = self._outcomes.get(ordinal, (Verdict.DROPPED, None, ""))
            if verdict in (Verdict.ANSWERED, Verdict.TURNED) and ordinal not in self._contested:
                why = f"no passage has the figure {said}"
                self._budget.take((38, ordinal), Move(MoveKind.UNSOURCED, ordinal, key, None, why, said=said))
                return

    def lengthen(self, most: int | None = None) -> None:
        """Replace short answers by whole ones while words last, `most` at most."""
        grown = sum(move.kind in (MoveKind.ANSWER, MoveKind.DEFEND) and not move.short for move in self._budget.moves)
        limit = min(self._pressure.full, most if most is not None else self._pressure.full)
        for move in [m for m in self._budget.moves if m.short]:
            if grown >= limit:
                return
            grown += self._grow(move)

    def concede(self) -> None:
        """Grant what is true in the points that were answered, once a debate for each argument."""
        given = 0
        for move in self._budget.moves:
            block = self._brief.blocks.get(move.key or "")
            if move.kind is not MoveKind.ANSWER or block is None or move.point is None or block.concession is None:
                continue
            asked = self._matches[move.point].kind is PointKind.QUESTION
            if asked or given >= (1 if self.crowded else self._pressure.concessions) or block.key in self._flow.granted:
                continue
            why = f"part of {block.key} is true"
            said = self._echoes.get(move.point, "")
            granted = Move(MoveKind.CONCEDE, move.point, block.key, block.concession, why, said=said)
            given += self._budget.take((19, move.point), granted)

    def second_answers(self) -> None:
        """A second, different answer to one of the points, where the level allows it."""
        if not self._pressure.second:
            return
        for ordinal, match in enumerate(self._matches):
            block = self._brief.blocks.get(match.met_by or "")
            if block is None or not any(m.point == ordinal and m.kind is MoveKind.ANSWER for m in self._budget.moves):
                continue
            for option in self._options(block, match)[:1]:
                move = full_answer(block, ordinal, option, "", 0)
                if self._budget.take((21, ordinal), move):
                    return

    def _by_weight(self) -> list[int]:
        """Ordinals, those with an answer in the brief first; of these the most surely heard where words may not do for all."""

        def weight(ordinal: int) -> tuple[bool, float, int]:
            match = self._matches[ordinal]
            answerable = match.met_by is not None or bool(match.disputes)
            return not answerable, -match.score if answerable and self.crowded else 0.0, ordinal

        return sorted(range(len(self._matches)), key=weight)

    def _correct(self, ordinal: int, match: Match) -> None:
        for key in match.corrections:
            block = self._brief.blocks[key]
            why = f"the speech asserts a false premise ({block.title})"
            self._outcomes[ordinal] = (Verdict.CORRECTED, key, why)
            if any(move.kind in (MoveKind.CORRECT, MoveKind.STAND) and move.key == key for move in self._budget.moves):
                continue  # asserted twice in this speech, put right once
            several = sum(len(m.corrections) for m in self._matches) > 1 or self.crowded
            for answer in sorted(block.answers, key=lambda a: (self._budget.is_used(a), a.words if several else -a.words)):
                if self._budget.take((10, ordinal), Move(MoveKind.CORRECT, ordinal, key, answer, why)):
                    break
            else:
                # Corrected before in this debate: the fact is recalled, for no argument may stand on it.
                self._budget.take((10, ordinal), Move(MoveKind.STAND, ordinal, key, None, f"{why}; corrected before"))

    def _compare(self) -> None:
        """What a source has in place of what was said, for the first few such things."""
        each = [(ordinal, one) for ordinal, found in self._contested.items() for one in found]
        for ordinal, found in each[:MOST_COMPARED]:
            spoken = tuple(Sentence(text, (found.passage.id,)) for text in split_sentences(found.sentence))
            paragraph = Paragraph(f"{found.passage.id}-{_PUT_RIGHT[found.kind]}", spoken)
            why = f"the speech says {found.said} where {found.passage.id} has {found.held}"
            if self._put_right(Move(found.kind, ordinal, found.passage.id, paragraph, why), paragraph):
                self._outcomes.setdefault(ordinal, (Verdict.CORRECTED, found.passage.id, why))

    def _put_right(self, move: Move, paragraph: Paragraph) -> bool:
        """Say the paragraph of `move`, or recall it where it was said before; False where there is no room for it."""
        if any(taken.paragraph is not None and taken.paragraph.id == paragraph.id for taken in self._budget.moves):
            return True
        if self._budget.is_used(paragraph):
            move = replace(move, kind=MoveKind.STAND, paragraph=None, reason=f"{move.reason}; put right before")
        return self._budget.take((10, int(move.point or 0)), move)

    def _meet(self, ordinal: int, match: Match) -> Outcome | None:
        if match.kind is PointKind.OFF_TOPIC and len(match.text.split()) < ARGUED_WORDS and self.arguments:
            return Verdict.SET_ASIDE, None, "an aside too short to be worth a word"
        if match.kind in _ASIDE:
            return self._set_aside(ordinal, match.kind)
        if match.kind is PointKind.CONCESSION:
            why = "the opponent granted it"
            if not self._budget.has(MoveKind.ACCEPT):
                self._budget.take((20, ordinal), Move(MoveKind.ACCEPT, ordinal, None, None, why))
            return Verdict.CONCEDED, match.met_by, why
        if match.met_by is not None and match.met_by in self._brief.blocks:
            return self._answer(ordinal, self._brief.blocks[match.met_by], match)
        for key in match.disputes:
            if self._defence.defend(key, ordinal, self._echoes.get(ordinal, "")):
                return Verdict.ANSWERED, key, f"it disputes our contention {key}"
        if match.corrections or ordinal in self._outcomes:
            return None
        if asks_after_our_case(self._brief, match):
            strongest = self._defence.defend_strongest(ordinal, self._echoes.get(ordinal, ""))
            if strongest is None:
                return Verdict.SET_ASIDE, None, "it asks after our case, which the rest of the speech makes"
            return Verdict.ANSWERED, strongest, "it asks after our case"
        return self._look_up(ordinal, match)

    def _set_aside(self, ordinal: int, kind: PointKind) -> Outcome:
        move = Move(_ASIDE[kind], ordinal, None, None, f"{kind.value} is no argument")
        if kind is PointKind.PROCEDURE and self.arguments:
            return Verdict.SET_ASIDE, None, "talk about the speech itself, where there is an argument to answer"
        if kind is PointKind.PROCEDURE and accuses(self._matches[ordinal].text):
            return Verdict.SET_ASIDE, None, "the flow shows what was answered"
        # One line disposes of all of a kind, and two lines of all kinds.
        if not self._budget.has(move.kind) and sum(m.kind in _ASIDE.values() for m in self._budget.moves) < 2:
            self._budget.take((5, ordinal), move)
        return Verdict.SET_ASIDE, None, move.reason

    def _options(self, block: Block, match: Match) -> list[tuple[Answer, str]]:
        used = {a.id for a in block.answers if self._budget.is_used(a)}
        return ranked(block, match, self._flow, self._budget.moves, used)

    def _answer(self, ordinal: int, block: Block, match: Match) -> Outcome:
        if block.kind is BlockKind.CORRECTION:
            return self._look_up(ordinal, match) if self._is_elsewhere(ordinal, block) else self._inform(ordinal, block)
        said = self._echoes.get(ordinal, "")
        asked = match.kind is PointKind.QUESTION
        options = self._options(block, match)
        prepared = first_short(block.in_short, self._flow, self._budget)
        short = shortest(block, options) if prepared is None else None
        if prepared is not None:
            move = prepared_answer(block, ordinal, prepared, said, asked=asked)
        elif short is not None:
            move = brief_answer(block, ordinal, short, said, asked=asked)
        else:
            return self._stand(ordinal, block, self._flow.met.get(block.key, 0))
        if self._budget.take((20, ordinal), move):
            return _VERDICTS.get(move.answer, Verdict.ANSWERED), block.key, move.reason
        return Verdict.DROPPED, block.key, NO_ROOM

    def _is_elsewhere(self, ordinal: int, correction: Block) -> bool:
        """Whether the passage nearest to a question is a sound one that the correction's shortest answer has not."""
        lookup = self._lookups.get(ordinal)
        if lookup is None or not lookup.found:
            return False
        nearest, shortest = lookup.hits[0].passage, min(correction.answers, key=lambda answer: answer.words)
        return not nearest.corrected_by and nearest.id not in shortest.passages

    def _inform(self, ordinal: int, block: Block) -> Outcome:
        """The fact that a question asks after, as the shortest answer of its correction that was not given before."""
        why = f"the question asks after the fact of {block.key}"
        for answer in sorted(block.answers, key=lambda a: a.words):
            if self._budget.take((20, ordinal), Move(MoveKind.INFORM, ordinal, block.key, answer, why)):
                return Verdict.ANSWERED, block.key, why
        return self._stand(ordinal, block, self._flow.met.get(block.key, 0))

    def _stand(self, ordinal: int, block: Block, times: int) -> Outcome:
        why = f"every answer to {block.key} was already given"
        stood = Move(MoveKind.STAND, ordinal, block.key, None, why, times=times)
        if sum(m.kind is MoveKind.STAND for m in self._budget.moves) < 2:
            self._budget.take((20, ordinal), stood)
        return Verdict.ANSWERED, block.key, why

    def _grow(self, move: Move) -> bool:
        if move.kind is MoveKind.DEFEND:
            return self._defence.lengthen(move)
        block, ordinal = self._brief.blocks[str(move.key)], int(move.point or 0)
        used = {a.id for a in block.answers if self._budget.is_used(a) and (move.paragraph is None or a.id != move.paragraph.id)}
        others = [m for m in self._budget.moves if m is not move]
        for option in ranked(block, self._matches[ordinal], self._flow, others, used):
            times = self._flow.met.get(block.key, 0)
            if self._budget.replace(move, full_answer(block, ordinal, option, move.said, times, asked=move.asked)):
                answer, why = option
                self._outcomes[ordinal] = (
                    self._outcomes[ordinal]
                    if self._outcomes[ordinal][0] is Verdict.CORRECTED
                    else (_VERDICTS.get(answer.kind, Verdict.ANSWERED), block.key, f"heard as {block.key}; {why}")
                )
                return True
        return False

    def _look_up(self, ordinal: int, match: Match) -> Outcome:
        asked = match.kind is PointKind.QUESTION
        lookup = self._lookups.get(ordinal)
        if not asked and len(match.text.split()) < ARGUED_WORDS:
            return Verdict.SET_ASIDE, None, "too short to be an argument of its own"
        if lookup is None or not lookup.found:
            return self._not_covered(ordinal, "nothing in the sources covers it")
        if not asked and self._pressed >= MOST_PRESSED:
            return self._not_covered(ordinal, "one demand for a source too many")
        for hit in lookup.hits:
            paragraph = spoken_evidence(self._brief, hit.passage, match.text, SHORT_EVIDENCE if self.crowded else 60)
            kind = MoveKind.INFORM if asked else MoveKind.PRESS
            why = f"no prepared answer; {hit.passage.id} is the nearest passage"
            polar = polarity(match.text, paragraph.sentences) if asked else None
            move = Move(kind, ordinal, hit.passage.id, paragraph, why, said=self._echoes.get(ordinal, ""), polar=polar)
            if self._budget.take((20, ordinal), move):
                self._pressed += not asked
                return (Verdict.ANSWERED if asked else Verdict.UNSUPPORTED), hit.passage.id, why
        return self._not_covered(ordinal, "no unused passage fits the words left")

    def _not_covered(self, ordinal: int, why: str) -> Outcome:
        # Said once a speech, whatever the number: a listener needs to hear it, not to hear it four times.
        if not self._budget.has(MoveKind.NOT_COVERED):
            move = Move(MoveKind.NOT_COVERED, ordinal, None, None, why, said=self._echoes.get(ordinal, ""))
            self._budget.take((38, ordinal), move)
        return Verdict.UNSUPPORTED, None, why

    def _ask_for_a_language(self) -> None:
        why = "the speech is not in a language that the brief is heard in"
        self._budget.take((5, 0), Move(MoveKind.TRANSLATE, 0, None, None, why))
        for ordinal in range(len(self._matches)):
            self._outcomes[ordinal] = (Verdict.SET_ASIDE, None, why)
