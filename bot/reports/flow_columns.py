"""The flow sheet as it is drawn: a column a speech, struck ones included, and the arrows between points."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.debate.flowsheet import FlowSheet, Ref, Row
from bot.debate.record import Speech
from bot.debate.state import DebateState
from bot.debate.words import Side, SpeechKind, Verdict
from bot.reports.flow_text import sheet_of


class ArrowKind(StrEnum):
    """Why an arrow is drawn: one point replies to another, or takes up an earlier one of its own side."""

    ANSWERS = "answers"
    EXTENDS = "extends"


@dataclass(frozen=True, slots=True, order=True)
class Arrow:
    """An arrow from a later point (`source`) back to the earlier one (`target`) that it meets."""

    source: Ref
    target: Ref
    kind: ArrowKind


@dataclass(frozen=True, slots=True)
class Column:
    """One speech on the sheet. The rows of a struck speech keep what was said; they meet nothing and count for nothing."""

    turn: int
    side: Side
    kind: SpeechKind
    speaker: str
    struck: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class FlowColumns:
    """The flow of one debate, ready to be drawn: columns in speaking order, arrows in the order of their sources."""

    debate: str
    motion: str
    columns: tuple[Column, ...]
    arrows: tuple[Arrow, ...]

    def by_source(self) -> dict[Ref, tuple[Arrow, ...]]:
        """The arrows that start at each point; points that meet nothing are left out."""
        found: dict[Ref, tuple[Arrow, ...]] = {}
        for arrow in self.arrows:
            found[arrow.source] = (*found.get(arrow.source, ()), arrow)
        return found

    def tally(self, side: Side) -> dict[Verdict, int]:
        """How many of the side's points came to each verdict, struck speeches apart, in the order of `Verdict`."""
        verdicts = [row.verdict for column in self.columns if column.side is side and not column.struck for row in column.rows]
        return {verdict: verdicts.count(verdict) for verdict in Verdict if verdict in verdicts}


def flow_columns(state: DebateState) -> FlowColumns:
    """The flow of `state`. Where no bot debates, each side's recorded verdicts stand as they are."""
    sheet = sheet_of(state)
    told: dict[int, list[Row]] = {}
    for row in sheet.rows:
        told.setdefault(row.ref.turn, []).append(row)
    columns = tuple(
        Column(
            speech.turn,
            speech.side,
            speech.kind,
            state.label(speech.speaker),
            speech.struck,
            _struck_rows(speech) if speech.struck else tuple(told.get(speech.turn, ())),
        )
        for speech in state.speeches
    )
    return FlowColumns(state.id, state.motion, columns, _arrows(sheet))


def _struck_rows(speech: Speech) -> tuple[Row, ...]:
    return tuple(
        Row(
            ref=Ref(speech.turn, point.ordinal),
            side=speech.side,
            speaker=speech.speaker,
            kind=point.kind,
            text=point.text,
            owner=point.owner,
            verdict=point.verdict,
            answers=(),
            answered_by=(),
            extends=None,
            reason=point.reason,
        )
        for point in speech.points
    )


def _arrows(sheet: FlowSheet) -> tuple[Arrow, ...]:
    """Each point's own answers; for a point that is met by none of them, its first answer; then what takes up what.

    A point may have been replied to again and again: to draw every reply would bury the sheet under its arrows. One that might
    reply to anything (`EVERYTHING`) has no arrow for it: nobody can tell where it would end.
    """
    at = {row.ref: row for row in sheet.rows}
    found = {Arrow(row.ref, target, ArrowKind.ANSWERS) for row in sheet.rows for target in row.answers if target in at}
    met = {arrow.target for arrow in found}
    for row in sheet.rows:
        sources = [at[source] for source in row.answered_by if row.ref not in met]
        first = next((source for source in sources if _same_matter(at, source, row)), None)
        if first is not None:
            found.add(Arrow(first.ref, row.ref, ArrowKind.ANSWERS))
    ends = {(arrow.source, arrow.target) for arrow in found}
    for row in sheet.rows:
        if row.extends is not None and (row.ref, row.extends) not in ends:
            found.add(Arrow(row.ref, row.extends, ArrowKind.EXTENDS))
    return tuple(sorted(found))


def _same_matter(at: dict[Ref, Row], source: Row, target: Row) -> bool:
    """Whether `source` rests on the argument of `target`, or answers another point that does."""
    answered = [at[ref].owner for ref in source.answers if ref in at]
    return target.owner is not None and target.owner in (source.owner, *answered)
