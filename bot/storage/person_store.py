"""What the log holds about one person: reading all of it, and forgetting it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.schema import actions, ballots, debates, drafts, participants, points, results, scores, speeches

REMOVED = "[removed at the speaker's request]"
# Columns that hold a person's identity.
_NAMES: tuple[tuple[Table, str], ...] = (
    (participants, "name"),
    (speeches, "speaker"),
    (drafts, "author"),
    (ballots, "judge"),
    (actions, "actor"),
    (results, "released_by"),
)


class Attendance(NamedTuple):
    """One participant of one debate, with the side that won it once that was released."""

    debate_id: str
    name: str
    display: str
    role: str
    side: str | None
    winner: str | None


class PersonStore:
    """Reads and forgets what belongs to a person, in every debate. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def stored(self, person: str) -> dict[str, list[dict[str, Any]]]:
        """Every row about `person`, by table, as plain values."""
        async with self._database.reading() as connection:
            found = {
                table.name: await _plain(connection, select(table).where(table.c[column] == person).order_by(*table.primary_key))
                for table, column in _NAMES
            }
            said = select(points).join(speeches).where(speeches.c.speaker == person).order_by(points.c.id)
            marks = select(scores).join(ballots).where(ballots.c.judge == person).order_by(scores.c.id)
            return {**found, "points": await _plain(connection, said), "scores": await _plain(connection, marks)}

    async def forget(self, person: str) -> int:
        """Remove what `person` wrote and every trace of who it was; scores stay. The number of debates concerned.

        All rows of the person get one name that leads to nobody. The debates' versions move on, so that a process that has
        one of them in hand looks again.
        """
        nobody = f"former-{secrets.token_hex(6)}"
        async with self._database.writing() as connection:
            concerned = await self._debates_of(connection, person)
            if not concerned:
                return 0
            labels = select(participants.c.debate_id, participants.c.display).where(participants.c.name == person)
            called = [(row[0], row[1]) for row in await connection.execute(labels)]
            mine = select(speeches.c.id).where(speeches.c.speaker == person)
            held = select(ballots.c.id).where(ballots.c.judge == person)
            for change in (
                update(points).where(points.c.speech_id.in_(mine)).values(text="", reason=""),
                update(speeches).where(speeches.c.speaker == person).values(text=REMOVED, speaker=nobody),
                update(drafts).where(drafts.c.author == person).values(text="", author=nobody),
                update(scores).where(scores.c.ballot_id.in_(held)).values(reason=""),
                update(ballots).where(ballots.c.judge == person).values(reason="", low_point_reason="", judge=nobody),
                update(results).where(results.c.released_by == person).values(reason="", released_by=nobody),
                update(actions).where(actions.c.actor == person).values(reason="", actor=nobody),
                update(participants).where(participants.c.name == person).values(name=nobody, display=""),
                update(debates).where(debates.c.id.in_(concerned)).values(version=debates.c.version + 1),
            ):
                await connection.execute(change)
            await self._clear_mentions(connection, person, called)
        return len(concerned)

    async def history(self, guild_id: str) -> list[Attendance]:
        """Every participant of the guild's debates, oldest debate first."""
        wanted = (
            select(
                participants.c.debate_id,
                participants.c.name,
                participants.c.display,
                participants.c.role,
                participants.c.side,
                results.c.winner,
            )
            .select_from(
                participants.join(debates, debates.c.id == participants.c.debate_id).outerjoin(
                    results, results.c.debate_id == debates.c.id
                )
            )
            .where(debates.c.guild_id == guild_id)
            .order_by(debates.c.opened_at, participants.c.id)
        )
        async with self._database.reading() as connection:
            return [Attendance(*row) for row in await connection.execute(wanted)]

    async def speeches_of(self, guild_id: str, person: str) -> list[tuple[str, bool]]:
        """(text, struck) of every speech of `person` in the guild."""
        wanted = (
            select(speeches.c.text, speeches.c.struck)
            .join(debates, debates.c.id == speeches.c.debate_id)
            .where(debates.c.guild_id == guild_id, speeches.c.speaker == person)
            .order_by(speeches.c.id)
        )
        async with self._database.reading() as connection:
            return [(row[0], bool(row[1])) for row in await connection.execute(wanted)]

    async def _debates_of(self, connection: AsyncConnection, person: str) -> list[str]:
        concerned: set[str] = set()
        for table, column in _NAMES:
            found = await connection.execute(select(table.c.debate_id).where(table.c[column] == person))
            concerned.update(found.scalars())
        return sorted(concerned)

    async def _clear_mentions(self, connection: AsyncConnection, person: str, called: Sequence[tuple[str, str]]) -> None:
        """Lines of the record that name the person: what they say of it goes, and who did it stays."""
        for debate_id, display in called:
            for label in sorted({person, display} - {""}):
                about = (actions.c.debate_id == debate_id, actions.c.detail.contains(label, autoescape=True))
                await connection.execute(update(actions).where(*about).values(detail="a former member", reason=""))


async def _plain(connection: AsyncConnection, query: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in (await connection.execute(query)).mappings()]
