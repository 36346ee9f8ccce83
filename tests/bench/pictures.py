"""Draw the flow sheet of the sample debate for the README: `python -m tests.bench.pictures [FILE.png]`.

The debate is the one that `debatebot practice </dev/null` plays: the samples of the shipped brief against the real speaker.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from bot.bootstrap import brief_of, samples_of, service_for
from bot.debate.state import DebateState
from bot.reports.flow_columns import flow_columns
from bot.reports.flow_picture import flow_alt, flow_png
from bot.settings import Settings, read_settings

FILE = Path("docs/images/flow-sheet.png")
# The first exchanges: as much as a README shows at a size that can be read.
EXCHANGES = 2


async def sample(settings: Settings) -> DebateState:
    """The beginning of the sample debate, played anew in a log of its own."""
    with tempfile.TemporaryDirectory() as folder:
        log = f"sqlite+aiosqlite:///{Path(folder, 'log.sqlite3')}"
        async with service_for(settings.model_copy(update={"database_url": log})) as service:
            opened = await service.open("practice", "You")
            for text in samples_of(brief_of(settings))[:EXCHANGES]:
                await service.deliver(opened.id, "You", text)
                await service.answer(opened.id)
            return await service.state(opened.id)


def main() -> None:
    """Play, draw, write; prints where the picture lies and its alternative text."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    flow = flow_columns(replace(asyncio.run(sample(read_settings())), id="sample"))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(flow_png(flow))
    print(f"{file}: {flow_alt(flow)}")


if __name__ == "__main__":
    main()
