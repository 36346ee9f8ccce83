"""Many debates at once in one process: `python -m tests.bench.concurrency`.

The real service over SQLite in a folder of its own, the real speaker, queries encoded together. In every debate a debater
delivers a speech of 100 words and waits for the bot's answer, six times; then another debate begins, until the time is up.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from bot.bootstrap import service_for
from bot.retrieval.metrics import percentile
from bot.service import DebateService
from bot.settings import read_settings
from tests.bench.__main__ import speeches
from tests.bench.output import save

ANSWERS = 6


async def debate(service: DebateService, words: list[str], until: float, waits: list[float]) -> None:
    """Debate until `until`; seconds from a speech handed in to its answer recorded are added to `waits`."""
    turn = 0
    while time.perf_counter() < until:
        state = await service.open("practice", "Ann")
        for _ in range(ANSWERS):
            if time.perf_counter() >= until:
                break
            began = time.perf_counter()
            await service.deliver(state.id, "Ann", words[turn % len(words)])
            await service.answer(state.id)
            waits.append(time.perf_counter() - began)
            turn += 1


async def measure(numbers: list[int], seconds: float) -> dict[str, dict[str, float]]:
    """By number of debates: answers a second, and seconds waited for one."""
    words = [" ".join(text.split()[:100]) for text in speeches(100)]
    rows = {}
    with tempfile.TemporaryDirectory(prefix="debatebot-") as home:
        settings = read_settings(database_url=f"sqlite+aiosqlite:///{Path(home) / 'log.sqlite3'}")
        async with service_for(settings) as service:
            await debate(service, words, time.perf_counter() + 2, [])
            for number in numbers:
                waits: list[float] = []
                began = time.perf_counter()
                await asyncio.gather(
                    *(debate(service, words[n % 20 :] + words[: n % 20], began + seconds, waits) for n in range(number))
                )
                spent = time.perf_counter() - began
                shares = {f"p{round(100 * share)}_s": percentile(waits, share) for share in (0.5, 0.95, 0.99)}
                rows[str(number)] = {"answers": len(waits), "per_second": len(waits) / spent, **shares}
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.concurrency", description=__doc__)
    parser.add_argument("--debates", default="1,8,32,128")
    parser.add_argument("--seconds", type=float, default=20, help="for each number of debates")
    options = parser.parse_args()
    rows = asyncio.run(measure([int(number) for number in options.debates.split(",")], options.seconds))
    print(f"{'debates':>8}{'answers':>9}{'a second':>10}{'p50 s':>8}{'p95 s':>8}{'p99 s':>8}")
    for number, row in rows.items():
        times = "".join(f"{row[name]:8.3f}" for name in ("p50_s", "p95_s", "p99_s"))
        print(f"{number:>8}{row['answers']:9.0f}{row['per_second']:10.1f}{times}")
    save("concurrency", {"seconds": options.seconds, "debates": rows})


if __name__ == "__main__":
    main()
