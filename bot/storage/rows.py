"""Between rows and values: what a debate looks like in its tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.debate.formats import format_named
from bot.debate.record import Citation, Point, Speech
from bot.debate.state import DebateState, Joining, Outcome, Part, Participant, Role, SkippedTurn, Status
from bot.debate.words import Level, PointKind, Side, SpeechKind, Verdict

SPOKEN = "spoken"


def moment(text: str | None) -> datetime | None:
    """The aware time that `text` holds."""
    return datetime.fromisoformat(text) if text else None


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def debate_values(state: DebateState) -> dict[str, Any]:
    """The columns of `debates` that may change."""
    return {
        "status": state.status.value,
        "turn_began": _text(state.turn_began),
        "extra_seconds": state.extra,
        "used_seconds": state.used,
        "warned": ",".join(map(str, state.warned)),
        "in_prep": int(state.in_prep),
        "prep_began": _text(state.prep_began),
        "prep_proposition": state.prep_left.get(Side.PROPOSITION),
        "prep_opposition": state.prep_left.get(Side.OPPOSITION),
        "level": state.level.value,
        "rubric": state.rubric,
        "rubric_definition": state.rubric_definition,
        "joining": state.joining.value,
        "blind": int(state.blind),
        "channel_id": state.channel_id or None,
        "message_id": state.message_id or None,
        "closed_at": _text(state.closed_at),
        "released_at": _text(state.released_at),
    }


def new_debate_values(state: DebateState) -> dict[str, Any]:
    """All columns of a new row of `debates`."""
    return {
        "id": state.id,
        "motion": state.motion,
        "format": state.format.key,
        "opened_at": state.opened_at.isoformat(),
        "guild_id": state.guild_id or None,
        "version": state.version,
        **debate_values(state),
    }


def participant_values(debate_id: str, person: Participant) -> dict[str, Any]:
    """The columns of one row of `participants`."""
    return {
        "debate_id": debate_id,
        "name": person.name,
        "role": person.role.value,
        "side": person.side and person.side.value,
        "display": person.display,
    }


def point_values(speech_id: int, point: Point) -> dict[str, Any]:
    """The columns of one row of `points`."""
    return {
        "speech_id": speech_id,
        "ordinal": point.ordinal,
        "text": point.text,
        "kind": point.kind.value,
        "met_by": point.met_by,
        "verdict": point.verdict.value,
        "answers": point.answers,
        "reason": point.reason,
        "engages": json.dumps(point.engages),
    }


def citation_values(speech_id: int, citation: Citation) -> dict[str, Any]:
    """The columns of one row of `citations`."""
    return {
        "speech_id": speech_id,
        "marker": citation.marker,
        "passage": citation.passage,
        "source": citation.source,
        "locator": citation.locator,
    }


def speech_values(debate_id: str, round_id: int, speech: Speech) -> dict[str, Any]:
    """The columns of one row of `speeches`."""
    return {
        "debate_id": debate_id,
        "round_id": round_id,
        "turn": speech.turn,
        "side": speech.side.value,
        "kind": speech.kind.value,
        "speaker": speech.speaker,
        "text": speech.text,
        "delivered_at": speech.delivered_at.isoformat(),
        "writer": speech.writer,
        "checks": json.dumps(speech.checks),
        "struck": int(speech.struck),
    }


def point_of(row: Row[Any]) -> Point:
    """The point in a row of `points`."""
    engages = tuple(json.loads(row.engages))
    return Point(row.ordinal, row.text, PointKind(row.kind), row.met_by, Verdict(row.verdict), row.answers, row.reason, engages)


def citation_of(row: Row[Any]) -> Citation:
    """The citation in a row of `citations`."""
    return Citation(row.marker, row.passage, row.source, row.locator)


def speech_of(row: Row[Any], points: Sequence[Point], citations: Sequence[Citation]) -> Speech:
    """The speech in a row of `speeches`."""
    return Speech(
        turn=row.turn,
        side=Side(row.side),
        kind=SpeechKind(row.kind),
        speaker=row.speaker,
        text=row.text,
        delivered_at=datetime.fromisoformat(row.delivered_at),
        points=tuple(points),
        citations=tuple(citations),
        writer=row.writer,
        checks=json.loads(row.checks),
        struck=bool(row.struck),
    )


def debate_of(
    row: Row[Any],
    people: Sequence[Row[Any]],
    turns: Sequence[Row[Any]],
    drafts: Sequence[Row[Any]],
    speeches: tuple[Speech, ...],
) -> DebateState:
    """The debate in its rows."""
    banks = {Side.PROPOSITION: row.prep_proposition, Side.OPPOSITION: row.prep_opposition}
    return DebateState(
        id=row.id,
        motion=row.motion,
        format=format_named(row.format),
        status=Status(row.status),
        participants=tuple(Participant(p.name, Role(p.role), Side(p.side) if p.side else None, p.display) for p in people),
        opened_at=datetime.fromisoformat(row.opened_at),
        speeches=speeches,
        skipped=tuple(
            SkippedTurn(t.number, Side(t.side), SpeechKind(t.kind), datetime.fromisoformat(t.ended_at), Outcome(t.outcome))
            for t in turns
            if t.outcome != SPOKEN
        ),
        turn_began=moment(row.turn_began),
        extra=row.extra_seconds,
        used=row.used_seconds,
        warned=tuple(int(mark) for mark in row.warned.split(",") if mark),
        in_prep=bool(row.in_prep),
        prep_began=moment(row.prep_began),
        prep_left={side: seconds for side, seconds in banks.items() if seconds is not None},
        draft=tuple(
            Part(d.author, d.text, datetime.fromisoformat(d.at), d.key or "") for d in drafts if d.turn == len(turns) and d.text
        ),
        level=Level(row.level),
        rubric=row.rubric,
        rubric_definition=row.rubric_definition,
        joining=Joining(row.joining),
        blind=bool(row.blind),
        guild_id=row.guild_id or "",
        channel_id=row.channel_id or "",
        message_id=row.message_id or "",
        closed_at=moment(row.closed_at),
        released_at=moment(row.released_at),
        version=row.version,
    )
