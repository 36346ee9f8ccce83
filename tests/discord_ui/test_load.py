"""Fifty debates at once in one process: all is acknowledged within a second, the loop stays free, speeches come fairly."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.brief.model import Brief
from bot.debate.state import DebateState
from tests.discord_ui.harness import World, world
from tests.discord_ui.volley import Volley

BUSY, QUIET = 30, 20
ACKNOWLEDGED_WITHIN = 1.0
BLOCKED_AT_MOST = 0.1
_SCHEDULER = Path("/proc/thread-self/schedstat")


def _waited_for_cpu() -> float:
    """Seconds for which the kernel kept this thread waiting for a processor: other programs' doing, not the loop's."""
    return int(_SCHEDULER.read_text().split()[1]) / 1e9 if _SCHEDULER.exists() else 0.0


class Probe:
    """Measures for how long the event loop ran nothing else, in seconds, without the time that other programs took."""

    def __init__(self) -> None:
        self.longest = 0.0

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
            before, waited = time.perf_counter(), _waited_for_cpu()
            await asyncio.sleep(0.002)
            gap = time.perf_counter() - before - (_waited_for_cpu() - waited) - 0.002
            self.longest = max(self.longest, gap)


async def test_the_probe_sees_a_blocked_loop() -> None:
    probe = Probe()
    async with probe.watching():
        await asyncio.sleep(0.01)
        time.sleep(0.15)  # noqa: ASYNC251 - this is what must never happen in the bot
        await asyncio.sleep(0.01)
    assert probe.longest > BLOCKED_AT_MOST


async def _settled(here: World) -> None:
    await here.env.settle(timeout=120)


@pytest.mark.slow
async def test_fifty_debates_at_once(tmp_path: Path, tiny: Brief) -> None:
    async with world(tmp_path, tiny) as here:
        quiet = here.second_guild()
        rooms = [(here.mod, here.channel)] * BUSY + [(quiet.mod, quiet.channel)] * QUIET
        people = [mod.guild.add_member(here.env.create_user(f"debater{n}")) for n, (mod, _) in enumerate(rooms)]
        here.speaker.delay = 0.02
        volley, probe = Volley(here), Probe()
        async with probe.watching():
            for mod, channel in rooms:
                volley.slash(mod, channel, "debate open")
                await asyncio.sleep(0)
            await _settled(here)
            threads = [*here.channel.threads, *quiet.channel.threads]
            for who, thread in zip(people, threads, strict=True):
                volley.press(who, here.panel(thread), "Join the proposition")
                await asyncio.sleep(0)
            await _settled(here)
            for (mod, _), thread in zip(rooms, threads, strict=True):
                volley.press(mod, here.panel(thread), "Start")
                await asyncio.sleep(0)
            await _settled(here)
            states = [await here.debate(thread) for thread in threads]
            for who, thread, state in zip(people, threads, states, strict=True):
                volley.send_form(who, thread, f"form:speech:{state.id}:0", f"Speech of {who.name}.")
                await asyncio.sleep(0)
            await _settled(here)
        ended = [await here.service.state(state.id) for state in states]
        assert [len(state.speeches) for state in ended] == [2] * (BUSY + QUIET)
        assert max(volley.waits()) < ACKNOWLEDGED_WITHIN
        assert probe.longest < BLOCKED_AT_MOST
        assert _fair(ended, str(quiet.guild.id))


def _fair(states: list[DebateState], quiet: str) -> bool:
    """Whether the quiet server's debates, though they came last, were answered in turn with the busy one's."""
    places = {state.guild_id: [] for state in states}
    for state in states:
        places[state.guild_id].append(int(state.speeches[1].text.split()[1].rstrip(":")))
    busy = next(found for guild, found in places.items() if guild != quiet)
    return max(places[quiet]) < max(busy)
