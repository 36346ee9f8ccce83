"""/claim, /source and the message commands: what the sources say, with a plain refusal where they are silent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import discord
from discord import app_commands

from bot.debate.errors import SpeechTextError
from bot.discord_ui import limits, lookup_text
from bot.discord_ui.cogs.suggestions import known_claims, known_sources
from bot.discord_ui.context import Act, begin, guild_of, me, within
from bot.discord_ui.pace import Work
from bot.discord_ui.present import NOBODY, clip
from bot.discord_ui.reply import say
from bot.discord_ui.views.press import button, choice, view_of
from bot.discord_ui.waiting import shown
from bot.service.lookups import Found

Stance = Literal["for", "against", "neutral"]
LONGEST_QUERY = 500
_HITS = 10
_PAGE = limits.OPTIONS


async def look_up(interaction: Act, query: str, stance: str | None, *, private: bool = True) -> None:
    """Find passages on `query`, and what the other side says."""
    service = await begin(interaction, private=private, work=Work.LOOKUP)
    asked = clip(query, LONGEST_QUERY)
    if not asked:
        raise SpeechTextError("there is nothing to look up: write or choose a claim")
    async with shown(interaction) as progress:
        found = await service.lookups.search(asked, limit=_HITS, stance=stance, user=me(interaction), progress=progress)
        other = await service.lookups.other_side(asked, user=me(interaction))
    await say(interaction, lookup_text.findings(asked, found, other), private=private, view=_pages(found.hits, 0))


def _pages(hits: Sequence[Found], start: int) -> discord.ui.View | None:
    """The list of all passages found, which also remembers them for the buttons that turn the page."""
    if not hits:
        return None
    items: list[discord.ui.Item[Any]] = [
        choice("passage", "", "Read a passage in full", lookup_text.passage_options(hits), row=0)
    ]
    if start > 0:
        items.append(button("hits", "", "Earlier passages", detail=str(max(0, start - lookup_text.SHOWN)), row=1))
    if start + lookup_text.SHOWN < len(hits):
        items.append(button("hits", "", "Further passages", detail=str(start + lookup_text.SHOWN), row=1))
    return view_of(*items)


async def turn_page(interaction: Act, start: int) -> None:
    """Another page of a look-up's passages, in place of the one that is shown."""
    service = within(interaction)
    await interaction.response.defer()
    hits = [service.lookups.passage(found) for found in _listed(interaction.message)]
    text = lookup_text.page(hits, start)
    await interaction.edit_original_response(
        content=clip(text, limits.CONTENT), view=_pages(hits, start), allowed_mentions=NOBODY
    )


def _listed(message: discord.Message | None) -> list[str]:
    """The passages in the list under a look-up."""
    rows = message.components if message is not None else []
    lists = (item for row in rows if isinstance(row, discord.ActionRow) for item in row.children)
    return [option.value for item in lists if isinstance(item, discord.SelectMenu) for option in item.options]


async def browse(interaction: Act, stance: str | None, start: int = 0) -> None:
    """The sources as a list to choose from, a page at a time."""
    service = await begin(interaction)
    cards = service.lookups.sources(stance=stance)
    page = cards[start : start + _PAGE]
    if not page:
        await say(interaction, "There are no such sources.")
        return
    items = [choice("source", "", "Open a source", lookup_text.source_options(page), row=0)]
    more = start + _PAGE
    buttons = [button("sources", stance or "", "More sources", detail=str(more), row=1)] if more < len(cards) else []
    await say(interaction, f"Sources {start + 1} to {start + len(page)} of {len(cards)}.", view=view_of(*items, *buttons))


async def show_source(interaction: Act, key: str) -> None:
    """One source with its passages."""
    service = await begin(interaction)
    card, passages = service.lookups.source(key)
    view = view_of(choice("passage", "", "Read a passage in full", lookup_text.passage_options(passages))) if passages else None
    await say(interaction, lookup_text.source(card, passages), view=view)


@app_commands.command(name="claim", description="Look up a claim or question in my sources.")
@app_commands.guild_only()
@app_commands.describe(
    text="What you want to know; known claims are suggested while you type.",
    stance="Only passages that are for or against the motion, or neutral.",
    share="Show the answer to everybody here instead of you alone.",
)
@app_commands.autocomplete(text=known_claims)
async def claim(
    interaction: Act, text: app_commands.Range[str, 1, 500], stance: Stance | None = None, share: bool = False
) -> None:
    """Look up a claim."""
    await look_up(interaction, text, stance, private=not share)


class Sources(app_commands.Group):
    """What the bot's knowledge rests on."""

    def __init__(self) -> None:
        super().__init__(name="source", description="Browse what my knowledge rests on.", guild_only=True)

    @app_commands.command(name="browse", description="List my sources.")
    @app_commands.describe(stance="Only sources for or against the motion, or neutral ones.")
    async def browse(self, interaction: Act, stance: Stance | None = None) -> None:
        """List the sources."""
        await browse(interaction, stance)

    @app_commands.command(name="show", description="Show one source with its passages.")
    @app_commands.describe(source="The source; suggestions come while you type.")
    @app_commands.autocomplete(source=known_sources)
    async def show(self, interaction: Act, source: str) -> None:
        """Show a source."""
        await show_source(interaction, source)


async def check_message(interaction: Act, message: discord.Message) -> None:
    """Look up what a message claims."""
    await look_up(interaction, _words(message), None)


async def argue_against_message(interaction: Act, message: discord.Message) -> None:
    """Answer a message as if it were an opponent's speech; nothing is recorded and nobody else sees it."""
    words = _words(message)
    service = await begin(interaction, work=Work.LOOKUP)
    async with shown(interaction) as progress:
        given = await service.lookups.argue_against(words, user=me(interaction), server=guild_of(interaction), progress=progress)
    await say(interaction, f"{lookup_text.quoted(words)}\n\n{lookup_text.answer(given)}")


def _words(message: discord.Message) -> str:
    if not message.content.strip():
        raise SpeechTextError("this message has no text that I can read: choose one with words")
    return message.content


def message_commands() -> tuple[app_commands.ContextMenu, ...]:
    """The commands in the menu of every message."""
    menus = (("Check this claim", check_message), ("Argue against this", argue_against_message))
    made = []
    for name, callback in menus:
        menu = app_commands.ContextMenu(name=name, callback=callback)
        menu.guild_only = True
        made.append(menu)
    return tuple(made)
