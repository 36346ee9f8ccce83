"""Every command of the bot, put together in one place."""

from __future__ import annotations

from typing import Any

from bot.discord_ui.cogs.debates import Debates
from bot.discord_ui.cogs.guide import show_help
from bot.discord_ui.cogs.scoring import Scoring
from bot.discord_ui.cogs.speaking import speak
from bot.discord_ui.tree import DebateTree
from bot.discord_ui.views import ballot_forms, panel_buttons

# Imported for what they register: the buttons, lists and forms.
REGISTERED: tuple[Any, ...] = (panel_buttons, ballot_forms)


def add_commands(tree: DebateTree) -> None:
    """Add every command to `tree`."""
    commands: tuple[Any, ...] = (show_help, Debates(), speak, Scoring())
    for command in commands:
        tree.add_command(command)
