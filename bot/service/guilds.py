"""Servers and their settings."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.debate.errors import SettingError
from bot.debate.guild import GuildSettings, changed, guild_settings
from bot.storage.guild_store import GuildStore

# A server that removed the bot by mistake finds its debates again for so long.
KEPT_AFTER_LEAVING = timedelta(days=30)
# Stored beside the settings; no command shows or sets it.
_LEFT = "left_at"


class Guilds:
    """The settings of servers. With an own `guild_id`, no other server's can be reached."""

    def __init__(self, store: GuildStore, guild_id: str | None = None) -> None:
        self._store = store
        self._guild_id = guild_id

    async def settings(self, guild_id: str) -> GuildSettings:
        """What the server decided, with defaults for the rest."""
        return guild_settings(await self._store.read(self._own(guild_id)))

    async def set(self, guild_id: str, name: str, value: str) -> GuildSettings:
        """Set one setting from text, "" for its default; nonsense raises `SettingError` and changes nothing."""
        after = changed(await self.settings(guild_id), name, value)
        await self._store.write(self._own(guild_id), name, value.strip())
        return after

    async def purge(self, now: datetime) -> int:
        """Delete the debates that are older than their server keeps them, and all of servers long left; how many debates."""
        gone = 0
        for guild_id in await self._store.with_setting("retention_days"):
            days = (await self.settings(guild_id)).retention_days
            if days:
                gone += await self._store.delete_before(guild_id, now - timedelta(days=days))
        for guild_id, left in (await self._store.with_setting(_LEFT)).items():
            if datetime.fromisoformat(left) <= now - KEPT_AFTER_LEAVING:
                gone += await self._store.erase(guild_id)
        return gone

    async def left(self, guild_id: str, now: datetime) -> None:
        """The bot was removed from the server: unless it comes back, everything is deleted after `KEPT_AFTER_LEAVING`."""
        await self._store.write(self._own(guild_id), _LEFT, now.isoformat())

    async def returned(self, guild_id: str) -> None:
        """The bot is in the server again: nothing is deleted on account of its leaving."""
        await self._store.write(self._own(guild_id), _LEFT, "")

    def _own(self, guild_id: str) -> str:
        if not guild_id or (self._guild_id is not None and guild_id != self._guild_id):
            raise SettingError("settings belong to a server: use this in one")
        return guild_id
