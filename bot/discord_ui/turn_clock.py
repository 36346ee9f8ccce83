"""The turn clock: one timer for each debate whose turn has a deadline. It knows no rule; it asks the service when to act."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.debate.clock import remaining
from bot.debate.state import DebateState
from bot.discord_ui.door import noted
from bot.discord_ui.reach import Reach
from bot.discord_ui.shards import Shards
from bot.service import DebateService, UnknownDebateError

log = logging.getLogger(__name__)
# A timer may fire a little early, and asks again then; an unexpected error is tried again after a while.
SHORTEST = 0.05
AFTER_ERROR = 5.0

Warned = Callable[[DebateState, int], Awaitable[None]]
Expired = Callable[[DebateState], Awaitable[None]]


async def _untold(_: DebateState) -> None:
    """Nobody is told."""


class TurnClock:
    """Announces what is left of a turn and lets it expire, once, through the service. Rebuilt from the log at start.

    While a server cannot reach the bot its turns do not expire; afterwards whoever ran out of time gets a minute (`woken`).
    """

    def __init__(
        self,
        service: DebateService,
        clock: Callable[[], datetime],
        warned: Warned,
        expired: Expired,
        *,
        woken: Expired = _untold,
        reach: Reach | None = None,
    ) -> None:
        self._service = service
        self._clock = clock
        self._warned = warned
        self._expired = expired
        self._woken = woken
        self._reach = reach or Reach(Shards())
        self._timers: dict[str, asyncio.Task[None]] = {}

    def watch(self, state: DebateState) -> None:
        """Run the debate's timer as `state` demands: anew, or not at all."""
        running = self._timers.pop(state.id, None)
        if running is not None and running is not asyncio.current_task():
            running.cancel()
        turn = state.next_turn
        if turn is not None and state.deadline is not None:
            task = asyncio.create_task(self._run(state, turn.number), name=f"clock {state.id}")
            self._timers[state.id] = task
            task.add_done_callback(lambda done: self._forget(state.id, done))

    @property
    def watched(self) -> frozenset[str]:
        """The debates whose timers run."""
        return frozenset(self._timers)

    def stop(self) -> list[asyncio.Task[None]]:
        """Stop every timer; they end a little later, when they have let go of the log."""
        stopped = list(self._timers.values())
        for task in stopped:
            task.cancel()
        self._timers.clear()
        return stopped

    def _forget(self, debate_id: str, task: asyncio.Task[None]) -> None:
        if self._timers.get(debate_id) is task:
            del self._timers[debate_id]

    async def _run(self, state: DebateState, turn: int) -> None:
        while state.next_turn is not None and state.next_turn.number == turn and state.deadline is not None:
            await asyncio.sleep(max(SHORTEST, self._wait(state)))
            try:
                if await self._was_cut_off(state):
                    return
                state = await self._service.state(state.id)
                mark = await self._service.deadline_warning(state.id)
                if mark is not None:
                    await self._warned(state, mark)
                if self._reach.away(state.guild_id):  # cut off while the log was asked
                    continue
                after = await self._service.expire(state.id, turn)
                if after is not None:
                    await self._expired(after)
                    return
                state = await self._service.state(state.id)
            except UnknownDebateError:
                # Deleted while its turn ran: there is nothing left to time.
                return
            except Exception as error:  # the clock must not die of one bad moment
                log.warning("the clock of %s stumbled (%s)", state.id, noted(error))
                await asyncio.sleep(AFTER_ERROR)

    async def _was_cut_off(self, state: DebateState) -> bool:
        """Wait while nobody can reach the bot; whether the clock was moved for that, and another timer runs now."""
        if not self._reach.away(state.guild_id):
            return False
        await self._reach.returned(state.guild_id)
        before = await self._service.state(state.id)
        after = await self._service.wake(state.id)
        if after.version == before.version:
            return False
        await self._woken(after)
        return True

    def _wait(self, state: DebateState) -> float:
        """Seconds until there is something to say or to do."""
        now = self._clock()
        deadline = state.deadline
        left = (deadline - now).total_seconds() if deadline else 0.0
        spoken = remaining(state, now) or 0.0
        # Marks count the turn's own time, which stands while prep time runs before it.
        marks = (left - mark for mark in state.format.warn_at if mark not in state.warned and mark < spoken)
        return min((wait for wait in (*marks, left) if wait > 0), default=0.0)
