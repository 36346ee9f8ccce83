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
# A session that was given but ended sooner is one that somebody keeps cutting; after some of them the next waits a little, at
# most `LONGEST_CUT` seconds, since the gateway as such takes the bot.
WELCOME, LONGEST_CUT = 5.0, 8.0
# Seconds between two IDENTIFYs of a process, which Discord asks for: https://discord.com/developers/docs/events/gateway#rate-limiting
IDENTIFY_EVERY = 5.0
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
    """Every connection to the gateway goes through here; after some that led to no session, or to short ones, the next waits."""

    def __init__(
        self,
        shards: int = 1,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._at_once = AT_ONCE * shards
        self._clock = clock
        self._sleep = sleep
        self._refused = self._cut = 0
        self._since: float | None = None
        self._identified: float | None = None

    def welcomed(self) -> None:
        """The gateway gave a session or took one up again."""
        self._since = self._clock()
        self._refused = 0

    async def wait(self) -> None:
        """Return when the next connection may be made."""
        if self._since is not None:
            self._cut = 0 if self._clock() - self._since >= WELCOME else self._cut + 1
        self._since = None
        self._refused += 1
        seconds = max(self._after(self._refused, LONGEST_AT_GATE), self._after(self._cut, LONGEST_CUT))
        if seconds:
            await self._sleep(seconds)

    def _after(self, tries: int, longest: float) -> float:
        return min(2.0 ** min(tries - self._at_once - 1, 10), longest) if tries > self._at_once else 0.0

    async def identify(self) -> None:
        """Return when the next IDENTIFY may be sent. The library waits five seconds each time, in which a new connection is as
        easily lost again as any other; most come later than that after the last."""
        now = self._clock()
        # Shards that come at the same moment take a turn each.
        turn = now if self._identified is None else max(now, self._identified + IDENTIFY_EVERY)
        self._identified = turn
        if turn > now:
            await self._sleep(turn - now)

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
