"""What an interaction shows while its work waits in the queue or is under way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import discord

from bot.debate.steps import OnProgress, Progress, Step
from bot.discord_ui.courier import passes
from bot.discord_ui.present import NOBODY

# How long the line that is on its way may keep the work's result waiting.
LAST_LINE_SECONDS = 5.0
# Between two edits of one message: Discord takes about five in five seconds, and whatever edits faster is made to wait.
BETWEEN_EDITS = 1.0
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
async def kept_shown(
    edit: Callable[[str], Awaitable[object]], rest: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> AsyncIterator[Callable[[str], None]]:
    """Give `edit` each new line that the yielded function is told, beside the work itself.

    A line that is shown already costs no request (a model tells every word), and while one edit is on its way, and for
    `BETWEEN_EDITS` after it, only the newest line is kept. At the end an edit that is on its way is let through: one that was
    merely abandoned could still arrive, and cover what comes after it.
    """
    newest = ""
    over = resting = False
    moved = asyncio.Event()

    def tell(line: str) -> None:
        nonlocal newest
        if line != newest:
            newest = line
            moved.set()

    async def show() -> None:
        nonlocal resting
        while True:
            await moved.wait()
            if over:
                return
            moved.clear()
            try:
                await edit(newest)
            except Exception as error:  # the work matters, not the line about it
                if not isinstance(error, discord.HTTPException) and not passes(error):
                    raise
            resting = True
            await rest(BETWEEN_EDITS)
            resting = False

    showing = asyncio.create_task(show())
    try:
        yield tell
    finally:
        over = True
        moved.set()
        if resting:  # nothing is on its way
            showing.cancel()
        await asyncio.wait({showing}, timeout=LAST_LINE_SECONDS)
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)


@asynccontextmanager
async def shown(interaction: discord.Interaction[Any]) -> AsyncIterator[OnProgress]:
    """Show on the deferred `interaction` how far the work is; the answer takes the line's place afterwards."""

    async def edit(line: str) -> None:
        await interaction.edit_original_response(content=line, allowed_mentions=NOBODY)

    async with kept_shown(edit) as tell:
        yield lambda progress: tell(waiting_line(progress))
