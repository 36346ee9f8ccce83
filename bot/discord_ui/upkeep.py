"""Upkeep: what nobody asks for and has to happen anyway, such as deleting debates that their server no longer keeps."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from bot.discord_ui.door import record
from bot.memory import give_back

log = logging.getLogger(__name__)
# Retention is counted in days, so once a day is as often as it can matter.
EVERY_SECONDS = 24 * 3600.0
TIDY_SECONDS = 300.0


class Upkeep:
    """Calls `purge` with the present at once and then every `every` seconds, until it is stopped."""

    def __init__(
        self, purge: Callable[[datetime], Awaitable[int]], clock: Callable[[], datetime], every: float = EVERY_SECONDS
    ) -> None:
        self._purge = purge
        self._clock = clock
        self._every = every
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; a second call changes nothing."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="upkeep")

    async def stop(self) -> None:
        """Stop, also in the middle of a purge, whose transaction is then undone."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        while True:
            try:
                gone = await self._purge(self._clock())
            except Exception as error:  # one bad day must not end retention for good
                log.warning("old debates could not be deleted (id %s)", record(error))
            else:
                if gone:
                    log.info("deleted %d debates that their servers no longer keep", gone)
            await asyncio.sleep(self._every)


@asynccontextmanager
async def kept_tidy(settle: Callable[[], Awaitable[None]], every: float = TIDY_SECONDS) -> AsyncIterator[None]:
    """While inside, the log is settled and freed memory given back to the system every `every` seconds."""
    task = asyncio.create_task(_tidy(settle, every), name="tidying")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _tidy(settle: Callable[[], Awaitable[None]], every: float) -> None:
    while True:
        await asyncio.sleep(every)
        try:
            await settle()
        except Exception as error:  # the log may be away for a while
            log.warning("the log could not be settled (id %s)", record(error))
        await asyncio.to_thread(give_back)
