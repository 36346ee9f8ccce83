"""What an interaction shows while its work waits in the queue or is under way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import discord

from bot.debate.steps import OnProgress, Progress, Step
from bot.discord_ui.present import NOBODY

_STEPS = {
    Step.HEARING: "I am hearing the points ...",
    Step.RETRIEVING: "I am searching my sources ...",
    Step.WRITING: "I am writing ...",
    Step.CHECKING: "I am checking every sentence against its source ...",
}


def waiting_line(progress: Progress) -> str:
    """One line on how far the work is, or how many are served before it."""
    if progress.step is Step.QUEUED:
        before = "You are next" if progress.place == 0 else f"{progress.place} before you"
        return f"⏳ {before} in the queue ..."
    return f"⏳ {_STEPS[progress.step]}"


@asynccontextmanager
async def shown(interaction: discord.Interaction[Any]) -> AsyncIterator[OnProgress]:
    """Show on the deferred `interaction` what the yielded function is told; the answer takes the line's place afterwards.

    While one edit is on its way only the newest step is kept, so that a long queue costs few requests.
    """
    newest: list[Progress] = []
    moved = asyncio.Event()

    def told(progress: Progress) -> None:
        newest[:] = [progress]
        moved.set()

    async def show() -> None:
        while True:
            await moved.wait()
            moved.clear()
            with suppress(discord.HTTPException):  # the answer matters, not the line about its making
                await interaction.edit_original_response(content=waiting_line(newest[0]), allowed_mentions=NOBODY)

    showing = asyncio.create_task(show())
    try:
        yield told
    finally:
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)
