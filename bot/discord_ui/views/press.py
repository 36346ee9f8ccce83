"""Buttons and lists that outlive the bot: what one is about stands in its custom id, and a table says what it does."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import discord

from bot.discord_ui import limits
from bot.discord_ui.context import Act
from bot.discord_ui.door import answer_error
from bot.discord_ui.present import clip

# (interaction, what it is about, detail): a debate's id and, for example, the turn that the button was made for.
Pressed: TypeAlias = Callable[[Act, str, str], Awaitable[None]]
Chosen: TypeAlias = Callable[[Act, str, list[str]], Awaitable[None]]
PRESSES: dict[str, Pressed] = {}
CHOICES: dict[str, Chosen] = {}


def pressed(verb: str) -> Callable[[Pressed], Pressed]:
    """Register what a button with this verb does."""

    def register(handler: Pressed) -> Pressed:
        PRESSES[verb] = handler
        return handler

    return register


def chosen(verb: str) -> Callable[[Chosen], Chosen]:
    """Register what a list with this verb does."""

    def register(handler: Chosen) -> Chosen:
        CHOICES[verb] = handler
        return handler

    return register


def button(
    verb: str,
    about: str,
    label: str,
    *,
    detail: str = "",
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    row: int | None = None,
    disabled: bool = False,
) -> PressItem:
    """A button that does what its verb is registered for."""
    plain: discord.ui.Button[Any] = discord.ui.Button(
        label=clip(label, limits.BUTTON_LABEL),
        style=style,
        custom_id=clip(f"press:{verb}:{about}:{detail}", limits.CUSTOM_ID),
        row=row,
        disabled=disabled,
    )
    return PressItem(plain, verb, about, detail)


def choice(verb: str, about: str, placeholder: str, options: list[discord.SelectOption], *, row: int | None = None) -> ChoiceItem:
    """A list of at most 25 entries that does what its verb is registered for."""
    plain: discord.ui.Select[Any] = discord.ui.Select(
        custom_id=clip(f"choice:{verb}:{about}", limits.CUSTOM_ID),
        placeholder=clip(placeholder, limits.PLACEHOLDER),
        options=options[: limits.OPTIONS],
        row=row,
    )
    return ChoiceItem(plain, verb, about)


def view_of(*items: discord.ui.Item[Any]) -> discord.ui.View:
    """A view that never times out and holds nothing but its items."""
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    return view


class PressItem(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"press:(?P<verb>[a-z-]+):(?P<about>[^:]*):(?P<detail>[^:]*)"
):
    """A button of any message, of this process or an earlier one."""

    def __init__(self, item: discord.ui.Button[Any], verb: str, about: str, detail: str) -> None:
        super().__init__(item)
        self._verb, self._about, self._detail = verb, about, detail

    @classmethod
    async def from_custom_id(cls, _: Any, item: Any, match: re.Match[str], /) -> PressItem:
        """The button that a custom id names."""
        return cls(item, match["verb"], match["about"], match["detail"])

    async def callback(self, interaction: Act) -> None:  # type: ignore[override]
        """Do what the verb says, once."""
        await guarded(interaction, PRESSES.get(self._verb), self._about, self._detail)


class ChoiceItem(discord.ui.DynamicItem[discord.ui.Select[Any]], template=r"choice:(?P<verb>[a-z-]+):(?P<about>[^:]*)"):
    """A list of any message, of this process or an earlier one."""

    def __init__(self, item: discord.ui.Select[Any], verb: str, about: str) -> None:
        super().__init__(item)
        self._verb, self._about = verb, about

    @classmethod
    async def from_custom_id(cls, _: Any, item: Any, match: re.Match[str], /) -> ChoiceItem:
        """The list that a custom id names."""
        return cls(item, match["verb"], match["about"])

    async def callback(self, interaction: Act) -> None:  # type: ignore[override]
        """Do what the verb says with what was chosen, once."""
        await guarded(interaction, CHOICES.get(self._verb), self._about, list(self.item.values))


async def guarded(interaction: Act, handler: Callable[..., Awaitable[None]] | None, *about: Any) -> None:
    """Run a handler for an interaction that comes for the first time; its errors go through the one door."""
    if not interaction.client.seen.first(interaction.id):
        return
    try:
        if handler is not None:
            await handler(interaction, *about)
    except Exception as error:  # the library would only log it
        await answer_error(interaction, error)
