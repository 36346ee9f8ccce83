"""Answering interactions: deferred first, split where long, private unless said otherwise, mentioning nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord.utils import MISSING

from bot.discord_ui.present import NOBODY, split
from bot.metrics import Metrics


async def defer(interaction: discord.Interaction[Any], *, private: bool = True) -> None:
    """Tell Discord that an answer will come, before any work is done for it."""
    if not interaction.response.is_done():
        await interaction.response.defer(ephemeral=private, thinking=True)
        _measure(interaction)


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
        if interaction.response.is_done():
            await interaction.followup.send(
                part, ephemeral=private, allowed_mentions=NOBODY, embed=shown, view=buttons, files=attached
            )
        else:
            await interaction.response.send_message(
                part, ephemeral=private, allowed_mentions=NOBODY, embed=shown, view=buttons, files=attached
            )
