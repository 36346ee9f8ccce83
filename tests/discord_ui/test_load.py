"""Fifty debates at once in one process: all is acknowledged within a second, the loop stays free, speeches come fairly."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from simcord.http import router

from bot.brief.model import Brief
from bot.debate.state import DebateState
from tests.conftest import ROOT
from tests.discord_ui.harness import world
from tests.discord_ui.volley import Volley
from tests.starvation import starvation

# As many of the busy server as may wait for an answer, so that none is refused in whatever order they come.
BUSY, QUIET = 32, 18
WIDTH = 4  # speeches that the service prepares at a time
ACKNOWLEDGED_WITHIN = 1.0
BLOCKED_AT_MOST = 0.1
STOOD_AT_MOST = 0.5
# What the code does shows every time; what a machine does to a process may not.
PLAYS = 3


class Probe:
    """Measures the longest stretches in which the event loop ran nothing else, in seconds.

    `computed` counts processor time of the loop's thread, which other programs on the machine cannot lengthen; `stood` counts
    `clock`, the one on the wall less the time that the kernel kept the process waiting, so that a blocking call shows as well.
    What the double of Discord computes on this loop for every request is no work of the bot and is left out.
    """

    def __init__(self) -> None:
        self.computed = 0.0
        self.stood = 0.0
        self.double = 0.0
        self._starved = starvation()

    def clock(self) -> float:
        """Seconds, without those in which other programs had the processor."""
        return time.perf_counter() - self._starved()

    def leave_out_the_double(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Count the processor time that SimCord's server side takes."""
        serve = router.dispatch

        def timed(*args: Any, **kwargs: Any) -> Any:
            before = time.thread_time()
            try:
                return serve(*args, **kwargs)
            finally:
                self.double += time.thread_time() - before

        monkeypatch.setattr(router, "dispatch", timed)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Watch while the body runs."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()

    async def _run(self) -> None:
        while True:
            began, cpu = self.clock(), time.thread_time() - self.double
            await asyncio.sleep(0.002)
            self.computed = max(self.computed, time.thread_time() - self.double - cpu)
            self.stood = max(self.stood, self.clock() - began - 0.002)


async def test_the_probe_sees_a_loop_that_computes_and_one_that_stands() -> None:
    probe = Probe()
    async with probe.watching():
        await asyncio.sleep(0.01)
        time.sleep(STOOD_AT_MOST + 0.1)  # noqa: ASYNC251 - this is what must never happen in the bot
        await asyncio.sleep(0.01)
    assert probe.stood > STOOD_AT_MOST
    async with probe.watching():
        await asyncio.sleep(0.01)
        until = time.thread_time() + BLOCKED_AT_MOST + 0.05
        while time.thread_time() < until:
            pass
        await asyncio.sleep(0.01)
    assert probe.computed > BLOCKED_AT_MOST


async def _until(done: Callable[[], int], wanted: int) -> None:
    """Wait until `wanted` is reached, without SimCord's own bookkeeping on the loop."""
    end = time.perf_counter() + 240
    while done() < wanted:
        assert time.perf_counter() < end, f"{done()} of {wanted} after four minutes"
        await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_fifty_debates_at_once(tmp_path: Path, tiny: Brief, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.gettrace() is not None:
        # Coverage makes every line several times slower, so what is measured is measured in a process without it.
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "pytest", "-q", "-p", "no:cov", f"{__file__}::test_fifty_debates_at_once", cwd=ROOT, stdout=PIPE
        )
        said, _ = await asyncio.wait_for(child.communicate(), 1100)
        assert child.returncode == 0, said.decode()[-2000:]
        return
    for play in range(1, PLAYS + 1):
        with monkeypatch.context() as patched:
            measured = await _fifty_debates(f"sqlite+aiosqlite:///{tmp_path / f'log-{play}.db'}", tiny, patched)
        bounds = (ACKNOWLEDGED_WITHIN, BLOCKED_AT_MOST, STOOD_AT_MOST)
        if all(found < bound for found, bound in zip(measured, bounds, strict=True)):
            return
    raise AssertionError(f"acknowledged, computed, stood within {measured} seconds, in {PLAYS} plays never within {bounds}")


async def _fifty_debates(log_url: str, tiny: Brief, monkeypatch: pytest.MonkeyPatch) -> tuple[float, float, float]:
    """Play them; the longest wait for an acknowledgement, and how long the loop computed and stood at one stretch."""
    async with world(log_url, tiny) as here:
        quiet = await here.second_guild()
        rooms = [(here.mod, here.channel)] * BUSY + [(quiet.mod, quiet.channel)] * QUIET
        people = [mod.guild.add_member(here.env.create_user(f"debater{n}")) for n, (mod, _) in enumerate(rooms)]
        here.speaker.delay = 0.02
        here.speaker.go.clear()
        probe = Probe()
        volley = Volley(here, probe.clock)
        probe.leave_out_the_double(monkeypatch)
        gc.freeze()  # what the tests before left behind is not to be searched through here

        def told(words: str) -> int:
            everything = (m for channel in here.env.backend.messages.values() for m in channel.values())
            return sum(words in message.content for message in everything)

        async with probe.watching():
            for mod, channel in rooms:
                volley.slash(mod, channel, "debate open")
                await asyncio.sleep(0)
            await _until(lambda: told("is open in <#"), len(rooms))
        threads = [*here.channel.threads, *quiet.channel.threads]
        panels = [here.panel(thread) for thread in threads]
        async with probe.watching():
            for who, panel in zip(people, panels, strict=True):
                volley.press(who, panel, "Join the proposition")
                await asyncio.sleep(0)
            await _until(lambda: told("You debate for"), len(rooms))
            for (mod, _), panel in zip(rooms, panels, strict=True):
                volley.press(mod, panel, "Start")
                await asyncio.sleep(0)
            await _until(lambda: told("Done. "), len(rooms))
        states = [await here.debate(thread) for thread in threads]
        async with probe.watching():
            for who, thread, state in zip(people, threads, states, strict=True):
                volley.send_form(who, thread, f"form:speech:{state.id}:0", f"Speech of {who.name}.")
                await asyncio.sleep(0)
            await _until(lambda: told("in the queue"), len(rooms) - WIDTH)
            here.speaker.go.set()
            await _until(lambda: told("**Sources**"), len(rooms))
        await here.env.settle(timeout=240)
        ended = [await here.service.state(state.id) for state in states]
        assert [len(state.speeches) for state in ended] == [2] * (BUSY + QUIET)
        assert _fair(ended, str(quiet.guild.id))
        return max(volley.waits()), probe.computed, probe.stood


def _fair(states: list[DebateState], quiet: str) -> bool:
    """Whether the quiet server's debates, though they came last, were served in turn with the busy one's."""
    places = [int(state.speeches[1].text.split()[1].rstrip(":")) for state in states if state.guild_id == quiet]
    return max(places) <= WIDTH + 2 * QUIET + 1
