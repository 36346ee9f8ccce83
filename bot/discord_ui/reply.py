"""Answering interactions: deferred first, split where long, private unless said otherwise, mentioning nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

import discord
from discord.utils import MISSING

from bot.discord_ui.courier import cut_off, passes, persist
from bot.discord_ui.present import NOBODY, split
from bot.errors import UserError
from bot.metrics import Metrics

# Discord's code for an interaction that was acknowledged already, and how long it waits for an acknowledgement.
ANSWERED = 40060
ACKNOWLEDGE_SECONDS = 3.0
_WAITS = (0.2, 0.5)


class UnansweredError(UserError):
    """Discord took no acknowledgement in time."""


async def defer(interaction: discord.Interaction[Any], *, private: bool = True) -> None:
    """Tell Discord that an answer will come, before any work is done for it.

    If Discord fails it is told again, for as long as it listens; then `UnansweredError` is raised.
    """
    if interaction.response.is_done():
        return
    try:
        async with asyncio.timeout(ACKNOWLEDGE_SECONDS):
            await _taken(partial(interaction.response.defer, ephemeral=private, thinking=True))
    except Exception as error:
        if not cut_off(error):
            raise
        raise UnansweredError("Discord did not take my answer in time: try again in a moment") from error
    _measure(interaction)


async def _taken(answering: Callable[[], Awaitable[object]]) -> None:
    """Give Discord the first answer to an interaction, a few times while its error may pass."""
    for wait in (*_WAITS, None):
        try:
            await answering()
            break
        except Exception as error:
            if isinstance(error, discord.HTTPException) and error.code == ANSWERED and wait != _WAITS[0]:
                break  # an earlier try got through, and only its answer was lost
            if wait is None or not passes(error):
                raise
            await asyncio.sleep(wait)


def metrics_of(interaction: discord.Interaction[Any]) -> Metrics | None:
    """Where what happens to `interaction` is counted, if anywhere: a client of tests or tools may have no such place."""
    options = getattr(getattr(interaction, "client", None), "options", None)
    return getattr(options, "metrics", None)


def _measure(interaction: discord.Interaction[Any]) -> None:
    """Count how long the acknowledgement took, by Discord's own stamp on the interaction."""
    metrics = metrics_of(interaction)
    if metrics is not None:
        metrics.acknowledged((discord.utils.utcnow() - interaction.created_at).total_seconds())


async def say(
    interaction: discord.Interaction[Any],
    text: str = "",
    *,
    private: bool = True,
    embed: discord.Embed | None = None,
    view: discord.ui.View | None = None,
    files: Sequence[discord.File] = (),
) -> None:
    """Answer in as many messages as the text needs; embed, view and files go with the last one."""
    parts = split(text) or [""]
    for number, part in enumerate(parts, start=1):
        last = number == len(parts)
        shown = embed if last and embed is not None else MISSING
        buttons = view if last and view is not None else MISSING
        attached = list(files) if last and files else MISSING
        what = {"ephemeral": private, "allowed_mentions": NOBODY, "embed": shown, "view": buttons, "files": attached}
        if not interaction.response.is_done() and await _responded(interaction, part, what):
            continue
        # A file is read while it is sent, so it is not sent twice.
        send = partial(interaction.followup.send, part, **what)
        await (send() if attached is not MISSING else persist(send))


async def _responded(interaction: discord.Interaction[Any], part: str, what: dict[str, Any]) -> bool:
    """Answer without having deferred; False where Discord has an answer already, and lets a further one follow."""
    send = partial(interaction.response.send_message, part, **what)
    try:
        await (send() if what["files"] is not MISSING else _taken(send))
    except discord.HTTPException as error:
        if error.code != ANSWERED:
            raise
        return False
    return True
