"""/settings: what a server decides. Only those who manage the server change it."""

from __future__ import annotations

from typing import Literal

import discord
from discord import app_commands

from bot.debate.errors import NotAllowedError
from bot.debate.formats import formats
from bot.debate.guild import NAMES, as_text
from bot.debate.words import Level
from bot.discord_ui import limits
from bot.discord_ui.context import Act, guild_of, within
from bot.discord_ui.present import clip, escape
from bot.discord_ui.reply import defer, say
from bot.discord_ui.views.forms import form, text
from bot.service import DebateService

FORMATS = [app_commands.Choice(name=f.name, value=f.key) for f in formats().values()]
LEVELS = [app_commands.Choice(name=level.value.capitalize(), value=level.value) for level in Level]
_EXAMPLE = '{"name": "Ours", "criteria": [{"key": "content", "low": 0, "high": 10}]}'


async def admin(interaction: Act) -> DebateService:
    """Defer and let only those pass who manage the server."""
    await defer(interaction)
    require_admin(interaction)
    return within(interaction)


def require_admin(interaction: Act) -> None:
    """Raise unless this person manages the server."""
    if not interaction.permissions.manage_guild:
        raise NotAllowedError("only those who may manage the server change its settings: ask an admin")


async def put(interaction: Act, name: str, value: str) -> None:
    """Set one setting and say what it is now."""
    service = within(interaction)
    after = await service.guilds.set(guild_of(interaction), name, value)
    await say(interaction, f"`{name}` is now: {_shown(name, as_text(after, name))}")


def _shown(name: str, value: str) -> str:
    if not value:
        return "not set"
    if name == "channels":
        return " ".join(f"<#{channel}>" for channel in value.split(","))
    return f"<@&{value}>" if name == "moderator_role" else clip(escape(value), 300)


class ServerSettings(app_commands.Group):
    """What a server decides."""

    def __init__(self) -> None:
        super().__init__(
            name="settings",
            description="Where I may act, who moderates, and what a debate begins with (admins).",
            guild_only=True,
            default_permissions=discord.Permissions(manage_guild=True),
        )

    @app_commands.command(name="show", description="Show this server's settings.")
    async def show(self, interaction: Act) -> None:
        """Show everything."""
        service = await admin(interaction)
        settings = await service.guilds.settings(guild_of(interaction))
        lines = [f"`{name}`: {_shown(name, as_text(settings, name))}" for name in NAMES]
        await say(interaction, "\n".join(["**Settings of this server**", *lines]))

    @app_commands.command(name="channel", description="Switch me on or off in a channel; elsewhere I am silent.")
    @app_commands.describe(channel="Which channel.", on="On or off.")
    async def channel(self, interaction: Act, channel: discord.TextChannel, on: bool = True) -> None:
        """Switch a channel."""
        service = await admin(interaction)
        settings = await service.guilds.settings(guild_of(interaction))
        others = [c for c in settings.channels if c != str(channel.id)]
        await put(interaction, "channels", ",".join([*others, *([str(channel.id)] if on else [])]))

    @app_commands.command(name="moderators", description="Choose the role whose members moderate debates.")
    @app_commands.describe(role="Which role; nobody named: only those who may manage messages.")
    async def moderators(self, interaction: Act, role: discord.Role | None = None) -> None:
        """Choose the moderators' role."""
        await admin(interaction)
        await put(interaction, "moderator_role", str(role.id) if role else "")

    @app_commands.command(name="format", description="Choose the format that a debate has unless another is named.")
    @app_commands.describe(format_key="Order and length of the speeches.")
    @app_commands.rename(format_key="format")
    @app_commands.choices(format_key=FORMATS)
    async def format(self, interaction: Act, format_key: str) -> None:
        """Choose the default format."""
        await admin(interaction)
        await put(interaction, "default_format", format_key)

    @app_commands.command(name="level", description="Choose how strong I argue unless another level is named.")
    @app_commands.describe(level="How strong I argue.")
    @app_commands.choices(level=LEVELS)
    async def level(self, interaction: Act, level: str) -> None:
        """Choose the default level."""
        await admin(interaction)
        await put(interaction, "default_level", level)

    @app_commands.command(name="rubric", description="Choose what judges score: a rubric of mine, or your own.")
    @app_commands.describe(rubric="The rubric's key: default, novice, or own.")
    async def rubric(self, interaction: Act, rubric: app_commands.Range[str, 1, 30]) -> None:
        """Choose the default rubric."""
        await admin(interaction)
        await put(interaction, "default_rubric", rubric)

    @app_commands.command(name="own-rubric", description="Write your server's own rubric.")
    async def own_rubric(self, interaction: Act) -> None:
        """Show the form for the own rubric."""
        require_admin(interaction)
        box = text("rubric", "TOML or JSON; empty removes it", placeholder=clip(_EXAMPLE, limits.PLACEHOLDER), required=False)
        await interaction.response.send_modal(form("own-rubric", "", "Your own rubric", box))

    @app_commands.command(name="blind", description="Choose whether ballots stay hidden until the result is released.")
    @app_commands.describe(on="On or off.")
    async def blind(self, interaction: Act, on: bool) -> None:
        """Choose blind judging."""
        await admin(interaction)
        await put(interaction, "blind", "on" if on else "off")

    @app_commands.command(name="retention", description="Choose after how many days debates are deleted; 0 keeps them.")
    @app_commands.describe(days="How many days; 0 keeps them.")
    async def retention(self, interaction: Act, days: app_commands.Range[int, 0, 3650]) -> None:
        """Choose the retention."""
        await admin(interaction)
        await put(interaction, "retention_days", str(days))

    @app_commands.command(name="dates", description="Choose the language of dates in files.")
    @app_commands.describe(language="A code such as en, de or pt-BR.")
    async def dates(self, interaction: Act, language: Literal["en", "de", "fr", "es", "ja", "ko", "pt-BR"]) -> None:
        """Choose the language of dates."""
        await admin(interaction)
        await put(interaction, "date_language", language)
