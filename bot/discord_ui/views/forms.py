"""Forms (modals) that outlive the bot: what one is about stands in its custom id, what it holds in Discord's data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeAlias

import discord

from bot.discord_ui import limits
from bot.discord_ui.context import Act
from bot.discord_ui.present import clip
from bot.discord_ui.views.press import guarded

# (interaction, what it is about, detail, what was filled in by field)
Filled: TypeAlias = Callable[[Act, str, str, dict[str, str]], Awaitable[None]]
FORMS: dict[str, Filled] = {}
# A form that nobody sends is forgotten by the library after this; one that is sent later is handled all the same.
_FORGOTTEN_AFTER = 900.0


def filled(verb: str) -> Callable[[Filled], Filled]:
    """Register what happens when a form with this verb is sent."""

    def register(handler: Filled) -> Filled:
        FORMS[verb] = handler
        return handler

    return register


def form(verb: str, about: str, title: str, *fields: discord.ui.Label[Any], detail: str = "") -> discord.ui.Modal:
    """A form of at most five fields that does what its verb is registered for."""
    custom_id = clip(f"form:{verb}:{about}:{detail}", limits.CUSTOM_ID)
    modal = discord.ui.Modal(title=clip(title, limits.MODAL_TITLE), custom_id=custom_id, timeout=_FORGOTTEN_AFTER)
    for field in fields[: limits.MODAL_ITEMS]:
        modal.add_item(field)
    return modal


def text(
    name: str,
    label: str,
    *,
    description: str = "",
    placeholder: str = "",
    default: str = "",
    long: bool = True,
    required: bool = True,
    most: int = limits.TEXT_INPUT,
) -> discord.ui.Label[Any]:
    """A field for text."""
    box: discord.ui.TextInput[Any] = discord.ui.TextInput(
        custom_id=name,
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
        placeholder=clip(placeholder, limits.PLACEHOLDER) or None,
        default=default[:most] or None,
        required=required,
        max_length=most,
    )
    return _labelled(label, description, box)


def pick(name: str, label: str, options: list[discord.SelectOption], *, description: str = "") -> discord.ui.Label[Any]:
    """A field for one of at most 25 options."""
    box: discord.ui.Select[Any] = discord.ui.Select(custom_id=name, options=options[: limits.OPTIONS], required=True)
    return _labelled(label, description, box)


def _labelled(label: str, description: str, box: discord.ui.Item[Any]) -> discord.ui.Label[Any]:
    shown = clip(description, limits.LABEL_DESCRIPTION) or None
    return discord.ui.Label(text=clip(label, limits.MODAL_LABEL), description=shown, component=box)


async def sent(interaction: Act) -> None:
    """Handle a form that was sent, whichever process showed it."""
    data: Any = interaction.data
    parts = str(data["custom_id"]).split(":")
    if len(parts) != 4 or parts[0] != "form":
        return
    values = dict(_values(data.get("components", ())))
    await guarded(interaction, FORMS.get(parts[1]), parts[2], parts[3], values)


def _values(components: Any) -> Iterator[tuple[str, str]]:
    for component in components:
        yield from _values(component.get("components", ()))
        inner = component.get("component", component)
        if "custom_id" in inner:
            chosen = inner.get("values") or [inner.get("value") or ""]
            yield inner["custom_id"], str(chosen[0])
