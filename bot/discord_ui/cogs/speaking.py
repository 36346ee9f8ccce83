"""Giving speeches: by form, by mention, or in ordinary messages that are gathered until they are finished."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Awaitable
from functools import partial
from typing import TYPE_CHECKING

import aiohttp
import discord
from discord import app_commands

from bot.debate.rules import turn_for
from bot.debate.state import DebateState, Status
from bot.discord_ui.context import Act, SlowLogError, debate_here, glance, me, within
from bot.discord_ui.courier import post
from bot.discord_ui.door import sentence
from bot.discord_ui.pace import Work
from bot.discord_ui.present import NOBODY, clip, unlinked
from bot.discord_ui.reply import UnansweredError, defer, say
from bot.discord_ui.speeches import heading
from bot.discord_ui.views.forms import filled, form, text
from bot.discord_ui.views.press import pressed
from bot.errors import UserError

if TYPE_CHECKING:
    from bot.discord_ui.client import DebateClient


log = logging.getLogger(__name__)
_FIELDS = ("speech", "more", "most")


async def show_form(interaction: Act, debate_id: str, turn: str = "") -> None:
    """Show the form for a speech; who is not due is told so before typing, if the log answers in time.

    A form cannot be deferred, so it does not wait for the log: if that is slow, the rules speak when the form is sent.
    """
    interaction.client.pace.spend(interaction.user.id, Work.SPEECH)
    try:
        debate_id, turn = await glance(_due(interaction, debate_id))
    except SlowLogError:
        if not debate_id:
            raise
    fields = (
        text("speech", "Your speech", placeholder="Say it in your own words; one argument a paragraph works best."),
        text("more", "More of it, if it does not fit above", required=False),
        text("most", "And more", required=False),
    )
    await interaction.response.send_modal(form("speech", debate_id, "Your speech", *fields, detail=turn))


async def _due(interaction: Act, debate_id: str) -> tuple[str, str]:
    state = await debate_here(interaction, debate_id)
    return state.id, str(turn_for(state, me(interaction)).number)


@filled("speech")
async def speech_sent(interaction: Act, debate_id: str, turn: str, values: dict[str, str]) -> None:
    """Record what the form holds; a speech that is refused is given back, so that nothing typed is lost.

    The form is gone when it is sent, so the speech is recorded also where Discord takes no acknowledgement.
    """
    await _attempt(interaction, defer(interaction))
    typed = "\n\n".join(part for name in _FIELDS if (part := values.get(name, "").strip()))
    try:
        state = await within(interaction).deliver(debate_id, me(interaction), typed, turn=int(turn) if turn else None)
    except UserError as error:
        kept = discord.File(io.BytesIO(typed.encode()), "speech.txt", description="The speech that you typed.")
        await _attempt(
            interaction, say(interaction, f"⚠ {sentence(error)} Nothing is lost: your text is attached.", files=[kept])
        )
        return
    stage = interaction.client.stage
    await stage.shown(state.id, partial(stage.show_speech, state, state.speeches[-1]))
    await stage.changed(state)
    await _attempt(interaction, say(interaction, f"Speech {state.speeches[-1].turn + 1} is recorded."))


async def _attempt(interaction: Act, answering: Awaitable[None]) -> None:
    """Answer; what Discord does not take is written down, and what was done for the person stands."""
    try:
        await answering
    except (discord.HTTPException, aiohttp.ClientError, OSError, UnansweredError) as error:
        log.warning("interaction %s could not be answered (%s)", interaction.id, type(error).__name__)


@pressed("speak")
async def speak_pressed(interaction: Act, debate_id: str, turn: str) -> None:
    """The panel's button."""
    await show_form(interaction, debate_id, turn)


@pressed("finish")
async def finish_pressed(interaction: Act, debate_id: str, turn: str) -> None:
    """What was gathered in ordinary messages is the speech."""
    await defer(interaction)
    state = await within(interaction).finish(debate_id, me(interaction), turn=int(turn))
    await _acknowledge(interaction.client, state)
    await interaction.client.stage.changed(state)
    await say(interaction, f"Speech {state.speeches[-1].turn + 1} is recorded.")


@app_commands.command(name="speak", description="Give your speech in the debate of this thread.")
@app_commands.guild_only()
async def speak(interaction: Act) -> None:
    """Show the form for a speech."""
    await show_form(interaction, "")


async def heard(client: DebateClient, message: discord.Message) -> None:
    """A message in a debate's thread: a speech if it mentions the bot, a part of one where ordinary messages are heard."""
    assert message.guild is not None
    assert client.user is not None
    state = await client.service.within(str(message.guild.id)).debate_in(str(message.channel.id))
    if state is None or state.status is Status.CLOSED:
        return
    if any(user.id == client.user.id for user in message.mentions):
        await _spoken(client, state, message, re.sub(rf"<@!?{client.user.id}>", "", message.content).strip())
    elif client.options.message_content and message.content.strip() and _may_add(state, str(message.author.id)):
        await _gathered(client, state, message)


def _may_add(state: DebateState, speaker: str) -> bool:
    turn = state.next_turn
    return state.status is Status.RUNNING and turn is not None and any(p.name == speaker for p in state.members(turn.side))


async def _spoken(client: DebateClient, state: DebateState, message: discord.Message, words: str) -> None:
    try:
        after = await client.service.within(state.guild_id).deliver(state.id, str(message.author.id), words)
    except UserError as error:
        await refuse(message, error)
        return
    await _acknowledge(client, after)
    await client.stage.changed(after)


async def _gathered(client: DebateClient, state: DebateState, message: discord.Message) -> None:
    try:
        service = client.service.within(state.guild_id)
        await service.add_part(state.id, str(message.author.id), message.content, key=str(message.id))
    except UserError as error:
        await refuse(message, error)


async def refuse(message: discord.Message, error: UserError) -> None:
    """Answer a message that could not be taken as a speech with the reason."""
    await message.reply(f"⚠ {clip(unlinked(sentence(error)), 500)}", allowed_mentions=NOBODY)


async def _acknowledge(client: DebateClient, state: DebateState) -> None:
    line = f"✓ {heading(state, state.speeches[-1])}: recorded."
    await client.stage.shown(state.id, lambda: post(client.stage.channel(state), line, allowed_mentions=NOBODY))
