"""The command tree: an interaction that was handled before is ignored, and every error has its one door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.discord_ui.door import answer_error

if TYPE_CHECKING:
    from bot.discord_ui.client import DebateClient


class DebateTree(app_commands.CommandTree["DebateClient"]):
    """The commands of the bot."""

    async def interaction_check(self, interaction: discord.Interaction[DebateClient], /) -> bool:
        """Whether this interaction comes for the first time; where it comes from is the command's business."""
        return interaction.client.seen.first(interaction.id)

    async def on_error(self, interaction: discord.Interaction[DebateClient], error: app_commands.AppCommandError, /) -> None:
        """The one error door."""
        await answer_error(interaction, error)
