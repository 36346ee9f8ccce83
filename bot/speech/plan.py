"""The plan: which points to meet, in what order, with what, and why, within the word limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.brief.model import Answer, AnswerKind, Block, Brief, Contention, Paragraph, Sentence
from bot.debate.words import PointKind, Side, SpeechKind, Verdict
from bot.retrieval.retriever import Lookup
from bot.speech.evidence import spoken_evidence
from bot.speech.flow import Flow, dropped
from bot.speech.matching import Match
from bot.speech.moves import Move, MoveKind

MAX_POINTS = 6
# With more points than this, shorter answers leave room to meet more of them.
CROWDED = 3
# An unrecognised claim shorter than this is an exclamation; to press it for evidence would be pedantry.
ARGUED_WORDS = 6
# Words that a lead-in and the frame of a speech take; the composer never uses more.
LEAD_WORDS = 18
FRAME_WORDS = 30

_VERDICTS = {
    AnswerKind.CORRECT: Verdict.CORRECTED,
    AnswerKind.TURN: Verdict.TURNED,
}
_ASIDE = {
    PointKind.INSTRUCTION: MoveKind.DECLINE,
    PointKind.ABUSE: MoveKind.DEFUSE,
    PointKind.PROCEDURE: MoveKind.PASS_OVER,
    PointKind.OFF_TOPIC: MoveKind.RETURN,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """The moves of one speech in speaking order, and how each heard point came out."""

    kind: SpeechKind
    moves: tuple[Move, ...]
    verdicts: dict[int, tuple[Verdict, str | None, str]]
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hearing:
    """What the plan starts from: the matched points and, for those without a block, what the sources hold."""

    matches: tuple[Match, ...]
    lookups: dict[int, Lookup]


class Planner:
    """Plans one speech. Greedy by priority: moves are offered most important first and taken while they fit."""

    def __init__(self, brief: Brief, flow: Flow, side: Side, words: int) -> None:
        self._brief = brief
        self._flow = flow
        self._side = side
        self._left = words - FRAME_WORDS
        self._taken: list[tuple[tuple[int, int], Move]] = []
        self._used = set(flow.used)
        self._crowded = False

    def _take(self, order: tuple[int, int], move: Move) -> bool:
        words = move.words + LEAD_WORDS
        if words > self._left or (move.paragraph is not None and move.paragraph.id in self._used):
            return False
        self._left -= words
        if move.paragraph is not None:
            self._used.add(move.paragraph.id)
        self._taken.append((order, move))
        return True

    def rebut(self, kind: SpeechKind, hearing: Hearing) -> Plan:
        """Line by line: correct, meet each point, press what was dropped, then go on with the case."""
        verdicts: dict[int, tuple[Verdict, str | None, str]] = {}
        self._correct(hearing, verdicts)
        self._meet_all(hearing, verdicts)
        fallen = dropped(self._brief, self._flow, hearing.matches)
        self._extend(fallen)
        self._question(hearing)
        self._second_answers(hearing)
        self._open_case(1 if hearing.matches else 2)
        return self._plan(kind, verdicts, fallen)

    def opening(self) -> Plan:
        """The yardstick, then the strongest contentions that fit."""
        motion = self._brief.motion
        self._take((0, 0), Move(MoveKind.FRAME, None, None, motion.opening, "an opening says what is defended"))
        self._take((0, 1), Move(MoveKind.DEFINE, None, None, motion.yardstick, "the words of the motion come first"))
        self._open_case(4)
        return self._plan(SpeechKind.OPENING, {}, ())

    def closing(self, hearing: Hearing) -> Plan:
        """The questions that decide the round, weighed; nothing that was not argued before, if anything was."""
        fallen = dropped(self._brief, self._flow, hearing.matches)
        verdicts: dict[int, tuple[Verdict, str | None, str]] = {}
        self._correct(hearing, verdicts)
        argued = [self._brief.contentions[key] for key in self._flow.opened]
        strongest = sorted(argued or self._brief.contentions.values(), key=lambda c: (c.rank, c.key))[:3]
        for place, contention in enumerate(strongest):
            reason = f"{contention.key} was argued and ranks {contention.rank}"
            self._take((40, place), Move(MoveKind.WEIGH, None, contention.key, contention.impact, reason))
        self._meet_all(hearing, verdicts)
        closing = self._brief.motion.closing
        self._take((90, 0), Move(MoveKind.FRAME, None, None, closing, "a closing ends on what the judge is asked"))
        return self._plan(SpeechKind.CLOSING, verdicts, fallen)

    def reply(self, hearing: Hearing) -> Plan:
        """Cross-examination: one to three sentences for each question."""
        verdicts: dict[int, tuple[Verdict, str | None, str]] = {}
        self._correct(hearing, verdicts)
        self._meet_all(hearing, verdicts, concede=False)
        return self._plan(SpeechKind.REPLY, verdicts, ())

    def question(self, hearing: Hearing) -> Plan:
        """Cross-examination: pointed questions on what the opponent argued, else on our own case."""
        self._question(hearing, most=2)
        for place, contention in enumerate(self._brief.contentions.values()):
            if len(self._taken) >= 2:
                break
            self._ask((80, place), contention.key, contention.question, "it presses our own case")
        return self._plan(SpeechKind.QUESTION, {}, ())

    def _correct(self, hearing: Hearing, verdicts: dict[int, tuple[Verdict, str | None, str]]) -> None:
        several = sum(len(match.corrections) for match in hearing.matches) > 1 or len(hearing.matches) > CROWDED
        for ordinal, match in enumerate(hearing.matches):
            for key in match.corrections:
                block = self._brief.blocks[key]
                options = sorted(block.answers, key=lambda a: a.words if several else -a.words)
                why = f"the speech asserts a false premise ({block.title})"
                for answer in options:
                    if self._take((10, ordinal), Move(MoveKind.CORRECT, ordinal, key, answer, why)):
                        break
                verdicts[ordinal] = (Verdict.CORRECTED, key, why)

    def _meet_all(self, hearing: Hearing, verdicts: dict[int, tuple[Verdict, str | None, str]], *, concede: bool = True) -> None:
        strength = sorted(range(len(hearing.matches)), key=lambda i: (hearing.matches[i].met_by is None, i))
        answered = 0
        self._crowded = len(hearing.matches) > CROWDED
        for ordinal in strength:
            match = hearing.matches[ordinal]
            if answered >= MAX_POINTS:
                verdicts.setdefault(ordinal, (Verdict.NEW, match.met_by, "no room left in the speech"))
                continue
            outcome = self._meet(ordinal, match, hearing.lookups.get(ordinal), corrected=ordinal in verdicts)
            if outcome is not None:
                answered += match.kind not in _ASIDE
                verdicts.setdefault(ordinal, outcome)
        if concede:
            self._concede(hearing)

    def _meet(
        self, ordinal: int, match: Match, lookup: Lookup | None, *, corrected: bool
    ) -> tuple[Verdict, str | None, str] | None:
        if match.kind in _ASIDE:
            return self._set_aside(ordinal, match.kind)
        if match.kind is PointKind.CONCESSION and match.met_by is None:
            why = "the opponent granted it"
            self._take((20, ordinal), Move(MoveKind.ACCEPT, ordinal, None, None, why))
            return Verdict.CONCEDED, None, why
        if match.met_by is not None:
            return self._answer(ordinal, self._brief.blocks[match.met_by], match)
        for key in match.disputes:
            if self._defend(ordinal, self._brief.contentions[key]):
                return Verdict.ANSWERED, key, f"it disputes our contention {key}"
        if corrected:
            return None
        return self._look_up(ordinal, match, lookup)

    def _set_aside(self, ordinal: int, kind: PointKind) -> tuple[Verdict, str | None, str]:
        move = Move(_ASIDE[kind], ordinal, None, None, f"{kind.value} is no argument")
        if not any(taken.kind is move.kind for _, taken in self._taken):
            self._take((5, ordinal), move)
        return Verdict.SET_ASIDE, None, move.reason

    def _answer(self, ordinal: int, block: Block, match: Match) -> tuple[Verdict, str | None, str]:
        for answer in self._unused(block, shortest=self._crowded):
            why = f"heard as {block.key} ({match.score:.2f}); {answer.kind.value} is an answer not yet used that fits"
            if self._take((20, ordinal), Move(MoveKind.ANSWER, ordinal, block.key, answer, why, answer.kind)):
                return _VERDICTS.get(answer.kind, Verdict.ANSWERED), block.key, why
        if not any(not self._flow.is_used(a.id) for a in block.answers):
            why = f"every answer to {block.key} was already given"
            self._take((20, ordinal), Move(MoveKind.STAND, ordinal, block.key, None, why))
            return Verdict.ANSWERED, block.key, why
        return Verdict.NEW, block.key, "no answer fits the words left"

    def _unused(self, block: Block, *, shortest: bool = False) -> list[Answer]:
        answers = [answer for answer in block.answers if answer.id not in self._used]
        return sorted(answers, key=lambda a: a.words) if shortest else answers

    def _defend(self, ordinal: int, contention: Contention) -> bool:
        for paragraph in (contention.reasons, *contention.evidence, contention.extension):
            why = f"the point disputes {contention.key}"
            if self._take((20, ordinal), Move(MoveKind.DEFEND, ordinal, contention.key, paragraph, why)):
                return True
        return False

    def _look_up(self, ordinal: int, match: Match, lookup: Lookup | None) -> tuple[Verdict, str | None, str]:
        asked = match.kind is PointKind.QUESTION
        if not asked and len(match.text.split()) < ARGUED_WORDS:
            return Verdict.SET_ASIDE, None, "too short to be an argument of its own"
        if lookup is None or not lookup.found:
            why = "nothing in the sources covers it"
            self._take((20, ordinal), Move(MoveKind.NOT_COVERED, ordinal, None, None, why))
            return Verdict.UNSUPPORTED, None, why
        for hit in lookup.hits:
            paragraph = spoken_evidence(self._brief, hit.passage, match.text)
            kind = MoveKind.INFORM if asked else MoveKind.PRESS
            why = f"no prepared answer; {hit.passage.id} is the nearest passage"
            if self._take((20, ordinal), Move(kind, ordinal, hit.passage.id, paragraph, why)):
                return (Verdict.ANSWERED if asked else Verdict.UNSUPPORTED), hit.passage.id, why
        return Verdict.NEW, None, "no passage fits the words left"

    def _concede(self, hearing: Hearing) -> None:
        answered = {move.point: move.key for _, move in self._taken if move.kind is MoveKind.ANSWER}
        for ordinal, key in answered.items():
            block = self._brief.blocks[str(key)]
            if block.concession and ordinal is not None and hearing.matches[ordinal].kind is not PointKind.QUESTION:
                why = f"part of {block.key} is true"
                self._take((19, ordinal), Move(MoveKind.CONCEDE, ordinal, block.key, block.concession, why))

    def _extend(self, fallen: Sequence[str]) -> None:
        for place, key in enumerate(fallen[:2]):
            contention = self._brief.contentions[key]
            why = f"the reply left {key} unanswered"
            move = Move(MoveKind.EXTEND, None, key, contention.extension, why)
            if self._take((50, place), move):
                break

    def _ask(self, order: tuple[int, int], key: str, question: str, why: str) -> bool:
        paragraph = Paragraph(f"{key}#question", (Sentence(question, ()),))
        return bool(question) and self._take(order, Move(MoveKind.ASK, None, key, paragraph, why))

    def _question(self, hearing: Hearing, most: int = 1) -> None:
        asked = 0
        for ordinal, match in enumerate(hearing.matches):
            if match.met_by and asked < most:
                question = self._brief.blocks[match.met_by].question
                asked += self._ask((80, ordinal), match.met_by, question, "the question follows from their point")

    def _second_answers(self, hearing: Hearing) -> None:
        # With one or two points there is room to give the strongest a second, different answer.
        if len([m for m in hearing.matches if m.met_by]) > 2:
            return
        for ordinal, match in enumerate(hearing.matches):
            if match.met_by:
                for answer in self._unused(self._brief.blocks[match.met_by])[:1]:
                    why = "a second, different answer to the same point"
                    self._take((21, ordinal), Move(MoveKind.ANSWER, ordinal, match.met_by, answer, why, answer.kind))

    def _open_case(self, most: int) -> None:
        opened = 0
        for contention in self._brief.contentions.values():
            if opened >= most:
                return
            if contention.key in self._flow.opened or any(m.key == contention.key for _, m in self._taken):
                continue
            why = f"the strongest contention not yet made (rank {contention.rank})"
            if self._take((60, contention.rank), Move(MoveKind.OPEN, None, contention.key, contention.reasons, why)):
                opened += 1

    def _plan(
        self,
        kind: SpeechKind,
        verdicts: dict[int, tuple[Verdict, str | None, str]],
        fallen: tuple[str, ...],
    ) -> Plan:
        ordered = [move for _, move in sorted(self._taken, key=lambda pair: _speaking_order(pair[0], pair[1]))]
        return Plan(kind, tuple(replace(move, place=i) for i, move in enumerate(ordered)), verdicts, fallen)


def _speaking_order(order: tuple[int, int], move: Move) -> tuple[int, int, int]:
    # What is said about one point stands together, in the order of the points: correction, concession, answer.
    stage, place = order
    if 10 <= stage < 40:
        return 20, place, stage
    return stage, place, move.words
