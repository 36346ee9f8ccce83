"""Mending: what Discord did not take for as long as the courier tried is shown later, by what the thread lacks then."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from weakref import WeakValueDictionary

from bot.discord_ui.courier import passes
from bot.discord_ui.door import record

log = logging.getLogger(__name__)
# Seconds until the next try.
AGAIN = 15.0
Notice = tuple[str, Sequence[str]]


class Mending:
    """Shows things in one thread one at a time, keeps the debates whose threads are behind, and brings each up to date."""

    def __init__(self, mend: Callable[[str, list[Notice]], Awaitable[bool]]) -> None:
        """`mend` brings a thread up to date, takes each notice it has told off the list, and says whether that is all."""
        self._mend = mend
        self._behind: dict[str, list[Notice]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._locks = WeakValueDictionary[str, asyncio.Lock]()

    def lock(self, debate_id: str) -> asyncio.Lock:
        """Whoever holds it is the only one to show something of the debate."""
        lock = self._locks.get(debate_id)
        if lock is None:
            lock = self._locks[debate_id] = asyncio.Lock()
        return lock

    async def shown(self, debate_id: str, show: Callable[[], Awaitable[object]], notice: Notice | None = None) -> bool:
        """Whether something could be shown now. If Discord or the log fails for too long it is shown later, a notice too."""
        async with self.lock(debate_id):
            return await self.shown_now(debate_id, show, notice)

    async def shown_now(self, debate_id: str, show: Callable[[], Awaitable[object]], notice: Notice | None = None) -> bool:
        """The same for whoever holds the lock."""
        if debate_id not in self._behind:
            try:
                await show()
            except Exception as error:
                if not passes(error):
                    raise
                log.warning("debate %s could not be shown (%s): it will be", debate_id, type(error).__name__)
                self._later(debate_id)
            else:
                return True
        if notice is not None:
            self._behind[debate_id].append(notice)
        return False

    def stop(self) -> list[asyncio.Task[None]]:
        """Give up, the next start does it; the tasks end a little later."""
        stopped = list(self._tasks)
        for task in stopped:
            task.cancel()
        return stopped

    def _later(self, debate_id: str) -> None:
        if debate_id in self._behind:
            return
        self._behind[debate_id] = []
        task = asyncio.create_task(self._run(debate_id), name=f"mend {debate_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, debate_id: str) -> None:
        try:
            while True:
                await asyncio.sleep(AGAIN)
                try:
                    async with self.lock(debate_id):
                        if await self._mend(debate_id, self._behind[debate_id]):
                            return
                except Exception as error:
                    if not passes(error):  # its thread is gone, say: the others go on
                        log.warning("debate %s cannot be mended (id %s)", debate_id, record(error))
                        return
        finally:
            del self._behind[debate_id]
