"""The library itself waits with our patience: these tests fail when a new discord.py connects or waits in another way."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.brief.model import Brief
from bot.discord_ui.client import DebateClient, Options
from bot.discord_ui.patience import AT_ONCE, Patience
from bot.discord_ui.shards import Shards
from tests.faults.world import World, world

ONE, TWO = Shards(), Shards((0, 1), 2)
LOOKED_AT = 1.5


@pytest.fixture(params=[ONE, TWO], ids=["one connection", "two shards"])
async def there(
    request: pytest.FixtureRequest, tmp_path: Path, tiny: Brief, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    async def at_once(*_: object, **__: object) -> None:
        return

    # Discord lets a bot identify once in five seconds, which the library waits for; the double does not care.
    monkeypatch.setattr(DebateClient, "before_identify_hook", at_once)
    async with world(tmp_path, tiny, options=Options(guild_ready_timeout=0.05, shards=request.param)) as made:
        yield made


def connections(here: World) -> int:
    return 2 if here.bot.options.shards.several else 1


async def test_the_library_s_back_off_is_ours(there: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Patience] = []

    def soon(self: Patience) -> float:
        asked.append(self)
        return 0.01

    monkeypatch.setattr(Patience, "delay", soon)
    there.double.gateway.refuse_with = 503
    await there.double.drop(4000)
    await there.until(lambda: len(asked) > 5, "the library to ask how long it shall wait")
    there.double.gateway.refuse_with = None
    await there.until(lambda: len(there.double.gateway.lines) == connections(there), "the bot to come back")
    assert len(there.clients) == 1


@pytest.mark.parametrize("code", [4000, 1000, 4008])
async def test_a_gateway_that_closes_each_connection_at_once_is_not_tried_in_a_tight_loop(there: World, code: int) -> None:
    gateway = there.double.gateway
    before, began = gateway.met, time.monotonic()
    gateway.close_with = code
    await there.double.drop(code)
    await there.until(lambda: gateway.met > before, "the bot to try again")
    await asyncio.sleep(LOOKED_AT)
    # After those at once it waits for one second, two, four: as many more as there was time for.
    doubled = int(math.log2(1 + time.monotonic() - began))
    assert gateway.met - before <= AT_ONCE * connections(there) + 1 + doubled
    gateway.close_with = None
    await there.until(
        lambda: sum(s.line is not None for s in gateway.sessions.values()) == connections(there), "the bot to come back"
    )
    assert len(there.clients) == 1
