"""Every command of the bot, put together in one place."""

from __future__ import annotations

from typing import Any

from bot.discord_ui.cogs.debates import Debates
from bot.discord_ui.cogs.guide import show_help
from bot.discord_ui.cogs.speaking import speak
from bot.discord_ui.tree import DebateTree
from bot.discord_ui.views import panel_buttons

# Imported for what they register: the buttons, lists and forms.
REGISTERED: tuple[Any, ...] = (panel_buttons,)


def add_commands(tree: DebateTree) -> None:
    """Add every command to `tree`."""
    commands: tuple[Any, ...] = (show_help, Debates(), speak)
    for command in commands:
        tree.add_command(command)
