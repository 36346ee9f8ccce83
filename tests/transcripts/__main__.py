"""`python -m tests.transcripts`: ten turns against each scripted opponent, written to tests/transcripts/NAME.md.

An opponent is a file of ten speeches, parted by empty lines. The transcripts are what the bot says now; a test holds them to
it, so that a change of wording is seen, and read, before it is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.bootstrap import service_for
from bot.debate.words import Level
from bot.reports.transcript import as_markdown
from bot.settings import Settings, read_settings

HOME = Path(__file__).parent
OPPONENTS = tuple(sorted(file.stem for file in (HOME / "opponents").glob("*.txt")))
TURNS = 10
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def speeches_of(opponent: str) -> list[str]:
    text = (HOME / "opponents" / f"{opponent}.txt").read_text(encoding="utf-8")
    return [speech.strip() for speech in text.split("\n\n") if speech.strip()]


async def debate(settings: Settings, opponent: str, clock: Callable[[], datetime] = lambda: NOW) -> str:
    """The whole debate in Markdown, without its id and its times."""
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(service_for(settings, clock=clock))
        state = await service.open("practice", "Opponent", Level.VARSITY)
        for speech in speeches_of(opponent):
            await service.deliver(state.id, "Opponent", speech)
            await service.answer(state.id)
        state = await service.state(state.id)
        return as_markdown(state, service.references).replace(
            f"Debate `{state.id}`", f"Ten turns against the {opponent} opponent"
        )


def main() -> None:
    """Write every transcript."""
    for opponent in OPPONENTS:
        with TemporaryDirectory(prefix="debatebot-") as folder:
            settings = read_settings().model_copy(update={"database_url": f"sqlite+aiosqlite:///{folder}/log.sqlite3"})
            (HOME / f"{opponent}.md").write_text(asyncio.run(debate(settings, opponent)), encoding="utf-8")


if __name__ == "__main__":
    main()
