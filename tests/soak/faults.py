"""Random faults, the same ones for the same seed."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter

from tests.double.server import Double
from tests.double.trouble import Kind, Trouble

PATHS = ("/channels/*/messages", "/channels/*/messages/*", "/interactions/*", "/webhooks/*")

# While so many planned faults wait for a request, no more are planned: while the bot is away, and where few debates are left,
# they would pile up until each request fails for minutes.
MOST_WAITING = 4


class Faults:
    """Lets something go wrong every now and then."""

    def __init__(self, double: Double, seed: int) -> None:
        self._double = double
        self._random = random.Random(seed)
        self.made: Counter[str] = Counter()

    async def run(self, every: float, end: float) -> None:
        """One fault about every `every` seconds until `end` (of the monotonic clock); then what has begun may be finished."""
        while time.monotonic() < end:
            await asyncio.sleep(self._random.uniform(0.5, 1.5) * every)
            await self.one()
        self._double.rest.troubles.clear()
        await asyncio.Event().wait()

    async def one(self) -> None:
        """One fault."""
        kind = self._random.choice(["drop", "4000", "op 7", "op 9 resumable", "op 9", *(["request"] * 15)])
        if kind == "drop":
            await self._double.drop()
        elif kind == "4000":
            await self._double.drop(4000)
        elif kind == "op 7":
            await self._double.ask_to_reconnect()
        elif kind.startswith("op 9"):
            await self._double.invalidate(resumable=kind.endswith("resumable"))
        elif self._double.rest.troubles.waiting >= MOST_WAITING:
            return
        else:
            kind = self._plan()
        self.made[kind] += 1

    def _plan(self) -> str:
        how = self._random.choice(list(Kind))
        status = self._random.choice([429, 500, 502, 503]) if how is Kind.REFUSED else 503
        seconds = self._random.uniform(0.1, 1.0)
        path, times = self._random.choice(PATHS), self._random.randint(1, 3)
        self._double.plan(Trouble(how, path=path, times=times, status=status, seconds=seconds))
        return f"{how} {status}" if how in (Kind.REFUSED, Kind.FAILED_AFTER) else str(how)
