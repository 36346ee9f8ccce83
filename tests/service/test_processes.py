"""Three processes on one log: they start at once, act on one debate at once, and every turn is recorded once."""

from __future__ import annotations

import asyncio
import sys

from bot.debate.moderation import named
from bot.debate.state import Role
from bot.service import DebateService
from bot.storage.database import open_database
from bot.storage.debate_log import DebateLog
from tests.conftest import ROOT
from tests.service.test_moderated import Hands, hands, log, service

__all__ = ["hands", "log", "service"]
TURNS = 6
# One process: for every turn in order it tries to speak, to skip and to let the deadline pass, all at once.
WORKER = """
import asyncio, sys
from datetime import datetime
from bot.brief.load import load_brief
from bot.debate.errors import DebateError
from bot.service import DebateService
from bot.storage.database import open_database
from bot.storage.debate_log import DebateLog
from tests.conftest import TINY
from tests.service.test_debates import FakeSpeaker

url, debate_id, moment, turns = sys.argv[1:]

async def main():
    async with open_database(url) as engine:
        log = DebateLog(engine)
        service = DebateService(log, FakeSpeaker(), load_brief(TINY), lambda: datetime.fromisoformat(moment))
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        refused = 0
        for turn in range(int(turns)):
            done = await asyncio.gather(
                service.deliver(debate_id, "ann", f"Speech for {turn}.", turn=turn),
                service.deliver(debate_id, "bo", f"Speech for {turn}.", turn=turn),
                service.skip(debate_id, "mo", turn=turn),
                service.expire(debate_id, turn),
                return_exceptions=True,
            )
            refused += sum(isinstance(d, DebateError) for d in done)
            strange = [d for d in done if isinstance(d, Exception) and not isinstance(d, DebateError)]
            assert not strange, strange
        print(refused, flush=True)

asyncio.run(main())
"""


async def test_three_processes_record_every_turn_of_a_debate_once(service: DebateService, hands: Hands, url: str) -> None:
    state = await service.open_debate("o", format_key="classroom", guild_id="9", moderator="mo", bot=False)
    for person, side in (("ann", state.format.turns[0].side), ("bo", state.format.turns[1].side)):
        await service.appoint(state.id, "mo", person, Role.DEBATER, side=side)
    await service.start(state.id, "mo")
    arguments = (url, state.id, hands.now.isoformat(), str(TURNS))
    workers = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            WORKER,
            *arguments,
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(3)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert await asyncio.wait_for(worker.stdout.readline(), 600) == b"ready\n"
    done = await asyncio.wait_for(asyncio.gather(*(worker.communicate(b"go\n") for worker in workers)), 600)
    assert [worker.returncode for worker in workers] == [0, 0, 0], [err.decode()[-2000:] for _, err in done]
    after = await service.state(state.id)
    passed = sorted([s.turn for s in after.speeches] + [s.turn for s in after.skipped])
    assert passed == list(range(TURNS))
    skips = [a.detail for a in await service.actions(state.id) if a.action == "skip"]
    assert sorted(skips) == sorted(named(after.format.turns[s.turn]) for s in after.skipped)


async def test_processes_that_start_at_once_find_one_schema(url: str) -> None:
    script = (
        "import asyncio, sys\nfrom bot.storage.database import open_database\n"
        "async def main():\n async with open_database(sys.argv[1]):\n  pass\nasyncio.run(main())"
    )
    workers = [await asyncio.create_subprocess_exec(sys.executable, "-c", script, url, cwd=ROOT) for _ in range(3)]
    assert await asyncio.wait_for(asyncio.gather(*(worker.wait() for worker in workers)), 600) == [0, 0, 0]
    async with open_database(url) as engine:
        assert await DebateLog(engine).recent() == []
