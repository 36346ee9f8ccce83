"""One round played by people who notice that the bot was killed, and go on when it is back."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from simcord.backend.models import Interaction
from simcord.types import HttpLogEntry

from bot.bootstrap import utc_now
from bot.brief.model import Brief
from bot.debate.state import DebateState, Role, Status
from bot.discord_ui import speeches
from bot.discord_ui.rehearsal import PREPARING
from bot.service import BOT, DebateService
from bot.storage.database import open_database
from bot.storage.debate_log import DebateLog
from tests.discord_ui.harness import FastSpeaker
from tests.discord_ui.spec import problems
from tests.double.people import Town
from tests.double.server import Double
from tests.faults.child import Birth, born

TURNS = 4
SENTENCES = 60
PATIENCE = 120.0


@dataclass
class Life:
    """A round, the log as the test reads it, and the process that may be killed."""

    double: Double
    town: Town
    service: DebateService
    birth: Birth
    child: ForkServerProcess | None = None
    deaths: int = 0
    records: list[Interaction] = field(default_factory=list)

    async def start(self, **changed: object) -> None:
        """A new process, connected."""
        before = len(self.double.gateway.identified)
        self.child = born(replace(self.birth, **changed))  # type: ignore[arg-type]
        await self.until(lambda: len(self.double.gateway.identified) > before or self.dead, "IDENTIFY")

    @property
    def dead(self) -> bool:
        """Whether the process has ended."""
        return self.child is None or not self.child.is_alive()

    def kill_at(self, number: int) -> None:
        """Kill the process when it has made this request, before it has the answer."""
        first = self.double.rest.met

        async def after(met: int, _: HttpLogEntry) -> None:
            if met - first == number and self.child is not None and self.child.pid is not None:
                os.kill(self.child.pid, signal.SIGKILL)
                await asyncio.to_thread(self.child.join)

        self.double.rest.after = after

    async def until(self, seen: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        """Wait until `seen`."""
        end = time.monotonic() + seconds
        while not seen():
            assert time.monotonic() < end, f"waited for {what} in vain:\n{self.said()[-3000:]}"
            await asyncio.sleep(0.005)

    def said(self) -> str:
        """Everything in the threads."""
        return "\n".join(f"{thread}: {self.town.said(thread)}" for thread in self.town.threads)

    async def debate(self) -> DebateState | None:
        """The newest debate that has a thread."""
        for debate_id, *_ in await self.service.recent():
            state = await self.service.state(debate_id)
            if state.channel_id:
                return state
        return None

    async def play(self) -> DebateState:
        """Play until the round is over, starting the bot again whenever it is dead."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.dead:
                self.deaths += 1
                await self.start(commit=0)
            state = await self.debate()
            if state is not None and state.status is Status.CLOSED:
                if self.dead or not self.settled(state):
                    await asyncio.sleep(0.005)
                    continue
                return state
            record = self.act(state)
            if record is None:
                await asyncio.sleep(0.005)
            else:
                await self.until(lambda record=record: self.dead or self.answered(record), "an answer")  # type: ignore[misc]
        raise AssertionError(f"the round does not end:\n{self.said()}")

    def answered(self, record: Interaction) -> bool:
        """Whether the person of an interaction has been told something."""
        return record.responded and not record.loading

    def act(self, state: DebateState | None) -> Interaction | None:
        """What is to do next, by whoever has to do it; None while the bot is due or shows nothing yet."""
        town = self.town
        if state is None:
            return town.slash(town.mod, town.channel, "debate open", format="practice")
        panels = town.panels(int(state.channel_id))
        if not panels:
            return None
        panel = panels[-1]
        labels = {c.get("label") for row in panel.components for c in row["components"]}
        if state.status is Status.LOBBY:
            joined = bool(state.people(Role.DEBATER))
            who, label = (town.mod, "Start") if joined else (town.ann, "Join the proposition")
        elif state.turns_taken >= TURNS:
            who, label = town.mod, "End"
        elif self.service.bot_is_due(state):
            return None
        else:
            turn = state.turns_taken
            text = f"Grades rise for reason {turn}, and pupils sleep longer. " * SENTENCES
            return town.send_form(town.ann, int(state.channel_id), f"form:speech:{state.id}:{turn}", text)
        return town.press(who, panel, label) if label in labels else None

    def settled(self, state: DebateState) -> bool:
        """Whether the panel says that the debate is closed, and the closing was answered."""
        panels = self.town.panels(int(state.channel_id))
        shown = bool(panels) and panels[-1].embeds[0]["fields"][0]["value"] == "Closed."
        return shown and PREPARING not in self.town.said(int(state.channel_id))

    def check(self, state: DebateState) -> None:
        """Nothing is lost and nothing is there twice: turns in the log, speeches, panel and lines in the thread."""
        assert [s.turn for s in state.speeches] == list(range(TURNS))
        assert [s.speaker == BOT for s in state.speeches] == [False, True] * (TURNS // 2)
        thread = int(state.channel_id)
        contents = [m.content.strip() for m in self.town.messages(thread)]
        for speech in state.speeches:
            references = self.service.references(speech.citations)
            of_bot = speech.speaker == BOT
            parts = speeches.answered(state, speech, references) if of_bot else speeches.spoken(state, speech)
            assert len(parts) > 1
            counts = [contents.count(part.strip()) for part in parts]
            assert counts == [1] * len(parts), f"speech {speech.turn + 1}: {counts}\n{self.said()[-3000:]}"
        assert len(self.town.panels(thread)) == 1
        assert problems(self.double.backend.http_requests) == []
        assert self.double.rest.faults == []


@asynccontextmanager
async def life(folder: Path, brief: Brief, number: int, template: Path, shard: int = 0, of: int = 1) -> AsyncIterator[Life]:
    """A world for one round; `template` is an empty log that is migrated already."""
    file = shutil.copy(template, folder / f"log-{number}.db")
    double = Double()
    async with double.served(), open_database(f"sqlite+aiosqlite:///{file}") as engine:
        service = DebateService(DebateLog(engine), FastSpeaker(), brief, utc_now)
        birth = Birth(double.api_url, double.gateway_url, str(file), words=400, listens=PATIENCE)
        made = Life(double, Town(double.backend, shard=shard, of=of), service, birth)
        await service.guilds.set(str(made.town.guild.id), "channels", str(made.town.channel))
        try:
            yield made
        finally:
            if made.child is not None:
                made.child.kill()
                await asyncio.to_thread(made.child.join)
                made.child.close()
