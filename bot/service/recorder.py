"""The recorder: load, decide, record. Every change of a debate goes through it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from weakref import WeakValueDictionary

from bot.debate.ballots import Ballot
from bot.debate.change import Change
from bot.debate.state import DebateState
from bot.storage.debate_log import AlreadyRecordedError, DebateLog, StaleError, UnknownDebateError

Decide = Callable[[DebateState, datetime], Change | None]
Judge = Callable[[DebateState, list[Ballot], datetime], Change]
Clock = Callable[[], datetime]
# How often a decision is taken again because another process changed the debate meanwhile.
TRIES = 8
log = logging.getLogger(__name__)


class Recorder:
    """Applies decisions to debates, one at a time for each. With a `guild_id`, debates of other guilds do not exist.

    A change is made once: by a lock in this process, and by the debate's version and the keys of the log between processes.
    """

    def __init__(
        self,
        log: DebateLog,
        clock: Clock,
        guild_id: str | None = None,
        locks: WeakValueDictionary[str, asyncio.Lock] | None = None,
    ) -> None:
        self.log = log
        self.clock = clock
        self.guild_id = guild_id
        self._locks = WeakValueDictionary[str, asyncio.Lock]() if locks is None else locks

    def within(self, guild_id: str) -> Recorder:
        """The same recorder, for the debates of one guild only."""
        return Recorder(self.log, self.clock, guild_id, self._locks)

    async def load(self, debate_id: str) -> DebateState:
        """The debate as the log has it."""
        state = await self.log.load(debate_id)
        if self.guild_id is not None and (not self.guild_id or state.guild_id != self.guild_id):
            raise UnknownDebateError(f"there is no debate {debate_id} here: check its id")
        return state

    def lock(self, debate_id: str) -> asyncio.Lock:
        """The lock of one debate; whoever holds it is the only one in this process to decide."""
        lock = self._locks.get(debate_id)
        if lock is None:
            lock = self._locks[debate_id] = asyncio.Lock()
        return lock

    async def change(self, debate_id: str, decide: Decide, key: str = "") -> DebateState:
        """The debate after what `decide` says, recorded; unchanged if it says nothing or the request `key` was met before.

        If another process changes the debate meanwhile, `decide` is asked again with the new state.
        """

        async def plain(state: DebateState) -> Change | None:
            return decide(state, self.clock())

        return (await self._apply(debate_id, plain, key))[0]

    async def judge(self, debate_id: str, decide: Judge, key: str = "") -> tuple[Ballot, ...]:
        """Like `change` for decisions about ballots: the versions that changed; none if the request was met before."""

        async def judged(state: DebateState) -> Change:
            return decide(state, await self.log.ballots(debate_id), self.clock())

        change = (await self._apply(debate_id, judged, key))[1]
        return change.ballots if change else ()

    async def _apply(
        self, debate_id: str, decide: Callable[[DebateState], Awaitable[Change | None]], key: str
    ) -> tuple[DebateState, Change | None]:
        async with self.lock(debate_id):
            for tried in range(TRIES):
                state = await self.load(debate_id)
                if key and await self.log.seen(debate_id, key):
                    return state, None
                change = await decide(state)
                if change is None:
                    return state, None
                try:
                    saved = await self.log.save(change, key)
                except (StaleError, AlreadyRecordedError):
                    if tried == TRIES - 1:
                        raise
                    continue
                log.info("recorded", extra={"debate": debate_id, "act": change.action or "speech", "turn": saved.turns_taken})
                return saved, change
        raise AssertionError("unreachable")  # pragma: no cover
