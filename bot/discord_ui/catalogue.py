"""Every command of the bot, put together in one place."""

from __future__ import annotations

from typing import Any

from bot.discord_ui.cogs.debates import Debates
from bot.discord_ui.cogs.guide import show_help
from bot.discord_ui.cogs.lookups import Sources, claim, message_commands
from bot.discord_ui.cogs.people import Privacy, leaderboard, stats
from bot.discord_ui.cogs.reports import coach, export, flow
from bot.discord_ui.cogs.scoring import Scoring
from bot.discord_ui.cogs.settings import ServerSettings
from bot.discord_ui.cogs.speaking import speak
from bot.discord_ui.tree import DebateTree
from bot.discord_ui.views import ballot_forms, lookup_lists, panel_buttons, private_forms

# Imported for what they register: the buttons, lists and forms.
REGISTERED: tuple[Any, ...] = (panel_buttons, ballot_forms, lookup_lists, private_forms)


def add_commands(tree: DebateTree) -> None:
    """Add every command to `tree`."""
    commands: tuple[Any, ...] = (
        show_help,
        claim,
        Sources(),
        Debates(),
        speak,
        Scoring(),
        flow,
        coach,
        export,
        stats,
        leaderboard,
        ServerSettings(),
        Privacy(),
        *message_commands(),
    )
    for command in commands:
        tree.add_command(command)
