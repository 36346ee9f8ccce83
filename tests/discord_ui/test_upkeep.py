"""Retention happens by itself: at start, then daily, whatever goes wrong on one day."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.discord_ui.upkeep import Upkeep, kept_tidy
from bot.storage.debate_log import UnknownDebateError
from tests.discord_ui.harness import World

NOW = datetime(2026, 3, 1, tzinfo=UTC)


async def test_a_bad_day_does_not_end_retention() -> None:
    asked: list[datetime] = []
    enough = asyncio.Event()

    async def purge(now: datetime) -> int:
        asked.append(now)
        if len(asked) == 1:
            raise RuntimeError("the log is away")
        if len(asked) == 3:
            enough.set()
        return 1

    upkeep = Upkeep(purge, lambda: NOW, every=0.001)
    upkeep.start()
    upkeep.start()
    await asyncio.wait_for(enough.wait(), 60)
    await upkeep.stop()
    count = len(asked)
    await asyncio.sleep(0.01)
    assert len(asked) == count
    assert set(asked) == {NOW}
    await upkeep.stop()


async def test_the_log_is_settled_again_and_again_even_after_it_was_away() -> None:
    asked = 0
    enough = asyncio.Event()

    async def settle() -> None:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise RuntimeError("the log is away")
        if asked == 3:
            enough.set()

    async with kept_tidy(settle, every=0.001):
        await asyncio.wait_for(enough.wait(), 60)
    count = asked
    await asyncio.sleep(0.01)
    assert asked == count


async def until_gone(here: World, debate_id: str) -> None:
    """Asks for the debate for two minutes; raises what the service raises."""
    end = time.perf_counter() + 120
    while time.perf_counter() < end:
        await here.service.state(debate_id)
        await asyncio.sleep(0.02)


async def test_a_restarted_bot_deletes_what_its_server_no_longer_keeps(here: World) -> None:
    state, _ = await here.running()
    await here.service.close(state.id, str(here.mod.id), staff=True)
    await here.service.guilds.set(str(here.guild.id), "retention_days", "1")
    await here.env.advance_time(timedelta(days=2).total_seconds())
    await here.restart()
    await here.env.settle()
    with pytest.raises(UnknownDebateError):
        await until_gone(here, state.id)


async def test_a_server_that_removes_the_bot_has_a_month_to_think_better_of_it(here: World) -> None:
    state, _ = await here.running()
    guild = here.bot.get_guild(int(here.guild.id))
    assert guild is not None
    await here.bot.on_guild_remove(guild)
    assert await here.service.guilds.purge(here.env.now() + timedelta(days=29)) == 0
    await here.bot.on_guild_join(guild)
    assert await here.service.guilds.purge(here.env.now() + timedelta(days=40)) == 0
    await here.bot.on_guild_remove(guild)
    assert await here.service.guilds.purge(here.env.now() + timedelta(days=40)) == 1
    with pytest.raises(UnknownDebateError):
        await here.service.state(state.id)
