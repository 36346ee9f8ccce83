"""Who asks, where, and about which debate: what every command settles before its one call."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import discord

from bot.debate.errors import NotAllowedError, WrongStatusError
from bot.debate.state import DebateState
from bot.discord_ui.pace import Work
from bot.discord_ui.present import clip, unturned
from bot.discord_ui.reply import defer
from bot.errors import UserError
from bot.service import DebateService

if TYPE_CHECKING:
    from bot.discord_ui.client import DebateClient

Act: TypeAlias = "discord.Interaction[DebateClient]"
T = TypeVar("T")
MAX_NAME = 60
# How long a look at the log may keep a form from being shown; Discord gives three seconds for it.
GLANCE_SECONDS = 1.0


class SlowLogError(UserError):
    """The log did not answer in time for a form."""


def me(interaction: Act) -> str:
    """The identity of who asks."""
    return str(interaction.user.id)


def display(user: discord.User | discord.Member) -> str:
    """The name that people read for `user`."""
    return clip(unturned(user.display_name), MAX_NAME)


def key(interaction: Act) -> str:
    """What names this request, so that it is recorded once however often it arrives."""
    return str(interaction.id)


def within(interaction: Act) -> DebateService:
    """The service for the server of this interaction; debates of other servers do not exist in it."""
    return interaction.client.service.within(guild_of(interaction))


def guild_of(interaction: Act) -> str:
    """The server's id."""
    if interaction.guild_id is None:
        raise WrongStatusError("this works in a server only: use it in a channel there")
    return str(interaction.guild_id)


async def glance(look: Coroutine[Any, Any, T]) -> T:
    """What a quick look at the log finds, for a form that cannot be deferred; a slow log raises `SlowLogError`."""
    looking = asyncio.ensure_future(look)
    looking.add_done_callback(lambda done: done.cancelled() or done.exception())
    await asyncio.wait({looking}, timeout=GLANCE_SECONDS)
    if not looking.done():
        raise SlowLogError("the log is slow at the moment: try again in a few seconds")
    return looking.result()


async def begin(interaction: Act, *, private: bool = True, work: Work | None = None) -> DebateService:
    """Defer, then let the command pass if the bot may act here and the person asks not too often; the server's service."""
    await defer(interaction, private=private)
    if work is not None:
        interaction.client.pace.spend(interaction.user.id, work)
    service = within(interaction)
    settings = await service.guilds.settings(guild_of(interaction))
    if not set(channel_ids(interaction)) & set(settings.channels):
        raise NotAllowedError("I am not switched on in this channel: an admin does that with /settings channel")
    return service


def channel_ids(interaction: Act) -> tuple[str, ...]:
    """The channel of this interaction and, for a thread, the channel that it belongs to."""
    channel = interaction.channel
    parent = channel.parent_id if isinstance(channel, discord.Thread) else None
    return tuple(str(found) for found in (interaction.channel_id, parent) if found is not None)


async def is_staff(interaction: Act) -> bool:
    """Whether the server lets this person moderate: by the role that it chose, or by Manage Messages."""
    if interaction.permissions.manage_messages:
        return True
    settings = await within(interaction).guilds.settings(guild_of(interaction))
    member = interaction.user
    return isinstance(member, discord.Member) and any(str(role.id) == settings.moderator_role for role in member.roles)


async def require_staff(interaction: Act) -> None:
    """Raise unless the server lets this person moderate."""
    if not await is_staff(interaction):
        raise NotAllowedError("only moderators do this: they have the role that /settings names, or Manage Messages")


async def debate_here(interaction: Act, debate_id: str = "") -> DebateState:
    """The debate that is meant: the one named, or the newest of this channel."""
    service = within(interaction)
    if debate_id:
        return await service.state(debate_id.strip())
    found = await service.debate_in(str(interaction.channel_id))
    if found is None:
        raise WrongStatusError("there is no debate in this channel: go to its thread, or open one with /debate open")
    return found
