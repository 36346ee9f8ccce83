"""The courier: what the bot has to say gets through, once, although Discord fails for a while.

The library tries a server error again only for some codes, and never a connection that broke. An edit may simply be made
again. A message is sent under one nonce, which Discord enforces: if an earlier try got through and only its answer was
lost, the message is not sent twice.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
import discord

from bot.service import StorageError

T = TypeVar("T")
# Seconds between tries; whoever waits for the courier waits so long at most.
WAITS = (1.0, 2.0, 4.0, 8.0, 16.0)


def passes(error: BaseException) -> bool:
    """Whether an error may be gone at the next try: Discord, the network or the log fails, nobody refuses."""
    if isinstance(error, discord.HTTPException):
        return error.status >= 500 or error.status == 429
    return isinstance(error, (OSError, aiohttp.ClientError, TimeoutError, StorageError))


def cut_off(error: BaseException) -> bool:
    """Whether the way to Discord failed: the connection broke, or Discord has trouble. A file, say, is another matter."""
    if isinstance(error, discord.HTTPException):
        return passes(error)
    return isinstance(error, (ConnectionError, aiohttp.ClientError, TimeoutError, socket.gaierror))


async def persist(attempt: Callable[[], Awaitable[T]]) -> T:
    """What `attempt` returns, tried again while its error may pass; it must do no harm when it is done twice."""
    for wait in WAITS:
        try:
            return await attempt()
        except Exception as error:
            if not passes(error):
                raise
        await asyncio.sleep(wait)
    return await attempt()


async def post(channel: discord.abc.Messageable, text: str | None = None, **what: Any) -> discord.Message:
    """Send a message, once."""
    nonce = secrets.token_hex(12)
    return await persist(lambda: channel.send(text, nonce=nonce, **what))


async def gone(message: discord.Message) -> None:
    """Delete a message of the bot's, if nobody has."""
    try:
        await persist(message.delete)
    except discord.NotFound:
        return
