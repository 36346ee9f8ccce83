"""Running the bot: an outer loop that survives what the library does not, and says once what cannot be survived."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.errors import UserError

if TYPE_CHECKING:
    from bot.discord_ui.client import DebateClient

log = logging.getLogger(__name__)
LONGEST_WAIT = 300.0
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


async def run(
    make: Callable[[], DebateClient], token: str, *, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> None:
    """Run the bot until it is told to stop. A connection that fails is tried again, more slowly each time.

    What trying again cannot mend (a refused token, a refused intent) raises `UserError` with one line.
    """
    wait = 1.0
    while True:
        client = make()
        try:
            with _stopped_by_signals(client):
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
        wait = min(wait * 2, LONGEST_WAIT)


@contextmanager
def _stopped_by_signals(client: DebateClient) -> Iterator[None]:
    """SIGTERM closes the client, which lets the work in hand end first."""
    loop = asyncio.get_running_loop()
    closing: list[asyncio.Task[None]] = []
    with suppress(NotImplementedError):  # Windows has no signal handlers in the loop
        loop.add_signal_handler(signal.SIGTERM, lambda: closing.append(loop.create_task(client.close())))
    try:
        yield
    finally:
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
