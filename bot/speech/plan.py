"""The plan: which points to meet, in what order, with what, and why, within the word limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.brief.model import Brief
from bot.debate.words import Level, SpeechKind
from bot.retrieval.retriever import Lookup
from bot.speech.budget import Budget, Order
from bot.speech.casework import Casework
from bot.speech.figures import Contested
from bot.speech.flow import Flow, let_fall
from bot.speech.matching import Match
from bot.speech.meeting import NO_ROOM, Meeting, Outcome
from bot.speech.moves import Choice, Move, MoveKind
from bot.speech.phrases import frame_words, lead_words
from bot.speech.pressure import pressure_at
from bot.speech.weighing import Weighing


@dataclass(frozen=True, slots=True)
class Hearing:
    """What the plan starts from: the matched points; for those without a block, what the sources hold; what each point
    replies to; a few of the opponent's own words for each point that may be repeated; figures and memberships that a source
    has otherwise; the kind of speech that was heard; what a language model did for the hearing, counted for the record."""

    matches: tuple[Match, ...]
    lookups: Mapping[int, Lookup] = field(default_factory=dict)
    replies: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    echoes: Mapping[int, str] = field(default_factory=dict)
    contested: Mapping[int, tuple[Contested, ...]] = field(default_factory=dict)
    unsourced: Mapping[int, str] = field(default_factory=dict)
    kind: SpeechKind | None = None
    foreign: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def answered(self) -> frozenset[str]:
        """Keys of the bot's arguments to which the speech replies."""
        return frozenset(key for keys in self.replies.values() for key in keys)


@dataclass(frozen=True, slots=True)
class Plan:
    """The moves of one speech in speaking order, how each heard point came out, and every decision with its reason."""

    kind: SpeechKind
    moves: tuple[Move, ...]
    verdicts: dict[int, Outcome]
    dropped: tuple[str, ...]
    choices: tuple[Choice, ...] = ()

    @property
    def without_room(self) -> int:
        """How many points that could be answered were left for want of words."""
        return sum(why == NO_ROOM for _, _, why in self.verdicts.values())


class Planner:
    """Plans one speech. Every main point gets a short answer first; what words are left make the best ones longer."""

    def __init__(self, brief: Brief, flow: Flow, words: int, level: Level = Level.VARSITY, spare: int = 0) -> None:
        """`words` is the limit of the speech; `spare` are words that lead-ins were found not to need."""
        self._brief = brief
        self._flow = flow
        self._pressure = pressure_at(level)
        room = int(words * self._pressure.share) - frame_words(brief.motion.position) + spare
        self._budget = Budget(room, flow.used, self._cost)
        self._case = Casework(brief, flow, self._budget, self._pressure)

    def _cost(self, move: Move) -> int:
        return move.words + lead_words(self._brief, move)

    def rebut(self, kind: SpeechKind, hearing: Hearing) -> Plan:
        """Line by line: correct, meet each point, press what was dropped, then go on with the case."""
        fallen = let_fall(self._brief, self._flow, hearing.answered, hearing.kind)
        meeting = self._meeting(hearing)
        meeting.reserve()
        meeting.lengthen(2)
        meeting.ask_for_a_source(hearing.unsourced)
        pressed = self._case.extend(fallen)
        asked = self._case.ask(hearing.matches, 1)
        meeting.lengthen()
        meeting.concede()
        if not meeting.crowded:
            meeting.second_answers()
        if not meeting.arguments and not pressed:
            self._case.deepen(fallen, 1)
        if any(move.kind is MoveKind.STAND for move in self._budget.moves):
            Weighing(self._brief, self._flow, self._budget).left_over()
        self._case.open(1 if meeting.arguments else self._pressure.openings, hearing.matches)
        self._case.deepen(fallen, 1)
        if not asked:
            self._case.ask_own()
        return self._plan(kind, meeting.outcomes(), tuple(fallen))

    def opening(self, hearing: Hearing) -> Plan:
        """The yardstick, then the strongest contentions that fit; and short answers where the opponent spoke first."""
        motion = self._brief.motion
        self._budget.take((0, 0), Move(MoveKind.FRAME, None, None, motion.opening, "an opening says what is defended"))
        self._budget.take((0, 1), Move(MoveKind.DEFINE, None, None, motion.yardstick, "the words of the motion come first"))
        meeting = self._meeting(hearing)
        if hearing.matches:
            # The case comes first in an opening, but not so much of it that nothing said before is met.
            self._case.open(1, (), at=1)
            meeting.reserve()
        self._case.open(4, (), at=1)
        meeting.lengthen()
        return self._plan(SpeechKind.OPENING, meeting.outcomes(), ())

    def closing(self, hearing: Hearing) -> Plan:
        """The questions that decide the round, weighed; nothing that was not argued before, if anything was."""
        fallen = let_fall(self._brief, self._flow, hearing.answered, hearing.kind)
        closing = self._brief.motion.closing
        self._budget.take((90, 0), Move(MoveKind.FRAME, None, None, closing, "a closing ends on what the judge is asked"))
        meeting = self._meeting(hearing)
        weighing = Weighing(self._brief, self._flow, self._budget)
        weighing.weigh(fallen, 1)
        meeting.reserve()
        weighing.weigh(fallen, 3)
        meeting.lengthen()
        return self._plan(SpeechKind.CLOSING, meeting.outcomes(), tuple(fallen))

    def reply(self, hearing: Hearing) -> Plan:
        """Cross-examination: one to three sentences for each question."""
        meeting = self._meeting(hearing)
        meeting.reserve()
        return self._plan(SpeechKind.REPLY, meeting.outcomes(), ())

    def question(self, hearing: Hearing) -> Plan:
        """Cross-examination: pointed questions on what the opponent argued or let fall, else on our own case."""
        fallen = let_fall(self._brief, self._flow, hearing.answered, hearing.kind)
        self._case.ask_fallen(fallen)
        self._case.ask(hearing.matches, 2)
        self._case.ask_history(2)
        while len(self._budget.moves) < 2 and self._case.ask_own():
            pass
        return self._plan(SpeechKind.QUESTION, {}, tuple(fallen))

    def _meeting(self, hearing: Hearing) -> Meeting:
        return Meeting(
            self._brief,
            self._flow,
            self._budget,
            self._pressure,
            hearing.matches,
            hearing.lookups,
            hearing.echoes,
            hearing.contested,
            foreign=hearing.foreign,
        )

    def _plan(self, kind: SpeechKind, verdicts: dict[int, Outcome], fallen: tuple[str, ...]) -> Plan:
        ordered = [move for _, move in sorted(self._budget.ordered, key=_speaking_order)]
        placed = tuple(replace(move, place=i) for i, move in enumerate(ordered))
        return Plan(kind, placed, verdicts, fallen, self._budget.choices(placed))


def _speaking_order(taken: tuple[Order, Move]) -> tuple[int, int, int]:
    # What is said about one point stands together, in the order of the points: correction, concession, answer.
    (stage, place), _ = taken
    return (20, place, stage) if 10 <= stage < 40 else (stage, place, 0)
