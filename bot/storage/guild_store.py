"""Guild settings in their table, and the deletion of what a guild no longer wants kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from bot.storage.database import Database
from bot.storage.schema import debates, guild_settings


class GuildStore:
    """Reads and writes what belongs to a guild as a whole. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, guild_id: str) -> dict[str, str]:
        """The stored settings of a guild by name."""
        mine = select(guild_settings).where(guild_settings.c.guild_id == guild_id).order_by(guild_settings.c.name)
        async with self._database.reading() as connection:
            return {row.name: row.value for row in await connection.execute(mine)}

    async def write(self, guild_id: str, name: str, value: str) -> None:
        """Set one setting; an empty value removes it."""
        which = (guild_settings.c.guild_id == guild_id, guild_settings.c.name == name)
        async with self._database.writing() as connection:
            if not value:
                await connection.execute(delete(guild_settings).where(*which))
            elif (await connection.execute(update(guild_settings).where(*which).values(value=value))).rowcount == 0:
                await connection.execute(insert(guild_settings).values(guild_id=guild_id, name=name, value=value))

    async def with_setting(self, name: str) -> dict[str, str]:
        """The guilds that set `name`, with its value."""
        wanted = select(guild_settings).where(guild_settings.c.name == name).order_by(guild_settings.c.guild_id)
        async with self._database.reading() as connection:
            return {row.guild_id: row.value for row in await connection.execute(wanted)}

    async def delete_before(self, guild_id: str, moment: datetime) -> int:
        """Delete the guild's debates that nothing has happened in since `moment`, with all that hangs on them; how many."""
        last = func.coalesce(debates.c.released_at, debates.c.closed_at, debates.c.turn_began, debates.c.opened_at)
        old = delete(debates).where(debates.c.guild_id == guild_id, last < moment.isoformat())
        async with self._database.writing() as connection:
            return int((await connection.execute(old)).rowcount)

    async def erase(self, guild_id: str) -> int:
        """Delete everything of a guild: its debates and its settings; how many debates."""
        async with self._database.writing() as connection:
            gone = (await connection.execute(delete(debates).where(debates.c.guild_id == guild_id))).rowcount
            await connection.execute(delete(guild_settings).where(guild_settings.c.guild_id == guild_id))
        return int(gone)
