"""Reach: whether people can reach the bot. A shard that lost its connection hears nobody until it is back."""

from __future__ import annotations

import asyncio

from bot.discord_ui.shards import Shards


class Reach:
    """Which shards are cut off from Discord."""

    def __init__(self, shards: Shards) -> None:
        self._shards = shards
        self._cut: dict[int, asyncio.Event] = {}

    def lost(self, shard: int = 0) -> None:
        """The shard's connection ended."""
        self._cut.setdefault(shard, asyncio.Event())

    def back(self, shard: int = 0) -> None:
        """The shard is connected again, and what it missed has been delivered."""
        cut = self._cut.pop(shard, None)
        if cut is not None:
            cut.set()

    def away(self, guild_id: str) -> bool:
        """Whether nobody in this server can reach the bot."""
        return self._shards.of(guild_id) in self._cut

    async def returned(self, guild_id: str) -> None:
        """Wait until the server can reach the bot."""
        cut = self._cut.get(self._shards.of(guild_id))
        if cut is not None:
            await cut.wait()
