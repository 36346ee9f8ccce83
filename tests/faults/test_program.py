"""`debatebot run` itself, with its real speaker, against the double: a damaged index, kill -9, SIGTERM."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.bootstrap import utc_now
from bot.brief.model import Brief
from bot.service import DebateService
from bot.storage.database import open_database
from bot.storage.debate_log import DebateLog
from tests.conftest import ROOT, TINY, Run
from tests.discord_ui.harness import FastSpeaker
from tests.double.people import Town
from tests.double.server import TOKEN, Double
from tests.starvation import starvation

STARTING = 240.0


@asynccontextmanager
async def program(double: Double, data: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The command in a process of its own, connected."""
    before = len(double.gateway.identified)
    environment = {
        **os.environ,
        "KNOWLEDGE_DIR": str(TINY),
        "DATA_DIR": str(data),
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_URL": double.api_url,
        "DISCORD_GATEWAY_URL": double.gateway_url,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=ROOT, env=environment, stderr=asyncio.subprocess.PIPE
    )
    try:
        await until(lambda: len(double.gateway.identified) > before or process.returncode is not None, STARTING)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def until(seen: Callable[[], object], seconds: float = 120.0) -> None:
    """Wait until `seen`."""
    end = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


async def open_and_start(double: Double, town: Town) -> int:
    """A debate that Ann has joined; its thread."""
    for who, act in ((town.mod, "debate open"), (town.ann, "Join the proposition"), (town.mod, "Start")):
        in_town = act == "debate open"
        record = town.slash(who, town.channel, act) if in_town else town.press(who, town.panels(town.threads[-1])[-1], act)
        await until(lambda record=record: record.responded and not record.loading)  # type: ignore[misc]
    return town.threads[-1]


async def test_a_damaged_index_kill_and_sigterm_cost_the_real_program_nothing(
    tmp_path: Path, tiny: Brief, debatebot: Run
) -> None:
    data = tmp_path / "data"
    assert debatebot("knowledge", "build").returncode == 0
    # The encoder's own file is lent, not copied: it stays as it is, and other tests damage theirs.
    files = [f for f in sorted((data / "index").rglob("*")) if f.is_file() and "encoder-int8" not in f.parts and f.stat().st_size]
    assert files
    for file in files:
        file.write_bytes(b"damaged" + file.read_bytes()[: file.stat().st_size // 2])
    double = Double()
    town = Town(double.backend)
    url = f"sqlite+aiosqlite:///{data / 'debatebot.sqlite3'}"
    async with double.served(), open_database(url) as engine:
        service = DebateService(DebateLog(engine), FastSpeaker(), tiny, utc_now)
        await service.guilds.set(str(town.guild.id), "channels", str(town.channel))
        async with program(double, data) as process:
            thread = await open_and_start(double, town)
            state = await service.debate_in(str(thread))
            assert state is not None
            town.send_form(town.ann, thread, f"form:speech:{state.id}:0", "Starting late lets pupils sleep longer.")
            await until(lambda: "I am preparing my speech" in town.said(thread) or "**2. " in town.said(thread))
            process.kill()
            await process.wait()
        async with program(double, data) as process:
            await until(lambda: "**2. " in town.said(thread) and "I am preparing" not in town.said(thread))
            assert town.said(thread).count("**2. ") == 1
            await until(lambda: "Speech 3" in str(town.panels(thread)[-1].embeds[0]["fields"][0]["value"]))
            starved = starvation(process.pid)
            began, before = time.monotonic(), starved()
            process.send_signal(signal.SIGTERM)
            ending = asyncio.create_task(process.communicate())
            while not ending.done():
                starved()  # while there is a process to ask about
                await asyncio.sleep(0.02)
            _, said = await ending
            assert process.returncode == 0
            assert time.monotonic() - began - (starved() - before) < 10
            assert b"Traceback" not in said, said.decode()[-2000:]
        after = await service.state(state.id)
        assert [s.turn for s in after.speeches] == [0, 1]
        assert after.speeches[1].citations


async def test_a_refused_token_is_one_line_of_the_real_program(tmp_path: Path, debatebot: Run) -> None:
    double = Double()
    async with double.served():
        addresses = {"DISCORD_API_URL": double.api_url, "DISCORD_GATEWAY_URL": double.gateway_url}
        done = await asyncio.to_thread(lambda: debatebot("run", DISCORD_TOKEN="another", **addresses))
    assert done.returncode == 1
    assert b"DISCORD_TOKEN" in done.stderr
    assert b"Traceback" not in done.stderr
