"""Running the bot: an outer loop that survives what the library does not, and says once what cannot be survived."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.discord_ui.patience import LONGEST
from bot.errors import UserError

if TYPE_CHECKING:
    from bot.discord_ui.client import DebateClient

log = logging.getLogger(__name__)
# After SIGTERM: when the process ends at the latest (whoever stops it waits 10 s or longer), and how soon a closed client ends.
STOP_SECONDS = 9.5
NOTICED_SECONDS = 0.3
_PORTAL = "in the developer portal, under Bot"
# Close codes after which Discord wants no reconnection: https://discord.com/developers/docs/topics/opcodes-and-status-codes
FATAL = {
    4004: f"Discord refuses DISCORD_TOKEN (4004): reset the token {_PORTAL} and put the new one into .env",
    4010: "Discord refuses the shard that was asked for (4010): mend the shard settings",
    4011: "Discord wants this bot sharded (4011): it is in too many servers for one connection",
    4012: "Discord no longer speaks this version of its gateway (4012): update discord.py",
    4013: "Discord does not know an intent that was asked for (4013): update discord.py",
    4014: f"the message content intent is not granted (4014): switch it on {_PORTAL}, or set DISCORD_MESSAGE_CONTENT=false",
}


def use_servers(api: str, gateway: str) -> None:
    """Point the library at other servers than Discord's: both addresses or neither, or the token would go astray."""
    if bool(api) != bool(gateway):
        missing, given = ("DISCORD_GATEWAY_URL", "DISCORD_API_URL") if api else ("DISCORD_API_URL", "DISCORD_GATEWAY_URL")
        raise UserError(f"{given} is set and {missing} is not: set both, or neither for Discord itself")
    for name, address, schemes in (("API", api, ("http", "https")), ("GATEWAY", gateway, ("ws", "wss"))):
        if address and yarl.URL(address).scheme not in schemes:
            raise UserError(f"DISCORD_{name}_URL={address!r} cannot be used: it must begin with {schemes[1]}://")
    if api and gateway:
        Route.BASE = api.rstrip("/")
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)


def leave_in_time() -> None:
    """End the process when its time is up, whatever still runs in it: a model's thread cannot be stopped, and is waited for.

    Nothing is lost by that: what is recorded is on disk, and what is due is prepared after the next start.
    """
    timer = threading.Timer(STOP_SECONDS, lambda: os._exit(0))
    timer.daemon = True
    timer.start()


async def run(
    make: Callable[[], DebateClient],
    token: str,
    *,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    at_signal: Callable[[], None] = lambda: None,
) -> None:
    """Run the bot until it is told to stop. A connection that fails is tried again, more slowly each time.

    What trying again cannot mend (a refused token, a refused intent) raises `UserError` with one line. SIGTERM first calls
    `at_signal`, then closes the client, which lets the work in hand end.
    """
    running: list[DebateClient] = []
    with _stopped_by_signal(running, at_signal) as asked:
        try:
            await _run(make, token, sleep, running)
        except asyncio.CancelledError:
            if not asked.is_set():
                raise


async def settled() -> None:
    """Let what else runs in this loop end, so that nobody is in the middle of a transaction when the log is closed."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        _, late = await asyncio.wait(others, timeout=NOTICED_SECONDS)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=NOTICED_SECONDS)


async def _run(
    make: Callable[[], DebateClient], token: str, sleep: Callable[[float], Awaitable[object]], running: list[DebateClient]
) -> None:
    wait = 1.0
    while True:
        client = make()
        running[:] = [client]
        try:
            async with client:
                await client.start(token)
            return
        except discord.LoginFailure as error:
            raise UserError(FATAL[4004].replace(" (4004)", "")) from error
        except discord.PrivilegedIntentsRequired as error:
            raise UserError(FATAL[4014]) from error
        except discord.ConnectionClosed as error:
            if error.code in FATAL:
                raise UserError(FATAL[error.code]) from error
            trouble = f"the gateway closed the connection ({error.code})"
        except AttributeError:
            # The library reads the socket's last state even where the very first connection was refused.
            if client.ws is not None:
                raise
            trouble = "the gateway refused the connection"
        except (OSError, aiohttp.ClientError, discord.HTTPException, discord.GatewayNotFound) as error:
            trouble = f"Discord cannot be reached ({type(error).__name__})"
        wait = 1.0 if client.was_ready else wait
        log.warning("%s: trying again in %.0f s", trouble, wait)
        await sleep(wait)
        wait = min(wait * 2, LONGEST)


@contextmanager
def _stopped_by_signal(running: list[DebateClient], at_signal: Callable[[], None]) -> Iterator[asyncio.Event]:
    """SIGTERM ends the task that runs the bot; the event says that it did."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    asked = asyncio.Event()
    closing: list[asyncio.Task[None]] = []

    async def close() -> None:
        for client in running:
            await client.close()
        # A client that waits to try again, or starts its shards, does not notice that it was closed.
        await asyncio.sleep(NOTICED_SECONDS)
        if task is not None:
            task.cancel()

    def stop() -> None:
        if not asked.is_set():
            asked.set()
            at_signal()
            closing.append(loop.create_task(close()))

    with suppress(NotImplementedError):  # Windows has no signal handlers in the loop
        loop.add_signal_handler(signal.SIGTERM, stop)
    try:
        yield asked
    finally:
        for ending in closing:
            ending.cancel()
        with suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGTERM)


async def sync(client: DebateClient, token: str, guild: int | None) -> list[str]:
    """Register the commands with Discord, everywhere or in one server only; their names, sorted."""
    try:
        async with client:
            await client.login(token)
            target = discord.Object(guild) if guild is not None else None
            if target is not None:
                client.tree.copy_global_to(guild=target)
            return sorted(command.name for command in await client.tree.sync(guild=target))
    except discord.LoginFailure as error:
        raise UserError(FATAL[4004].replace(" (4004)", "")) from error
    except discord.Forbidden as error:
        raise UserError(f"Discord does not let the bot register commands in {guild}: invite it there first") from error
    except (OSError, aiohttp.ClientError, discord.HTTPException) as error:
        raise UserError(f"Discord cannot be reached or refused ({type(error).__name__}): try again in a minute") from error
