"""`python -m tests.soak --minutes N`: debates at once with random faults; what was lost or doubled, and how memory grows.

The bot runs in a process of its own; Discord's double and the people run in this one. The first third is warm-up.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bot.bootstrap import utc_now
from bot.brief.load import load_brief
from bot.service import DebateService
from bot.storage.database import open_database
from bot.storage.debate_log import DebateLog
from tests.conftest import TINY
from tests.discord_ui.spec import problems
from tests.double.people import Town
from tests.double.server import Double
from tests.faults.child import Birth
from tests.faults.life import Life
from tests.soak.debater import Debater, debater, speaker
from tests.soak.faults import Faults
from tests.soak.memory import Memory

SAMPLE_SECONDS = 2.0
MIB = 2**20


async def soak(minutes: float, debates: int, every: float, seed: int, file: Path) -> int:
    """Run it; 0 if nothing was lost or doubled."""
    double = Double()
    async with double.served(), open_database(f"sqlite+aiosqlite:///{file}") as engine:
        service = DebateService(DebateLog(engine), speaker(), load_brief(TINY), utc_now)
        towns = [Town(double.backend, f"Server {n}") for n in range(debates)]
        for town in towns:
            await service.guilds.set(str(town.guild.id), "channels", str(town.channel))
        bot = Life(double, towns[0], service, Birth(double.api_url, double.gateway_url, str(file)))
        await bot.start()
        assert bot.child is not None
        assert bot.child.pid is not None
        faults, memory, began = Faults(double, seed), Memory(), time.monotonic()
        people = [debater(town, bot, service) for town in towns]
        failing = asyncio.create_task(faults.run(every))
        watching = asyncio.create_task(watch(double, memory, bot.child.pid, began))
        try:
            await asyncio.gather(*(one.run(began + minutes * 60) for one in people))
        finally:
            failing.cancel()
            watching.cancel()
            alive = bot.child.is_alive()
            bot.child.kill()
            bot.child.join()
        report(people, faults, memory, time.monotonic() - began, minutes * 20)
        assert alive, "the bot has ended"
        assert double.rest.faults == []
    return 0


async def watch(double: Double, memory: Memory, pid: int, began: float) -> None:
    """Measure the bot, judge its requests, and forget what the double keeps."""
    while True:
        await asyncio.sleep(SAMPLE_SECONDS)
        memory.take(pid, time.monotonic() - began)
        requests, double.backend.http_requests[:] = list(double.backend.http_requests), []
        found = problems(requests[:50])  # a sample: judging all of them costs more than making them
        assert found == [], found
        double.backend.transcript.clear()


def report(people: list[Debater], faults: Faults, memory: Memory, seconds: float, warm_up: float) -> None:
    """Print what happened."""
    rounds, turns = sum(p.rounds for p in people), sum(p.turns for p in people)
    print(
        f"{len(people)} debates at once for {seconds / 60:.1f} minutes: {rounds} debates, {turns} turns, none lost, none doubled"
    )
    print(f"acts of people: {sum(p.answered for p in people)} answered, {sum(p.unanswered for p in people)} without an answer")
    print(f"faults: {sum(faults.made.values())} ({', '.join(f'{k}: {n}' for k, n in sorted(faults.made.items()))})")
    taken = memory.after(warm_up)
    if taken:
        first, last, growth = taken[0][1] / MIB, taken[-1][1] / MIB, memory.growth(warm_up)
        print(f"memory of the bot after {warm_up:.0f} s: {first:.1f} MiB, at the end {last:.1f} MiB; {growth:+.1f} % an hour")


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--debates", type=int, default=100, help="how many at once")
    parser.add_argument("--fault-every", type=float, default=2.0, help="seconds between faults, about")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    try:
        return asyncio.run(soak(chosen.minutes, chosen.debates, chosen.fault_every, chosen.seed, folder / "log.db"))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
