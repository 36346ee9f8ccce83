"""Shards: what the settings let through, which servers a process serves, and that no other process acts in them."""

from __future__ import annotations

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bootstrap import discord_client_of
from bot.brief.model import Brief
from bot.discord_ui.client import DebateClient, Options
from bot.discord_ui.shards import Shards
from bot.errors import UserError
from bot.examination import examine_discord
from bot.settings import read_settings
from tests.discord_ui.harness import world


@pytest.mark.parametrize(
    ("ids", "count", "shards"),
    [("", 0, ()), ("", 3, (0, 1, 2)), ("1", 3, (1,)), ("4, 0-2", 6, (0, 1, 2, 4)), ("0-0,", 1, (0,))],
)
def test_shards_are_read_from_the_settings(ids: str, count: int, shards: tuple[int, ...]) -> None:
    assert read_settings(shard_ids=ids, shard_count=count, _env_file=None).shards == shards


@pytest.mark.parametrize(
    ("ids", "count", "line"),
    [
        ("0", 0, "SHARD_COUNT is not set"),
        ("3", 3, "from 0 to 2"),
        ("0,0", 3, "different numbers"),
        ("2-1", 3, "goes up"),
        ("0-99999999999", 3, "goes up"),
        ("debatebot-0", 3, "0,1 or 4-7"),
        ("-1", 3, "0,1 or 4-7"),
        ("1-", 3, "0,1 or 4-7"),
        ("²", 3, "0,1 or 4-7"),
    ],
)
def test_nonsense_is_one_line_that_names_the_setting(ids: str, count: int, line: str) -> None:
    with pytest.raises(UserError, match=line) as said:
        read_settings(shard_ids=ids, shard_count=count, _env_file=None)
    assert str(said.value).startswith(f"SHARD_IDS={ids!r} cannot be used: ")
    assert "\n" not in str(said.value)


@pytest.mark.parametrize("count", ["-1", "many", "1.5", "10001"])
def test_a_count_that_is_none_is_refused_even_beside_ids(count: str) -> None:
    with pytest.raises(UserError, match=f"^SHARD_COUNT='{count}' cannot be used"):
        read_settings(shard_count=count, shard_ids="0", _env_file=None)


@given(st.integers(min_value=1, max_value=2**63), st.integers(min_value=1, max_value=20))
def test_every_server_belongs_to_exactly_one_shard_and_to_discord_s(guild: int, count: int) -> None:
    holding = [n for n in range(count) if Shards((n,), count).holds(str(guild))]
    assert holding == [(guild >> 22) % count]


def test_without_shards_a_process_serves_every_server() -> None:
    assert Shards().holds("123456789012345678")
    assert Shards().first
    assert [Shards((n,), 3).first for n in range(3)] == [True, False, False]


async def test_the_client_has_as_many_connections_as_it_has_shards() -> None:
    kept = {"_env_file": None}
    plain = discord_client_of(read_settings(**kept), None)
    one = discord_client_of(read_settings(shard_ids="2", shard_count=4, **kept), None)
    more = discord_client_of(read_settings(shard_ids="0,3", shard_count=4, **kept), None)
    assert (plain.shard_id, plain.shard_count) == (None, None)
    assert (one.shard_id, one.shard_count) == (2, 4)
    assert isinstance(more, discord.AutoShardedClient)
    assert (more.shard_ids, more.shard_count) == ([0, 3], 4)
    assert not isinstance(one, discord.AutoShardedClient)


def test_doctor_names_the_shards() -> None:
    def said(**settings: object) -> str:
        return {what: note for what, _, note in examine_discord(read_settings(_env_file=None, **settings))}["discord shards"]

    assert said() == "one connection for every server"
    assert said(shard_ids="1-2", shard_count=4) == "1, 2 of 4 (0 to 3) in this process"


@pytest.mark.parametrize("mine", [True, False])
async def test_a_process_restores_and_runs_the_clocks_of_its_own_servers_only(mine: bool, log_url: str, tiny: Brief) -> None:
    async with world(log_url, tiny) as here:
        state, thread = await here.running(format="classroom")
        own = (here.guild.id >> 22) % 2
        before = here.said(thread)
        here.options = Options(guild_ready_timeout=0.1, shards=Shards((own if mine else 1 - own,), 2))
        await here.restart()
        assert isinstance(here.bot, DebateClient)
        assert (state.id in here.bot.stage.clock.watched) is mine
        assert ("I was away for a moment" in here.said(thread).removeprefix(before)) is mine
