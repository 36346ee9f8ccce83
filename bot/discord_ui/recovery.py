"""Recovery: what a thread lacks of what the log holds, after the bot was away or Discord did not take what it had to say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import discord

from bot.debate.record import Speech
from bot.debate.state import DebateState
from bot.discord_ui import speeches
from bot.discord_ui.courier import gone, persist
from bot.discord_ui.panel import footer
from bot.discord_ui.rehearsal import PREPARING

if TYPE_CHECKING:
    from bot.discord_ui.stage import Stage

# The newest messages, and those after a speech was recorded: where it must be if it was shown.
NEWEST, AROUND = 30, 100
# How many speeches may have been recorded and not shown: the person's, and the bot's answer to it.
SPEECHES = 2
# How far the clocks of this machine and of Discord may lie apart.
APART = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Lack:
    """A speech and those of its parts that the thread lacks."""

    speech: Speech
    parts: tuple[str, ...]


class Recovery:
    """Looks at a debate's thread."""

    def __init__(self, stage: Stage, me: int) -> None:
        self._stage = stage
        self._me = me

    async def catch_up(self, state: DebateState, *, preparing: bool) -> None:
        """Give the thread what it lacks: the panel, the newest speeches, and an end to preparations that were broken off."""
        messages = await self.newest(state)
        if not state.message_id:
            await self._stage.put_panel(state, self.panel(state, messages))
        broken_off = [] if preparing else self.preparations(messages)
        for lack in await self.lacks(state, messages):
            taken = broken_off.pop() if broken_off and self._stage.by_bot(state, lack.speech) else None
            await self._stage.show_speech(state, lack.speech, only=lack.parts, instead_of=taken)
        for message in broken_off:
            await gone(message)

    async def newest(self, state: DebateState) -> list[discord.Message]:
        """The newest messages of the thread, newest first."""
        channel = self._stage.channel(state)

        async def read() -> list[discord.Message]:
            return [message async for message in channel.history(limit=NEWEST)]

        return await persist(read)

    def preparations(self, messages: list[discord.Message]) -> list[discord.Message]:
        """The bot's lines about preparing a speech, oldest first."""
        return [m for m in reversed(messages) if m.author.id == self._me and m.content.startswith(PREPARING)]

    def panel(self, state: DebateState, messages: list[discord.Message]) -> discord.Message | None:
        """The panel, if it was sent before the bot could write down where it is."""
        shown = (m for m in reversed(messages) if m.author.id == self._me and m.embeds)
        return next((m for m in shown if m.embeds[0].footer.text == footer(state)), None)

    async def lacks(self, state: DebateState, messages: list[discord.Message]) -> list[Lack]:
        """What of the newest speeches is not in the thread, oldest first."""
        found = []
        for speech in state.speeches[-SPEECHES:]:
            parts = () if speech.struck else await self._missing(state, speech, [m.content for m in reversed(messages)])
            if parts:
                found.append(Lack(speech, tuple(parts)))
        return found

    async def _missing(self, state: DebateState, speech: Speech, seen: list[str]) -> list[str]:
        """The parts that are not among the messages `seen`, oldest first, or others where the speech may be."""
        head = speeches.heading(state, replace(speech, struck=False))
        if not any(head in content for content in seen):
            seen = await self._around(state, speech)
        parts = self._stage.parts(state, speech)
        begins = next((n for n, content in enumerate(seen) if head in content), None)
        if begins is None:
            return parts
        # Discord trims what it is sent. Whoever spoke in a message of their own was only told that it is recorded.
        since = {content.strip() for content in seen[begins:]}
        return [part for part in parts if part.strip() not in since] if parts[0].strip() in since else []

    async def _around(self, state: DebateState, speech: Speech) -> list[str]:
        """What was said since the speech was recorded, or since the one before it, which the bot's answer begins from."""
        before = [s.delivered_at for s in state.speeches if s.turn < speech.turn]
        since = max(before, default=state.opened_at) if self._stage.by_bot(state, speech) else speech.delivered_at
        channel = self._stage.channel(state)

        async def read() -> list[str]:
            after = since - APART
            return [message.content async for message in channel.history(limit=AROUND, after=after)]

        return await persist(read)
