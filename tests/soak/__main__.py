"""`python -m tests.soak --minutes N`: debates at once with random faults; what was lost or doubled, and how memory grows.

The bot runs in a process of its own; Discord's double and the people run in this one. The first third, or the first twenty
minutes, is warm-up. Says each minute how far it is, and writes what it reports to build/bench/soak.json. It ends with 1 where a
debate is lost, doubled or stuck, where the bot has ended, and where it has logged an error that it does not expect; the frames of
each such error are printed.

An act without an answer is one that its person waited for five seconds and then did again, as people do; there may be more of
them than of answered ones. People go on acting while the bot is cut off, and of what they do then it hears nothing; it also
answers nothing where the planned fault strikes the acknowledgement itself, and late where the machine is busy.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.bootstrap import utc_now
from bot.brief.load import load_brief
from bot.service import DebateService
from bot.storage.database import open_database
from bot.storage.debate_log import DebateLog
from tests.bench.output import save
from tests.conftest import TINY
from tests.discord_ui.spec import problems
from tests.double.people import Town
from tests.double.server import Double
from tests.faults.child import Birth
from tests.faults.life import Life
from tests.soak.account import Account, lines
from tests.soak.debater import Debater, debater, speaker
from tests.soak.faults import Faults
from tests.soak.memory import Memory, environment
from tests.soak.stuck import Stuck, last_lines, log_of

SAMPLE_SECONDS = 2.0
MINUTE = 60.0
WARM_UP = 20 * MINUTE
# glibc gives each thread an arena of its own, whose freed pages it keeps: with the threads of the log and the models the memory
# of a process that leaks nothing still grows for hours. The files in deploy/ set the same.
ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}


async def soak(minutes: float, debates: int, every: float, seed: int, file: Path) -> dict[str, Any]:
    """Run it; what is reported, with the failure if there is one."""
    double = Double()
    async with double.served(), open_database(f"sqlite+aiosqlite:///{file}") as engine:
        service = DebateService(DebateLog(engine), speaker(), load_brief(TINY), utc_now)
        towns = [Town(double.backend, f"Server {n}") for n in range(debates)]
        for town in towns:
            await service.guilds.set(str(town.guild.id), "channels", str(town.channel))
        bot = Life(double, towns[0], service, Birth(double.api_url, double.gateway_url, str(file)))
        await bot.start()
        child = bot.child
        assert child is not None
        assert child.pid is not None
        people = [debater(town, bot, service) for town in towns]
        faults = Faults(double, seed)
        account = Account(people, faults, Memory(), log_of(str(file)), min(WARM_UP, minutes * MINUTE / 3))
        try:
            born_with = environment(child.pid, *ENVIRONMENT)
            failure = await played(account, double, child.pid, minutes, every)
        finally:
            alive = child.is_alive()
            child.kill()
            child.join()
        measured = account.measured()
        if not failure and not alive:
            failure = "\n".join(["the bot has ended", *last_lines(account.log)])
        if not failure and measured["unexpected_errors"]:
            failure = "\n".join(["the bot has logged errors that it does not expect", *last_lines(account.log)])
        return {
            **measured,
            "environment": born_with,
            "failure": failure or (str(double.rest.faults) if double.rest.faults else ""),
        }


async def played(account: Account, double: Double, pid: int, minutes: float, every: float) -> str:
    """Let people debate until the time is up; why it ended before, or nothing."""
    end = account.began + minutes * MINUTE
    debating = asyncio.create_task(all_of(account.people, end))
    beside: list[asyncio.Task[None]] = [
        asyncio.create_task(account.faults.run(every, end)),
        asyncio.create_task(watch(double, account, pid)),
        asyncio.create_task(tell(account)),
    ]
    try:
        ended, _ = await asyncio.wait({debating, *beside}, return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            task.result()
    except Stuck as stuck:
        os.kill(pid, signal.SIGUSR1)  # let the bot log where its tasks wait
        await asyncio.sleep(1)
        return "\n".join([str(stuck), "--- the bot's last lines", *last_lines(account.log)])
    except AssertionError as error:
        return str(error) or type(error).__name__
    except FileNotFoundError:  # of the bot's memory: its process is gone
        return ""
    finally:
        for task in (debating, *beside):
            task.cancel()
        await asyncio.gather(debating, *beside, return_exceptions=True)
    return ""


async def all_of(people: Sequence[Debater], end: float) -> None:
    """Everybody debates until `end`; the first who finds something wrong ends it."""
    await asyncio.gather(*(one.run(end) for one in people))


async def tell(account: Account) -> None:
    """Say each minute how far it is."""
    number = 0
    while True:
        await asyncio.sleep(MINUTE)
        number += 1
        print(account.minute(number), flush=True)


async def watch(double: Double, account: Account, pid: int) -> None:
    """Measure the bot, judge its requests, and forget what the double keeps."""
    while True:
        await asyncio.sleep(SAMPLE_SECONDS)
        account.memory.take(pid, account.seconds)
        requests, double.backend.http_requests[:] = list(double.backend.http_requests), []
        found = problems(requests[:50])  # a sample: judging all of them costs more than making them
        assert found == [], found
        double.backend.transcript.clear()


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--debates", type=int, default=100, help="how many at once")
    parser.add_argument("--fault-every", type=float, default=2.0, help="seconds between faults, about")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    os.environ.update(ENVIRONMENT)  # read by the C library when the server starts from which the bot is forked
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    try:
        measured = asyncio.run(soak(chosen.minutes, chosen.debates, chosen.fault_every, chosen.seed, folder / "log.db"))
    finally:
        shutil.rmtree(folder)
    save("soak", measured)
    print("\n".join(lines(measured)))
    if measured["failure"]:
        print(measured["failure"], file=sys.stderr)
    return 1 if measured["failure"] else 0


if __name__ == "__main__":
    sys.exit(main())
