"""The lists under look-ups."""

from __future__ import annotations

from bot.discord_ui import lookup_text
from bot.discord_ui.cogs import lookups
from bot.discord_ui.context import Act
from bot.discord_ui.reply import defer, say
from bot.discord_ui.views.press import chosen, pressed


@chosen("passage")
async def passage_chosen(interaction: Act, _: str, values: list[str]) -> None:
    """One passage in full."""
    await defer(interaction)
    await say(interaction, lookup_text.passage(interaction.client.service.lookups.passage(values[0])))


@chosen("source")
async def source_chosen(interaction: Act, _: str, values: list[str]) -> None:
    """One source with its passages."""
    await lookups.show_source(interaction, values[0])


@pressed("hits")
async def page_turned(interaction: Act, _: str, start: str) -> None:
    """Another page of what a look-up found."""
    await lookups.turn_page(interaction, int(start))


@pressed("sources")
async def more_sources(interaction: Act, stance: str, start: str) -> None:
    """The next page of sources."""
    await lookups.browse(interaction, stance or None, int(start))
