"""A rehearsal: the bot prepares its speech, and a message in the thread shows how far it is."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import discord

from bot.debate.errors import DebateError
from bot.debate.record import Speech
from bot.debate.state import DebateState
from bot.debate.steps import Drafting, OnProgress, Progress, Step
from bot.discord_ui.courier import gone, passes, persist, post
from bot.discord_ui.door import record
from bot.discord_ui.present import NOBODY
from bot.discord_ui.views.press import button, view_of
from bot.discord_ui.waiting import kept_shown
from bot.errors import UserError
from bot.service import DebateService
from bot.service.queue import QueueFullError

if TYPE_CHECKING:
    from bot.discord_ui.stage import Stage

# Seconds until a full queue is asked again.
AFTER_FULL = 3.0
# How the message begins that shows a preparation.
PREPARING = "📝 I am preparing my speech"
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
        return f"{PREPARING}: it is {before} in the queue."
    order = list(_STEPS)
    reached = order.index(progress.step)
    marks = ("✓" if n < reached else "▸" if n == reached else "·" for n in range(len(order)))
    drafted = f" ({words} words drafted, not checked yet)" if words else ""
    steps = [f"{m} {_STEPS[step]}" + (drafted if step is Step.WRITING else "") for m, step in zip(marks, order, strict=True)]
    return f"{PREPARING}: " + ", ".join(steps)


class Rehearsal:
    """Prepares one speech, once."""

    def __init__(self, service: DebateService, stage: Stage, state: DebateState) -> None:
        self._service = service
        self._stage = stage
        self._state = state
        self._drafting = Drafting()

    async def run(self) -> DebateState | None:
        """Prepare, record and show the speech; the state afterwards, or None where it failed, which the thread is told."""
        message = await self._begin()

        async def show(now: str) -> None:
            if message is not None:
                await message.edit(content=now)

        try:
            async with kept_shown(show) as tell:
                speech = await self._answer(lambda progress: tell(line(progress, self._drafting.words(progress))))
        except DebateError:
            # Paused, skipped or closed meanwhile: there is nothing to say now.
            if message is not None:
                await gone(message)
            return await self._service.state(self._state.id)
        except Exception as error:  # told in the thread; a button asks for another try
            why = str(error) if isinstance(error, UserError) else f"something unexpected went wrong (id {record(error)})"
            await self._fail(message, f"⚠ I could not prepare my speech: {why}.")
            return None
        state = await self._service.state(self._state.id)
        await self._stage.shown(state.id, partial(self._stage.show_speech, state, speech, instead_of=message))
        return state

    async def _begin(self) -> discord.Message | None:
        """The message that shows how far the speech is; where Discord does not take it, the speech is prepared without."""
        try:
            return await post(self._stage.channel(self._state), f"{PREPARING}.", allowed_mentions=NOBODY)
        except Exception as error:
            if not passes(error):
                raise
            return None

    async def _fail(self, message: discord.Message | None, told: str) -> None:
        again = view_of(button("again", self._state.id, "Try again", style=discord.ButtonStyle.primary))
        if message is None:
            await post(self._stage.channel(self._state), told, view=again, allowed_mentions=NOBODY)
        else:
            await persist(lambda: message.edit(content=told, view=again))

    async def _answer(self, told: OnProgress) -> Speech:
        """The recorded speech; while the queue holds no more, it is asked again and the thread's message says so."""
        while True:
            try:
                speech, _ = await self._service.answer(self._state.id, told)
            except QueueFullError:
                told(Progress(Step.QUEUED, self._service.queue.length))
                await asyncio.sleep(AFTER_FULL)
            else:
                return speech
