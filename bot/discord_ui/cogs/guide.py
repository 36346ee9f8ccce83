"""/help: what there is, in a newcomer's words, made from the commands themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.discord_ui import access
from bot.discord_ui.reply import defer, say

if TYPE_CHECKING:
    from bot.discord_ui.client import DebateClient

_HOW = """**How a debate goes**
1. A moderator opens one with `/debate open`; it gets a thread of its own with a panel.
2. Debaters press a side on the panel, judges press *Judge*.
3. The moderator starts it. Whoever is due speaks with `/speak`, or by mentioning me in the thread.
   I answer with numbered sources.
4. Judges fill in ballots with `/score ballot`; the moderator releases the result. I never score.

Look something up at any time with `/claim`, or use *Apps* in the menu of any message."""


class Guide:
    """The command that explains the others."""

    def __init__(self, client: DebateClient) -> None:
        self._client = client

    def register(self) -> None:
        """Add the command to the client's tree."""

        @self._client.tree.command(name="help", description="What I can do here, and how a debate goes.")
        async def show_help(interaction: discord.Interaction[DebateClient]) -> None:
            await defer(interaction)
            await say(interaction, self.text())

    def text(self) -> str:
        """The help, with every command once."""
        lines = [f"I debate the motion *{self._client.service.motion}* and can be asked for sources.", "", _HOW, ""]
        lines.append("**Commands**")
        for command in self._client.tree.walk_commands():
            if isinstance(command, app_commands.Command):
                lines.append(f"`/{command.qualified_name}` {command.description}")
        lines += ["", f"**Permissions I need** in a channel where I debate: {', '.join(access.permission_names())}."]
        return "\n".join(lines)
