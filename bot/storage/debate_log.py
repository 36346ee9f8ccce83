"""The debate log: reads and writes debates. What it returns once is on disk."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.debate.ballots import Ballot, Release
from bot.debate.change import ActionRecord, Change
from bot.debate.record import Citation, Point, Speech
from bot.debate.state import DebateState, Status
from bot.errors import UserError
from bot.storage.ballot_rows import read_ballots, read_release, write_ballots, write_release
from bot.storage.changes import write_draft, write_heard, write_people, write_turns
from bot.storage.database import Database
from bot.storage.guild_store import GuildStore
from bot.storage.person_store import PersonStore
from bot.storage.rows import (
    citation_of,
    debate_of,
    debate_values,
    new_debate_values,
    participant_values,
    point_of,
    speech_of,
)
from bot.storage.schema import actions, citations, debates, drafts, participants, points, speeches, turns


class AlreadyRecordedError(UserError):
    """This turn or request of the debate was recorded before."""


class StaleError(UserError):
    """The debate changed between the reading and the writing: look again."""


class UnknownDebateError(UserError):
    """There is no such debate."""


class DebateLog:
    """Reads and writes debates. Every method is one transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._database = Database(engine)
        self.guilds = GuildStore(self._database)
        self.people = PersonStore(self._database)

    async def fault(self) -> str | None:
        """What is wrong with the log's file or its references, or which table of a server's database cannot be read; or None."""
        return await self._database.fault()

    async def settle(self) -> None:
        """Bring the log's file into order, as a bot that is never idle has to now and then."""
        await self._database.settle()

    async def create(self, state: DebateState, actor: str) -> None:
        """Record a new debate with its participants, opened by `actor`."""
        opened = Change(state, state, state.opened_at, actor, "open", state.format.key)
        async with self._database.writing() as connection:
            await connection.execute(insert(debates).values(**new_debate_values(state)))
            people = [participant_values(state.id, p) for p in state.participants]
            if people:
                await connection.execute(insert(participants), people)
            await self._note(connection, opened, "")

    async def load(self, debate_id: str) -> DebateState:
        """The debate as the log has it; an unknown id raises `UnknownDebateError`."""
        async with self._database.reading() as connection:
            return await self._load(connection, debate_id)

    async def save(self, change: Change, key: str = "") -> DebateState:
        """Record `change`, all or nothing, and return the debate after it.

        A debate that changed meanwhile raises `StaleError`; a turn, a piece or a request (`key`) that is in the log already
        raises `AlreadyRecordedError`.
        """
        before = change.before
        after = replace(change.after, version=before.version + 1)
        try:
            async with self._database.writing() as connection:
                await self._move(connection, before, after)
                await write_people(connection, before, after)
                await write_turns(connection, before, after)
                await write_draft(connection, before, after)
                await write_ballots(connection, before.id, change.ballots)
                if change.heard:
                    await write_heard(connection, before.id, change.heard_turn, change.heard)
                if change.release is not None:
                    await write_release(connection, before.id, change.release)
                if change.action:
                    await self._note(connection, change, key)
        except IntegrityError as error:
            raise AlreadyRecordedError("this is in the debate's record already: nothing was changed") from error
        if change.heard:
            told = tuple(replace(s, points=change.heard) if s.turn == change.heard_turn else s for s in after.speeches)
            after = replace(after, speeches=told)
        return after

    async def _move(self, connection: AsyncConnection, before: DebateState, after: DebateState) -> None:
        guard = (debates.c.id == before.id, debates.c.version == before.version)
        values = {**debate_values(after), "version": after.version}
        if (await connection.execute(update(debates).where(*guard).values(**values))).rowcount != 1:
            raise StaleError("the debate has just changed: look again")

    async def ballots(self, debate_id: str) -> list[Ballot]:
        """Every version of every ballot, by judge and version."""
        async with self._database.reading() as connection:
            return await read_ballots(connection, debate_id)

    async def release(self, debate_id: str) -> Release | None:
        """How the result was released, or None while it is not."""
        async with self._database.reading() as connection:
            return await read_release(connection, debate_id)

    async def seen(self, debate_id: str, key: str) -> bool:
        """Whether the request `key` is in the debate's record."""
        return await self._exists(actions.c.debate_id == debate_id, actions.c.key == key)

    async def gathered_before(self, debate_id: str, key: str, turn: int) -> bool:
        """Whether the message `key` was gathered for another turn than `turn`, or was dropped."""
        mine = (drafts.c.debate_id == debate_id, drafts.c.key == key)
        return await self._exists(*mine, (drafts.c.turn != turn) | (drafts.c.text == ""))

    async def actions(self, debate_id: str) -> list[ActionRecord]:
        """The debate's record, oldest first."""
        mine = select(actions).where(actions.c.debate_id == debate_id).order_by(actions.c.id)
        async with self._database.reading() as connection:
            rows = (await connection.execute(mine)).all()
        return [ActionRecord(r.actor, r.action, r.detail, r.reason, datetime.fromisoformat(r.at)) for r in rows]

    async def in_channel(self, channel_id: str) -> DebateState | None:
        """The newest debate of a channel."""
        newest = select(debates.c.id).where(debates.c.channel_id == channel_id)
        async with self._database.reading() as connection:
            ids = newest.order_by(debates.c.opened_at.desc(), debates.c.id).limit(1)
            found = (await connection.execute(ids)).scalar()
            return await self._load(connection, found) if found else None

    async def unfinished(self, guild_id: str | None = None, closed_since: datetime | None = None) -> list[DebateState]:
        """Debates in channels that are not closed, or were closed after `closed_since`, oldest first; of one guild, if given."""
        running: ColumnElement[bool] = debates.c.status != Status.CLOSED.value
        if closed_since is not None:
            running |= debates.c.closed_at > closed_since.isoformat()
        wanted = select(debates.c.id).where(running, debates.c.channel_id.is_not(None))
        if guild_id is not None:
            wanted = wanted.where(debates.c.guild_id == guild_id)
        async with self._database.reading() as connection:
            ids = (await connection.execute(wanted.order_by(debates.c.opened_at, debates.c.id))).scalars().all()
            return [await self._load(connection, debate_id) for debate_id in ids]

    async def recent(self, limit: int = 20, guild_id: str | None = None) -> list[tuple[str, str, str, int]]:
        """(id, format, status, speeches) of the newest debates, newest first; of one guild, if given."""
        counted = (
            select(debates.c.id, debates.c.format, debates.c.status, func.count(speeches.c.id))
            .select_from(debates.outerjoin(speeches))
            .group_by(debates.c.id, debates.c.format, debates.c.status, debates.c.opened_at)
            .order_by(debates.c.opened_at.desc(), debates.c.id)
            .limit(limit)
        )
        if guild_id is not None:
            counted = counted.where(debates.c.guild_id == guild_id)
        async with self._database.reading() as connection:
            return [(row[0], row[1], row[2], row[3]) for row in await connection.execute(counted)]

    async def _exists(self, *conditions: ColumnElement[bool]) -> bool:
        async with self._database.reading() as connection:
            return (await connection.execute(select(func.count()).where(*conditions))).scalar_one() > 0

    async def _load(self, connection: AsyncConnection, debate_id: str) -> DebateState:
        found = (await connection.execute(select(debates).where(debates.c.id == debate_id))).first()
        if found is None:
            raise UnknownDebateError(f"there is no debate {debate_id}: `debatebot export list` names them")
        people = select(participants).where(participants.c.debate_id == debate_id).order_by(participants.c.id)
        passed = select(turns).where(turns.c.debate_id == debate_id).order_by(turns.c.number)
        parts = select(drafts).where(drafts.c.debate_id == debate_id).order_by(drafts.c.turn, drafts.c.ordinal)
        return debate_of(
            found,
            (await connection.execute(people)).all(),
            (await connection.execute(passed)).all(),
            (await connection.execute(parts)).all(),
            await self._speeches(connection, debate_id),
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
            by_speech.setdefault(row.speech_id, []).append(point_of(row))
        marks: dict[int, list[Citation]] = {}
        for row in cited:
            marks.setdefault(row.speech_id, []).append(citation_of(row))
        return tuple(speech_of(row, by_speech.get(row.id, ()), marks.get(row.id, ())) for row in rows)

    async def _note(self, connection: AsyncConnection, change: Change, key: str) -> None:
        await connection.execute(
            insert(actions).values(
                debate_id=change.before.id,
                actor=change.actor,
                action=str(change.action),
                detail=str(change.detail),
                reason=change.reason,
                at=change.at.isoformat(),
                key=key or None,
            )
        )
