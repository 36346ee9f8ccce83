"""A rehearsal: the bot prepares its speech, and a message in the thread shows how far it is."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import discord

from bot.debate.errors import DebateError
from bot.debate.record import Speech
from bot.debate.state import DebateState
from bot.debate.steps import Drafting, Progress, Step
from bot.discord_ui.door import record
from bot.discord_ui.present import NOBODY
from bot.discord_ui.views.press import button, view_of
from bot.errors import UserError
from bot.service import DebateService
from bot.service.queue import QueueFullError

if TYPE_CHECKING:
    from bot.discord_ui.stage import Stage

# Seconds until a full queue is asked again.
AFTER_FULL = 3.0
_STEPS = {
    Step.HEARING: "hearing your points",
    Step.RETRIEVING: "searching my sources",
    Step.WRITING: "writing",
    Step.CHECKING: "checking every sentence against its source",
}


def line(progress: Progress, words: int = 0) -> str:
    """The preparation as one line: what is done, at work and to come; `words` are those that a model has drafted."""
    if progress.step is Step.QUEUED:
        before = "next" if progress.place == 0 else f"number {progress.place + 1}"
        return f"📝 I am preparing my speech: it is {before} in the queue."
    order = list(_STEPS)
    reached = order.index(progress.step)
    marks = ("✓" if n < reached else "▸" if n == reached else "·" for n in range(len(order)))
    drafted = f" ({words} words drafted, not checked yet)" if words else ""
    steps = [f"{m} {_STEPS[step]}" + (drafted if step is Step.WRITING else "") for m, step in zip(marks, order, strict=True)]
    return "📝 I am preparing my speech: " + ", ".join(steps)


class Rehearsal:
    """Prepares one speech, once."""

    def __init__(self, service: DebateService, stage: Stage, state: DebateState) -> None:
        self._service = service
        self._stage = stage
        self._state = state
        self._line = ""
        self._drafting = Drafting()
        self._moved = asyncio.Event()

    async def run(self) -> DebateState | None:
        """Prepare, record and show the speech; the state afterwards, or None where it failed, which the thread is told."""
        message = await self._stage.channel(self._state).send("📝 I am preparing my speech.", allowed_mentions=NOBODY)
        showing = asyncio.create_task(self._show(message))
        try:
            speech = await self._answer()
        except DebateError:
            # Paused, skipped or closed meanwhile: there is nothing to say now.
            await message.delete()
            return await self._service.state(self._state.id)
        except Exception as error:  # told in the thread; a button asks for another try
            why = str(error) if isinstance(error, UserError) else f"something unexpected went wrong (id {record(error)})"
            again = view_of(button("again", self._state.id, "Try again", style=discord.ButtonStyle.primary))
            await message.edit(content=f"⚠ I could not prepare my speech: {why}.", view=again)
            return None
        finally:
            showing.cancel()
        state = await self._service.state(self._state.id)
        await self._stage.show_speech(state, speech, instead_of=message)
        return state

    async def _answer(self) -> Speech:
        """The recorded speech; while the queue holds no more, it is asked again and the thread's message says so."""
        while True:
            try:
                speech, _ = await self._service.answer(self._state.id, self._progress)
            except QueueFullError:
                self._progress(Progress(Step.QUEUED, self._service.queue.length))
                await asyncio.sleep(AFTER_FULL)
            else:
                return speech

    def _progress(self, progress: Progress) -> None:
        now = line(progress, self._drafting.words(progress))
        # A model tells every word; an edit is worth its request only where something else is to be read.
        if now != self._line:
            self._line = now
            self._moved.set()

    async def _show(self, message: discord.Message) -> None:
        """Edit the message as the steps come; while one edit is on its way, only the newest step is kept."""
        while True:
            await self._moved.wait()
            self._moved.clear()
            with suppress(discord.HTTPException):  # the speech matters, not the line about its making
                await message.edit(content=self._line)
