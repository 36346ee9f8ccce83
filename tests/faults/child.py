"""The bot in a process of its own, forked from a server that has imported everything, so that a life costs milliseconds."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import traceback
from dataclasses import dataclass, field, replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.bootstrap import spare_collections, utc_now
from bot.brief.load import load_brief
from bot.debate.steps import OnProgress
from bot.discord_ui import reply
from bot.discord_ui.client import DebateClient, Options, client_of
from bot.discord_ui.runner import leave_in_time, run, settled, use_servers
from bot.discord_ui.shards import Shards
from bot.discord_ui.upkeep import kept_tidy
from bot.logs import logging_as
from bot.service import DebateService
from bot.speech.request import SpeechDraft, SpeechRequest
from bot.storage.database import open_database
from bot.storage.debate_log import DebateLog
from tests.conftest import TINY
from tests.discord_ui.harness import FastSpeaker, WordSearch
from tests.double.server import TOKEN

log = logging.getLogger("bot.double")
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])


class TellingSpeaker(FastSpeaker):
    """Says something else in every turn, whichever process asks."""

    async def answer(self, request: SpeechRequest, progress: OnProgress | None = None) -> SpeechDraft:
        self.asked.clear()  # a soak asks for days
        draft = await super().answer(request, progress)
        return replace(draft, text=draft.text.replace("Word", f"Turn{len(request.history)}word"))


@dataclass(frozen=True)
class Birth:
    """What a life begins with; `commit` is the database commit at which it kills itself, before or after it."""

    api: str
    gateway: str
    file: str
    words: int = 12
    delay: float = 0.0
    commit: int = 0
    after: bool = False
    shards: Shards = field(default_factory=Shards)
    # How long Discord listens for an acknowledgement; the double listens for ever.
    listens: float = reply.ACKNOWLEDGE_SECONDS


def born(birth: Birth) -> ForkServerProcess:
    """A process in which the bot runs."""
    process = _FORKS.Process(target=live, args=(birth,), daemon=True)
    process.start()
    return process


def live(birth: Birth) -> None:
    """Run the bot until it is stopped or killed."""
    use_servers(birth.api, birth.gateway)
    reply.ACKNOWLEDGE_SECONDS = birth.listens
    file = Path(birth.file).with_suffix(".txt")
    with file.open("a", buffering=1, encoding="utf-8") as stream, logging_as("text", "warning", stream):
        asyncio.run(_live(birth))


async def _live(birth: Birth) -> None:
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, tell_tasks)
    brief = load_brief(TINY)
    speaker = TellingSpeaker()
    speaker.words, speaker.delay = birth.words, birth.delay
    async with open_database(f"sqlite+aiosqlite:///{birth.file}") as engine:
        if birth.commit:
            _die_at(engine, birth)
        service = DebateService(DebateLog(engine), speaker, brief, utc_now, search=WordSearch(brief))

        spare_collections()  # as the bot itself does before it connects

        def make() -> DebateClient:
            return client_of(service, Options(guild_ready_timeout=0.05, shards=birth.shards))

        async with kept_tidy(service.settle):
            await run(make, TOKEN, at_signal=leave_in_time)
            await settled()


def tell_tasks() -> None:
    """Log where each task waits, so that one that waits for ever is found."""
    for task in asyncio.all_tasks():
        waits = [f"{Path(place.filename).name}:{place.lineno} {place.name}" for place in awaited(task)]
        log.warning("task %s waits at %s", task.get_name(), ", ".join(waits))


def awaited(task: asyncio.Task[Any]) -> list[traceback.FrameSummary]:
    """The frames of a task, from the first down to what it awaits; the task itself only knows its outermost."""
    found: list[traceback.FrameSummary] = []
    inner: Any = task.get_coro()
    while inner is not None:
        frame = getattr(inner, "cr_frame", None) or getattr(inner, "gi_frame", None) or getattr(inner, "ag_frame", None)
        if frame is not None:
            found.append(traceback.FrameSummary(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name))
        inner = getattr(inner, "cr_await", None) or getattr(inner, "gi_yieldfrom", None) or getattr(inner, "ag_await", None)
    return found


def _die_at(engine: AsyncEngine, birth: Birth) -> None:
    commits = 0
    armed = False

    def commit(_: object) -> None:
        nonlocal commits, armed
        commits += 1
        armed = commits == birth.commit
        if armed and not birth.after:
            os.kill(os.getpid(), signal.SIGKILL)

    def checkin(*_: object) -> None:
        if armed:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine.sync_engine, "commit", commit)
    event.listen(engine.sync_engine, "checkin", checkin)
