"""The flow sheet: every point of both sides and how it stands, rebuilt from the recorded speeches.

A pure value: practice prints it, exports and pictures draw it, coaching reads it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.debate.record import EVERYTHING, Point, Speech
from bot.debate.words import PointKind, Side, SpeechKind, Verdict

# Speeches in which a debater has the occasion to reply: an opening need not reply to anything, and whoever is in
# cross-examination deals with questions.
_OCCASIONS = (SpeechKind.REBUTTAL, SpeechKind.CLOSING)
# Verdicts on the bot's own points to which nobody owes a reply.
_NO_REPLY_OWED = (Verdict.CONCEDED, Verdict.SET_ASIDE, Verdict.UNSUPPORTED, Verdict.CORRECTED)


_Said = list[tuple[Speech, Point]]


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """Where a point stands: its speech's turn and its ordinal there, both from 0."""

    turn: int
    ordinal: int

    @property
    def label(self) -> str:
        """`turn.point` as people count, from 1."""
        return f"{self.turn + 1}.{self.ordinal + 1}"


@dataclass(frozen=True, slots=True)
class Row:
    """One point on the sheet.

    `owner` is the key of the block, contention or source that it was recognised as or drawn from. `verdict` is how it stands
    after the last speech. `answers` are the other side's points that it replies to, `answered_by` those that reply to it, and
    `extends` is the earlier point of the same side that it takes up again. `reason` says why the verdict is what it is.
    """

    ref: Ref
    side: Side
    speaker: str
    kind: PointKind
    text: str
    owner: str | None
    verdict: Verdict
    answers: tuple[Ref, ...]
    answered_by: tuple[Ref, ...]
    extends: Ref | None
    reason: str


@dataclass(frozen=True, slots=True)
class FlowSheet:
    """All points of a debate in the order in which they were made; struck speeches are left out."""

    rows: tuple[Row, ...]

    def of(self, side: Side) -> tuple[Row, ...]:
        """The points that `side` made."""
        return tuple(row for row in self.rows if row.side is side)

    def dropped(self, side: Side) -> tuple[Row, ...]:
        """The points that `side` made and the other side let fall."""
        return tuple(row for row in self.of(side) if row.verdict is Verdict.DROPPED)

    def at(self, ref: Ref) -> Row | None:
        """The point at `ref`."""
        return next((row for row in self.rows if row.ref == ref), None)


def flow_sheet(speeches: Sequence[Speech], bot_side: Side) -> FlowSheet:
    """The sheet after `speeches`, of which those on `bot_side` are the bot's.

    Every recorded point of a speech that was not struck stands on it once.
    """
    told = _Told(speeches)
    return FlowSheet(
        tuple(
            _ours(told, speech, point) if speech.side is bot_side else _theirs(told, speech, point)
            for speech in told.speeches
            for point in speech.points
        )
    )


def occasions(speeches: Sequence[Speech], after: int, side: Side) -> tuple[Speech, ...]:
    """Speeches later than turn `after` that the other side of `side` used, or could have used, to reply.

    A speech that nobody has listened to yet (it has no points and `side` has not spoken since) is left out.
    """
    last = max((speech.turn for speech in speeches if speech.side is side), default=-1)
    return tuple(
        speech
        for speech in speeches
        if speech.side is not side
        and not speech.struck
        and speech.turn > after
        and speech.kind in _OCCASIONS
        and (speech.points or speech.turn < last)
    )


def engages(point: Point, owner: str | None) -> bool:
    """Whether an opponent's point replies to the bot's argument `owner`; a concession or a claim may do so too."""
    return EVERYTHING in point.engages or (owner is not None and owner in point.engages)


def _ref(speech: Speech, point: Point) -> Ref:
    return Ref(speech.turn, point.ordinal)


class _Told:
    """The speeches that were not struck, with their points to be found by side, turn and owner without a walk through all."""

    def __init__(self, speeches: Iterable[Speech]) -> None:
        self.speeches = tuple(speech for speech in speeches if not speech.struck)
        self._all: dict[Side, _Said] = {side: [] for side in Side}
        self._owned: dict[tuple[Side, str], _Said] = {}
        for speech in self.speeches:
            for point in speech.points:
                self._all[speech.side].append((speech, point))
                if point.owner:
                    self._owned.setdefault((speech.side, point.owner), []).append((speech, point))

    def after(self, side: Side, turn: int) -> _Said:
        """The points of `side` in speeches later than `turn`, in order."""
        said = self._all[side]
        return said[bisect_right(said, turn, key=_turn) :]

    def owned_before(self, side: Side, owner: str | None, turn: int) -> _Said:
        """The points of `side` that rest on `owner`, in speeches earlier than `turn`."""
        said = self._owned.get((side, owner), []) if owner else []
        return said[: bisect_left(said, turn, key=_turn)]

    def owned_after(self, side: Side, owner: str | None, turn: int) -> _Said:
        """The points of `side` that rest on `owner`, in speeches later than `turn`."""
        said = self._owned.get((side, owner), []) if owner else []
        return said[bisect_right(said, turn, key=_turn) :]


def _turn(said: tuple[Speech, Point]) -> int:
    return said[0].turn


def _extends(told: _Told, speech: Speech, point: Point) -> Ref | None:
    earlier = told.owned_before(speech.side, point.owner, speech.turn)
    return _ref(*earlier[-1]) if earlier else None


def _row(
    told: _Told,
    speech: Speech,
    point: Point,
    verdict: Verdict,
    reason: str,
    answers: Iterable[Ref],
    answered_by: Iterable[Ref],
) -> Row:
    return Row(
        ref=_ref(speech, point),
        side=speech.side,
        speaker=speech.speaker,
        kind=point.kind,
        text=point.text,
        owner=point.owner,
        verdict=verdict,
        answers=tuple(answers),
        answered_by=tuple(answered_by),
        extends=_extends(told, speech, point),
        reason=reason,
    )


def _ours(told: _Told, speech: Speech, point: Point) -> Row:
    replies = [(s, p) for s, p in told.after(speech.side.other, speech.turn) if engages(p, point.owner)]
    verdict, reason = _fate(told, speech, point, replies)
    before = [s.turn for s in told.speeches if s.side is not speech.side and s.turn < speech.turn]
    answers = [Ref(before[-1], point.answers)] if before and point.answers is not None else []
    return _row(told, speech, point, verdict, reason, answers, (_ref(s, p) for s, p in replies))


def _fate(told: _Told, speech: Speech, point: Point, replies: list[tuple[Speech, Point]]) -> tuple[Verdict, str]:
    """How a point of the bot stands now, and why."""
    if point.verdict in _NO_REPLY_OWED or point.owner is None or point.kind is PointKind.PROCEDURE:
        return point.verdict, point.reason
    if any(p.kind is PointKind.CONCESSION and point.owner in p.engages for _, p in replies):
        return Verdict.CONCEDED, "the other side granted it"
    if replies:
        return Verdict.ANSWERED, "the other side replied to it"
    if told.owned_after(speech.side, point.owner, speech.turn):
        return Verdict.EXTENDED, "it was taken up again"
    passed = len(occasions(told.speeches, speech.turn, speech.side))
    if passed:
        return Verdict.DROPPED, f"the other side spoke {'once' if passed == 1 else f'{passed} times'} and passed it over"
    return point.verdict, point.reason


def _theirs(told: _Told, speech: Speech, point: Point) -> Row:
    replies = told.after(speech.side.other, speech.turn)
    first = replies[0][0].turn if replies else None
    direct = [_ref(s, p) for s, p in replies if s.turn == first and p.answers == point.ordinal]
    same = told.owned_after(speech.side.other, point.owner, speech.turn)
    late = [_ref(s, p) for s, p in same if s.turn != first and p.answers is not None]
    verdict, reason = point.verdict, point.reason
    if verdict in (Verdict.NEW, Verdict.DROPPED) and (direct or late):
        verdict, reason = Verdict.ANSWERED, "it was answered" if direct else "it was answered in a later speech"
    elif verdict is Verdict.NEW and any(s.side is not speech.side and s.turn > speech.turn for s in told.speeches):
        verdict, reason = Verdict.DROPPED, "the next speech did not reach it"
    mine = (told.owned_before(speech.side.other, key, speech.turn) for key in point.engages)
    return _row(told, speech, point, verdict, reason, (_ref(*said[-1]) for said in mine if said), (*direct, *late))
