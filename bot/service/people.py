"""People: their record in a server, what is stored about them, and forgetting them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.debate.errors import NotAllowedError
from bot.debate.state import Role
from bot.service.answers import BOT
from bot.storage.person_store import PersonStore


@dataclass(frozen=True, slots=True)
class PersonStats:
    """What one person did in one server; `won` and `lost` are debates with a released result."""

    person: str
    debates: int
    won: int
    lost: int
    speeches: int
    struck: int
    words: int
    moderated: int
    judged: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of a server's leaderboard."""

    person: str
    label: str
    debates: int
    won: int
    lost: int


class People:
    """What the log knows about people. With an own `guild_id`, no other server's record can be reached."""

    def __init__(self, store: PersonStore, guild_id: str | None = None) -> None:
        self._store = store
        self._guild_id = guild_id

    async def stats(self, guild_id: str, person: str) -> PersonStats:
        """The record of `person` in a server; all zero for a stranger."""
        rows = [row for row in await self._store.history(self._own(guild_id)) if row.name == person]
        said = await self._store.speeches_of(guild_id, person)
        debating = [row for row in rows if row.role == Role.DEBATER.value]
        return PersonStats(
            person=person,
            debates=len({row.debate_id for row in debating}),
            won=sum(row.winner is not None and row.winner == row.side for row in debating),
            lost=sum(row.winner is not None and row.winner != row.side for row in debating),
            speeches=len(said),
            struck=sum(struck for _, struck in said),
            words=sum(len(text.split()) for text, _ in said),
            moderated=sum(row.role == Role.MODERATOR.value for row in rows),
            judged=sum(row.role in (Role.JUDGE.value, Role.TRAINEE.value) for row in rows),
        )

    async def leaderboard(self, guild_id: str, limit: int = 20) -> list[Standing]:
        """Debaters with a released result, by wins, then fewer losses, then name; people who were forgotten are left out."""
        judged = [
            row
            for row in await self._store.history(self._own(guild_id))
            if row.role == Role.DEBATER.value and row.winner is not None and not row.name.startswith("former-")
        ]
        standings = []
        for name in dict.fromkeys(row.name for row in judged):
            mine = [row for row in judged if row.name == name]
            label = next((row.display for row in reversed(mine) if row.display), name)
            won = sum(row.winner == row.side for row in mine)
            standings.append(Standing(name, label, len(mine), won, len(mine) - won))
        return sorted(standings, key=lambda s: (-s.won, s.lost, s.label, s.person))[:limit]

    async def stored(self, person: str) -> dict[str, list[dict[str, Any]]]:
        """Everything that the log holds about `person`, by table, in every server; for that person's eyes only."""
        return await self._store.stored(_human(person))

    async def forget(self, person: str) -> int:
        """Delete what `person` wrote and who it was, everywhere; scores stay without the person. How many debates it was."""
        return await self._store.forget(_human(person))

    def _own(self, guild_id: str) -> str:
        if not guild_id or (self._guild_id is not None and guild_id != self._guild_id):
            raise NotAllowedError("records belong to a server: use this in one")
        return guild_id


def _human(person: str) -> str:
    if person == BOT:
        raise NotAllowedError("the bot is no person: name one")
    return person
