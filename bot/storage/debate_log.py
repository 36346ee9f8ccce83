"""The debate log: the only writer of the database. What it returns once is on disk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.debate.formats import format_named
from bot.debate.record import Citation, Point, Speech
from bot.debate.state import DebateState, Participant, Role, Status
from bot.debate.words import PointKind, Side, SpeechKind, Verdict
from bot.errors import UserError
from bot.storage.database import in_plain_words
from bot.storage.schema import actions, citations, debates, participants, points, rounds, speeches


class AlreadyRecordedError(UserError):
    """This turn of the debate was recorded before."""


class UnknownDebateError(UserError):
    """There is no such debate."""


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _point(row: Row[Any]) -> Point:
    engages = tuple(json.loads(row.engages))
    return Point(row.ordinal, row.text, PointKind(row.kind), row.met_by, Verdict(row.verdict), row.answers, row.reason, engages)


class DebateLog:
    """Reads and writes debates. Every method is one transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._where = engine.url.database or "in memory"

    async def create(self, state: DebateState) -> None:
        """Record a new debate with its participants."""
        with in_plain_words(self._where):
            async with self._engine.begin() as connection:
                await connection.execute(
                    insert(debates).values(
                        id=state.id,
                        motion=state.motion,
                        format=state.format.key,
                        status=state.status.value,
                        opened_at=state.opened_at.isoformat(),
                        turn_began=state.opened_at.isoformat(),
                        skipped=0,
                        extra_seconds=0,
                    )
                )
                people = [
                    {"debate_id": state.id, "name": p.name, "role": p.role.value, "side": p.side and p.side.value}
                    for p in state.participants
                ]
                await connection.execute(insert(participants), people)
                await self._note(connection, state.id, state.participants[0].name, "open", "", state.opened_at)

    async def load(self, debate_id: str) -> DebateState:
        """The debate as the log has it; an unknown id raises `UnknownDebateError`."""
        with in_plain_words(self._where):
            async with self._engine.connect() as connection:
                found = (await connection.execute(select(debates).where(debates.c.id == debate_id))).first()
                if found is None:
                    raise UnknownDebateError(f"there is no debate {debate_id}: `debatebot export` lists them")
                people = await connection.execute(
                    select(participants).where(participants.c.debate_id == debate_id).order_by(participants.c.id)
                )
                told = await self._speeches(connection, debate_id)
        opened = datetime.fromisoformat(found.opened_at)
        return DebateState(
            id=found.id,
            motion=found.motion,
            format=format_named(found.format),
            status=Status(found.status),
            participants=tuple(Participant(p.name, Role(p.role), Side(p.side) if p.side else None) for p in people),
            opened_at=opened,
            speeches=told,
            skipped=found.skipped,
            turn_began=_moment(found.turn_began),
            extra=found.extra_seconds,
        )

    async def _speeches(self, connection: AsyncConnection, debate_id: str) -> tuple[Speech, ...]:
        mine = speeches.c.debate_id == debate_id
        rows = (await connection.execute(select(speeches).where(mine).order_by(speeches.c.turn))).all()
        said = await connection.execute(select(points).join(speeches).where(mine).order_by(points.c.speech_id, points.c.ordinal))
        cited = await connection.execute(
            select(citations).join(speeches).where(mine).order_by(citations.c.speech_id, citations.c.marker)
        )
        by_speech: dict[int, list[Point]] = {}
        for row in said:
            by_speech.setdefault(row.speech_id, []).append(_point(row))
        marks: dict[int, list[Citation]] = {}
        for row in cited:
            marks.setdefault(row.speech_id, []).append(Citation(row.marker, row.passage, row.source, row.locator))
        return tuple(
            Speech(
                turn=row.turn,
                side=Side(row.side),
                kind=SpeechKind(row.kind),
                speaker=row.speaker,
                text=row.text,
                delivered_at=datetime.fromisoformat(row.delivered_at),
                points=tuple(by_speech.get(row.id, ())),
                citations=tuple(marks.get(row.id, ())),
                writer=row.writer,
                checks=json.loads(row.checks),
                struck=bool(row.struck),
            )
            for row in rows
        )

    async def append(self, debate_id: str, speech: Speech, heard: Sequence[Point] = ()) -> None:
        """Record `speech`, and `heard` as the points of the speech before it; all or nothing.

        A turn that is already recorded raises `AlreadyRecordedError` and changes nothing.
        """
        try:
            with in_plain_words(self._where):
                async with self._engine.begin() as connection:
                    await self._append(connection, debate_id, speech, heard)
        except IntegrityError as error:
            raise AlreadyRecordedError(f"turn {speech.turn} of this debate is already recorded") from error

    async def _append(self, connection: AsyncConnection, debate_id: str, speech: Speech, heard: Sequence[Point]) -> None:
        at = speech.delivered_at.isoformat()
        added = await connection.execute(
            insert(speeches).values(
                debate_id=debate_id,
                round_id=await self._round(connection, debate_id, speech.turn // 2, at),
                turn=speech.turn,
                side=speech.side.value,
                kind=speech.kind.value,
                speaker=speech.speaker,
                text=speech.text,
                delivered_at=at,
                writer=speech.writer,
                checks=json.dumps(speech.checks),
                struck=int(speech.struck),
            )
        )
        speech_id = added.inserted_primary_key[0] if added.inserted_primary_key else 0
        await self._add_points(connection, speech_id, speech.points)
        if speech.citations:
            await connection.execute(
                insert(citations),
                [
                    {
                        "speech_id": speech_id,
                        "marker": c.marker,
                        "passage": c.passage,
                        "source": c.source,
                        "locator": c.locator,
                    }
                    for c in speech.citations
                ],
            )
        if heard:
            before = select(speeches.c.id).where(speeches.c.debate_id == debate_id, speeches.c.turn < speech.turn)
            last = (await connection.execute(before.order_by(speeches.c.turn.desc()).limit(1))).scalar_one()
            await self._add_points(connection, last, heard)
        await connection.execute(update(debates).where(debates.c.id == debate_id).values(turn_began=at, extra_seconds=0))

    async def _round(self, connection: AsyncConnection, debate_id: str, number: int, at: str) -> int:
        known = select(rounds.c.id).where(rounds.c.debate_id == debate_id, rounds.c.number == number)
        found: int | None = (await connection.execute(known)).scalar()
        if found is None:
            await connection.execute(insert(rounds).values(debate_id=debate_id, number=number, began_at=at))
            found = int((await connection.execute(known)).scalar_one())
        return found

    async def _add_points(self, connection: AsyncConnection, speech_id: int, said: Sequence[Point]) -> None:
        if said:
            await connection.execute(
                insert(points),
                [
                    {
                        "speech_id": speech_id,
                        "ordinal": p.ordinal,
                        "text": p.text,
                        "kind": p.kind.value,
                        "met_by": p.met_by,
                        "verdict": p.verdict.value,
                        "answers": p.answers,
                        "reason": p.reason,
                        "engages": json.dumps(p.engages),
                    }
                    for p in said
                ],
            )

    async def set_status(self, debate_id: str, status: Status, actor: str, action: str, at: datetime) -> None:
        """Record a change of status and who made it."""
        with in_plain_words(self._where):
            async with self._engine.begin() as connection:
                await connection.execute(
                    update(debates).where(debates.c.id == debate_id).values(status=status.value, turn_began=at.isoformat())
                )
                await self._note(connection, debate_id, actor, action, "", at)

    async def _note(
        self, connection: AsyncConnection, debate_id: str, actor: str, action: str, detail: str, at: datetime
    ) -> None:
        await connection.execute(
            insert(actions).values(debate_id=debate_id, actor=actor, action=action, detail=detail, at=at.isoformat())
        )

    async def recent(self, limit: int = 20) -> list[tuple[str, str, str, int]]:
        """(id, format, status, speeches) of the newest debates, newest first."""
        counted = (
            select(debates.c.id, debates.c.format, debates.c.status, func.count(speeches.c.id))
            .select_from(debates.outerjoin(speeches))
            .group_by(debates.c.id, debates.c.format, debates.c.status, debates.c.opened_at)
            .order_by(debates.c.opened_at.desc(), debates.c.id)
            .limit(limit)
        )
        with in_plain_words(self._where):
            async with self._engine.connect() as connection:
                return [(row[0], row[1], row[2], row[3]) for row in await connection.execute(counted)]
