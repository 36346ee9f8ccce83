"""Clocks: of a bot that is cut off, and of a machine whose time jumps. Nobody loses a turn to either."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.debate.clock import WAKE_SECONDS, remaining
from bot.discord_ui import turn_clock
from bot.discord_ui.client import Options
from bot.discord_ui.reach import Reach
from tests.faults.world import World, begin, end


@pytest.fixture(autouse=True)
def _timers_ask_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A timer sleeps by the real clock, which a test that moves the bot's clock does not wait for."""
    real = asyncio.sleep

    async def soon(seconds: float) -> None:
        await real(min(seconds, 0.05))

    monkeypatch.setattr(turn_clock, "asyncio", _Asyncio(soon))


class _Asyncio:
    """The module as the turn clock sees it."""

    def __init__(self, sleep: object) -> None:
        self.sleep = sleep

    def __getattr__(self, name: str) -> object:
        return getattr(asyncio, name)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The servers whose timers wait for the bot to be back."""
    wait, servers = Reach.returned, []

    async def noted(self: Reach, guild_id: str) -> None:
        servers.append(guild_id)
        await wait(self, guild_id)

    monkeypatch.setattr(Reach, "returned", noted)
    return servers


async def test_a_turn_does_not_expire_while_nobody_can_reach_the_bot(here: World, waiting: list[str]) -> None:
    state = await here.started(format="classroom")
    here.double.gateway.refuse_with = 503
    await here.double.drop()
    await here.until(lambda: here.bot.reach.away(state.guild_id), "the bot to be cut off")
    # The timer may be asking the log just now, from before the cut; its next look sees it.
    await here.until(lambda: waiting, "the timer to see it")
    here.hands.ahead = 1000.0
    await asyncio.sleep(0.3)
    assert (await here.state()).skipped == ()
    here.double.gateway.refuse_with = None
    back = time.monotonic()
    await here.until(lambda: "I was cut off" in here.town.said(here.thread), "the notice")
    left = remaining(await here.state(), here.hands())
    assert left is not None
    assert WAKE_SECONDS - 10 - (time.monotonic() - back) < left <= WAKE_SECONDS + 1
    await here.told(here.form(state, 0, "In time after all."), "is recorded")
    await here.whole(2)


async def test_a_turn_expires_once_when_the_bot_is_connected(here: World) -> None:
    await here.started(format="classroom")
    here.hands.ahead = 1000.0
    await here.until(lambda: "The time for speech 1 is over" in here.town.said(here.thread), "the deadline")
    await here.shown(1)
    state = await here.state()
    assert [s.turn for s in state.skipped] == [0]
    assert [s.turn for s in state.speeches] == [1]
    assert here.town.said(here.thread).count("The time for speech 1 is over") == 1


async def test_a_clock_that_jumps_back_gives_nobody_a_longer_turn_than_it_has(here: World) -> None:
    began = time.monotonic()
    state = await here.started(format="classroom")
    here.hands.ahead = -7200.0
    await here.told(here.town.press(here.town.mod, here.panel, "Pause"), "Done")
    await here.told(here.town.press(here.town.mod, here.panel, "Resume"), "Done")
    left = remaining(await here.state(), here.hands())
    assert left is not None
    assert 239 - (time.monotonic() - began) < left <= 240
    await here.told(here.form(state, 0, "Grades rise."), "is recorded")
    await here.whole(2)


@pytest.mark.parametrize("hours", [-48, 48])
async def test_a_restart_with_another_time_shows_nothing_twice_and_costs_nobody_a_turn(here: World, hours: int) -> None:
    state = await here.started(format="classroom")
    await here.told(here.form(state, 0, "Grades rise."), "is recorded")
    await here.whole(2)
    await end(here)
    here.hands.ahead = hours * 3600.0
    back = time.monotonic()
    begin(here, Options(guild_ready_timeout=0.05))
    await here.connected()
    await here.until(lambda: "I was away" in here.town.said(here.thread), "the notice")
    after = await here.whole(2)
    assert after.skipped == ()
    left = remaining(after, here.hands())
    assert left is not None
    assert left >= WAKE_SECONDS - 10 - (time.monotonic() - back)
    assert after.deadline is not None
