"""The outer loop: what is tried again, what is said once, and where the library is pointed."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.bootstrap import run_discord, spare_collections, sync_discord
from bot.discord_ui import runner
from bot.discord_ui.patience import LONGEST
from bot.discord_ui.runner import FATAL, run, use_servers
from bot.errors import UserError
from bot.settings import read_settings


class Scripted:
    """A client whose `start` does what the script says; the last entry is repeated."""

    script: list[BaseException | None]
    started: int

    def __init__(self, *script: BaseException | None) -> None:
        self.script = list(script)
        self.started = 0
        self.was_ready = False
        self.ws: object | None = None
        self.closed = asyncio.Event()

    async def __aenter__(self) -> Scripted:
        return self

    async def __aexit__(self, *problem: object) -> None:
        return None

    async def start(self, token: str) -> None:
        self.started += 1
        what = self.script[0] if len(self.script) == 1 else self.script.pop(0)
        if what is not None:
            raise what

    async def close(self) -> None:
        self.closed.set()


class Waits:
    """A sleep that only writes down how long."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def closed(code: int) -> discord.ConnectionClosed:
    return discord.ConnectionClosed(SimpleNamespace(close_code=code), shard_id=None, code=code)  # type: ignore[arg-type]


def http(status: int) -> discord.HTTPException:
    return discord.HTTPException(SimpleNamespace(status=status, reason="no", headers={}), "no")  # type: ignore[arg-type]


async def running(client: Any, waits: Waits) -> None:
    await run(lambda: client, "token", sleep=waits)


@pytest.mark.parametrize(
    "trouble",
    [OSError("refused"), aiohttp.ClientPayloadError(), http(503), http(502), closed(1006), closed(4009)],
)
async def test_what_may_pass_is_tried_again_more_slowly(trouble: BaseException) -> None:
    client, waits = Scripted(trouble, trouble, trouble, None), Waits()
    await running(client, waits)
    assert waits.seconds == [1, 2, 4]


async def test_a_gateway_refused_at_the_first_connect_is_survived() -> None:
    client, waits = Scripted(AttributeError("'NoneType' object has no attribute 'sequence'"), None), Waits()
    await running(client, waits)
    assert client.started == 2


async def test_an_attribute_error_of_our_own_is_not_taken_for_a_refused_gateway() -> None:
    client = Scripted(AttributeError("a bug"))
    client.ws = object()
    with pytest.raises(AttributeError, match="a bug"):
        await running(client, Waits())


async def test_the_wait_has_a_limit_and_begins_anew_after_a_session_that_worked() -> None:
    client, waits = Scripted(*[OSError()] * 12, None), Waits()
    await running(client, waits)
    assert max(waits.seconds) == LONGEST
    client, waits = Scripted(*[OSError()] * 4, None), Waits()
    client.was_ready = True
    await running(client, waits)
    assert waits.seconds == [1, 1, 1, 1]


@pytest.mark.parametrize("code", sorted(FATAL))
async def test_what_trying_again_cannot_mend_is_one_clear_line(code: int) -> None:
    waits = Waits()
    with pytest.raises(UserError) as said:
        await running(Scripted(closed(code)), waits)
    assert str(code) in str(said.value)
    assert "\n" not in str(said.value)
    assert waits.seconds == []


async def test_a_bad_token_and_a_refused_intent_say_where_to_mend_them() -> None:
    with pytest.raises(UserError, match=r"DISCORD_TOKEN.*developer portal"):
        await running(Scripted(discord.LoginFailure("no")), Waits())
    with pytest.raises(UserError, match="DISCORD_MESSAGE_CONTENT=false"):
        await running(Scripted(discord.PrivilegedIntentsRequired(None)), Waits())


async def test_sigterm_closes_the_client() -> None:
    client = Scripted(None)

    async def start(token: str) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(client.closed.wait(), 60)

    client.start = start  # type: ignore[method-assign]
    await running(client, Waits())
    assert client.closed.is_set()


@pytest.fixture
def restored() -> Iterator[None]:
    before = (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY)
    yield
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


@pytest.mark.usefixtures("restored")
def test_the_library_is_pointed_at_both_servers_or_neither() -> None:
    use_servers("http://127.0.0.1:1/api/v10/", "ws://127.0.0.1:2")
    assert Route.BASE == "http://127.0.0.1:1/api/v10"
    assert yarl.URL("ws://127.0.0.1:2") == DiscordWebSocket.DEFAULT_GATEWAY
    with pytest.raises(UserError, match="DISCORD_GATEWAY_URL is not"):
        use_servers("http://127.0.0.1:1", "")
    with pytest.raises(UserError, match="DISCORD_API_URL is not"):
        use_servers("", "ws://127.0.0.1:1")
    with pytest.raises(UserError, match="wss://"):
        use_servers("http://127.0.0.1:1", "http://127.0.0.1:2")


@pytest.mark.usefixtures("restored")
def test_without_addresses_it_stays_with_discord() -> None:
    before = Route.BASE
    use_servers("", "")
    assert before == Route.BASE


async def test_running_and_syncing_without_a_token_say_where_to_get_one() -> None:
    settings = read_settings(discord_token="", _env_file=None)
    for command in (run_discord(settings), sync_discord(settings, None)):
        with pytest.raises(UserError, match="DISCORD_TOKEN is not set"):
            await command


class FakeTree:
    def __init__(self, trouble: BaseException | None) -> None:
        self.trouble = trouble
        self.copied: list[int] = []

    def copy_global_to(self, *, guild: Any) -> None:
        self.copied.append(guild.id)

    async def sync(self, *, guild: Any) -> list[Any]:
        if self.trouble:
            raise self.trouble
        return [SimpleNamespace(name="speak"), SimpleNamespace(name="claim")]


class Registering(Scripted):
    def __init__(self, trouble: BaseException | None = None) -> None:
        super().__init__(None)
        self.tree = FakeTree(trouble)

    async def login(self, token: str) -> None:
        return None


async def test_commands_are_registered_everywhere_or_in_one_server() -> None:
    client = Registering()
    assert await runner.sync(client, "token", None) == ["claim", "speak"]  # type: ignore[arg-type]
    assert client.tree.copied == []
    await runner.sync(client, "token", 7)  # type: ignore[arg-type]
    assert client.tree.copied == [7]


@pytest.mark.parametrize(
    ("trouble", "line"),
    [
        (discord.LoginFailure("no"), "DISCORD_TOKEN"),
        (discord.Forbidden(SimpleNamespace(status=403, reason="no", headers={}), "no"), "invite it there first"),  # type: ignore[arg-type]
        (OSError("down"), "cannot be reached"),
    ],
)
async def test_registering_that_fails_says_why(trouble: BaseException, line: str) -> None:
    with pytest.raises(UserError, match=line):
        await runner.sync(Registering(trouble), "token", 7)  # type: ignore[arg-type]


def test_what_is_loaded_before_the_bot_runs_is_not_walked_by_collections() -> None:
    loaded: list[object] = [[]]
    try:
        spare_collections()
        assert gc.get_freeze_count() > 0
        assert not any(kept is loaded for kept in gc.get_objects())
    finally:
        gc.unfreeze()
