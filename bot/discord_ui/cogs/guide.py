"""/help: what there is, in a newcomer's words, made from the commands themselves."""

from __future__ import annotations

from discord import app_commands

from bot.discord_ui import access
from bot.discord_ui.context import Act
from bot.discord_ui.reply import defer, say

_HOW = """**How a debate goes**
1. A moderator opens one with `/debate open`; it gets a thread of its own with a panel.
2. Debaters press a side on the panel; the moderator names judges with `/debate appoint` and presses *Start*.
3. Whoever is due speaks with `/speak`, or by mentioning me in the thread. I answer with numbered sources.
4. Judges fill in ballots with `/score ballot`; the moderator releases the result. I never score.

Look something up at any time with `/claim`, or use *Apps* in the menu of any message."""


@app_commands.command(name="help", description="What I can do here, and how a debate goes.")
async def show_help(interaction: Act) -> None:
    """The help, with every command once."""
    await defer(interaction)
    lines = [f"I debate the motion *{interaction.client.service.motion}* and can be asked for sources.", "", _HOW, ""]
    lines.append("**Commands**")
    for command in interaction.client.tree.walk_commands():
        if isinstance(command, app_commands.Command):
            lines.append(f"`/{command.qualified_name}` {command.description}")
    needed = ", ".join(access.permission_names())
    lines += ["", f"**Permissions I need** in a channel where I debate: {needed}."]
    await say(interaction, "\n".join(lines))
