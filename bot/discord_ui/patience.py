"""Patience: how long the bot waits before it connects to Discord's gateway again.

The library's own back-off grows to 17 minutes and starts small again only after 34 minutes without trouble, so a few drops keep
the bot away for long; and where the gateway closes a connection as soon as it is there, the library does not wait at all.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

import aiohttp
import discord

# Seconds between two tries, at most.
LONGEST = 120.0
# A wait that was so long ago did what it was for. The library gives up a try after 60 s, so a hanging one does not count as held.
HELD = 90.0
# The library gives a connection 60 s, five of which it may wait before IDENTIFY: what waits in there must leave time to connect.
LONGEST_AT_GATE = 45.0
# A session that lasted so long was not refused.
WELCOME = 5.0
# How often a shard may come back at once: a RESUME that is refused and the IDENTIFY after it are nothing unusual.
AT_ONCE = 3


class Patience:
    """Takes the place of the library's `ExponentialBackoff`: waits double up to `LONGEST`, and are small again after `HELD`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tries = 0
        self._over = clock()

    def delay(self) -> float:
        """Seconds to wait now; between half of it and all of it, so that many bots do not come back at the same moment."""
        now = self._clock()
        if now - self._over > HELD:
            self._tries = 0
        wait = min(2.0**self._tries, LONGEST) * random.uniform(0.5, 1.0)
        self._tries = min(self._tries + 1, 10)
        self._over = now + wait
        return wait


class Gate:
    """Every connection to the gateway goes through here; after some that led to no lasting session the next must wait."""

    def __init__(
        self,
        shards: int = 1,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._at_once = AT_ONCE * shards
        self._clock = clock
        self._sleep = sleep
        self._tries = 0
        self._since: float | None = None

    def welcomed(self) -> None:
        """The gateway gave a session or took one up again."""
        self._since = self._clock()

    async def wait(self) -> None:
        """Return when the next connection may be made."""
        if self._since is not None and self._clock() - self._since >= WELCOME:
            self._tries = 0
        self._since = None
        self._tries += 1
        if self._tries > self._at_once:
            await self._sleep(min(2.0 ** min(self._tries - self._at_once - 1, 10), LONGEST_AT_GATE))

    def guard(self, client: discord.Client) -> None:
        """From now on each connection of `client` waits here: the library makes all of them, of every shard, by this method."""
        connect = client.http.ws_connect

        async def ws_connect(url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
            await self.wait()
            return await connect(url, compress=compress)

        client.http.ws_connect = ws_connect  # type: ignore[method-assign]


def teach_library() -> None:
    """Let the library wait with patience. It makes its back-off inside long functions and offers no way to hand it another."""
    for module in (discord.client, discord.shard):
        module.ExponentialBackoff = Patience  # type: ignore[attr-defined]
