"""What is suggested while somebody types: recent debates, known claims, sources."""

from __future__ import annotations

from discord import app_commands

from bot.discord_ui import limits
from bot.discord_ui.context import Act, within
from bot.discord_ui.present import clip


async def recent_debates(interaction: Act, typed: str) -> list[app_commands.Choice[str]]:
    """The newest debates of this server whose line holds what is typed."""
    lines = [
        (f"{debate_id}: {form}, {status}, {spoken} speeches", debate_id)
        for debate_id, form, status, spoken in await within(interaction).recent()
    ]
    found = [pair for pair in lines if typed.lower() in pair[0].lower()]
    return [app_commands.Choice(name=clip(line, limits.CHOICE_NAME), value=value) for line, value in found[: limits.CHOICES]]


async def known_claims(interaction: Act, typed: str) -> list[app_commands.Choice[str]]:
    """Claims that the brief has something on; with the chosen stance, only that side's."""
    stance = getattr(interaction.namespace, "stance", None)
    found = interaction.client.service.lookups.known_claims(typed, stance=stance, limit=limits.CHOICES)
    return [app_commands.Choice(name=clip(c.text, limits.CHOICE_NAME), value=clip(c.text, limits.CHOICE_NAME)) for c in found]


async def known_sources(interaction: Act, typed: str) -> list[app_commands.Choice[str]]:
    """Sources whose key or line holds what is typed."""
    lines = [(f"{s.title}, {s.byline}", s.key) for s in interaction.client.service.lookups.sources()]
    found = [pair for pair in lines if typed.lower() in f"{pair[0]} {pair[1]}".lower()]
    return [app_commands.Choice(name=clip(line, limits.CHOICE_NAME), value=key) for line, key in found[: limits.CHOICES]]
