"""The real bot in this process, connected to the double over sockets, with a real log and a scripted speaker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from discord.gateway import DiscordWebSocket
from discord.http import Route
from simcord.backend.models import Interaction, Message

from bot.brief.model import Brief
from bot.debate.state import DebateState, Status
from bot.discord_ui.client import DebateClient, Options, client_of
from bot.discord_ui.runner import run, use_servers
from bot.service import DebateService
from bot.storage.database import open_database
from bot.storage.debate_log import DebateLog
from tests.discord_ui.harness import FastSpeaker, WordSearch
from tests.discord_ui.spec import problems
from tests.double.people import Person, Town
from tests.double.server import TOKEN, Double

PATIENCE = 120.0


@dataclass
class Hands:
    """The bot's clock: the real one, moved by what a test adds."""

    ahead: float = 0.0

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)


@dataclass
class World:
    """The bot, the double, the people, the log."""

    double: Double
    town: Town
    service: DebateService
    speaker: FastSpeaker
    hands: Hands
    clients: list[DebateClient] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    running: asyncio.Task[None] | None = None

    @property
    def bot(self) -> DebateClient:
        """The client that runs now."""
        return self.clients[-1]

    async def until(self, seen: Callable[[], object], what: str = "", seconds: float = PATIENCE) -> None:
        """Wait until `seen`; fail with what was awaited if it does not come, or if the bot ends."""
        end = time.monotonic() + seconds
        while not seen():
            if self.running is not None and self.running.done():
                self.running.result()
                raise AssertionError("the bot has ended")
            assert time.monotonic() < end, f"waited for {what or 'a change'} in vain:\n{self.transcript()}"
            await asyncio.sleep(0.01)

    def transcript(self) -> str:
        """What everybody sees, for a failure."""
        return "\n".join(f"{i}: {self.town.said(i)}" for i in (self.town.channel, *self.town.threads))

    async def connected(self) -> None:
        """Wait until the bot is ready."""
        await self.until(lambda: self.clients and self.bot.is_ready(), "the bot to connect")

    async def told(self, record: Interaction, words: str = "") -> str:
        """What the person of an interaction is told in the end."""
        await self.until(lambda: not record.loading and words in self.town.told(record), f"an answer with {words!r}")
        return self.town.told(record)

    @property
    def thread(self) -> int:
        """The newest debate's thread."""
        return self.town.threads[-1]

    @property
    def panel(self) -> Message:
        """Its one panel."""
        (panel,) = self.town.panels(self.thread)
        return panel

    def standing(self) -> str:
        """The panel's first line: where the debate stands."""
        return str(self.panel.embeds[0]["fields"][0]["value"])

    async def state(self) -> DebateState:
        """The newest debate as the log has it."""
        found = await self.service.debate_in(str(self.thread))
        assert found is not None
        return found

    async def open(self, **options: Any) -> DebateState:
        """A debate opened by the moderator."""
        await self.told(self.town.slash(self.town.mod, self.town.channel, "debate open", **options), "is open")
        return await self.state()

    async def started(self, **options: Any) -> DebateState:
        """A debate that Ann has joined and the moderator has started."""
        await self.open(**options)
        await self.told(self.town.press(self.town.ann, self.panel, "Join the proposition"), "You debate")
        await self.told(self.town.press(self.town.mod, self.panel, "Start"), "Done")
        return await self.state()

    def form(self, state: DebateState, turn: int, text: str, who: Person | None = None) -> Interaction:
        """Send the form for a speech."""
        return self.town.send_form(who or self.town.ann, self.thread, f"form:speech:{state.id}:{turn}", text)

    async def shown(self, turn: int) -> None:
        """Wait until the speech of a turn is in the thread with its heading."""
        await self.until(lambda: f"**{turn + 1}. " in self.town.said(self.thread), f"speech {turn + 1}")

    async def whole(self, turns: int, *, status: Status = Status.RUNNING) -> DebateState:
        """Wait for the panel; then nothing is lost and nothing doubled in log and thread, and the clocks stand right."""
        state = await self.state()
        expected = f"Speech {turns + 1}" if turns < len(state.format.turns) else "All speeches"
        await self.until(lambda: self.town.panels(self.thread) and expected in self.standing(), f"the panel to say {expected}")
        state = await self.state()
        assert [s.turn for s in state.speeches] == list(range(turns))
        assert state.status is status
        said = self.town.said(self.thread)
        for turn in range(turns):
            heads = [line for line in said.splitlines() if line.startswith(f"**{turn + 1}. ")]
            assert len(heads) == 1, f"speech {turn + 1} is shown {len(heads)} times:\n{said}"
        assert "I am preparing my speech" not in said
        assert (state.id in self.bot.stage.clock.watched) == (state.deadline is not None)
        return state


@asynccontextmanager
async def world(folder: Path, brief: Brief, *, options: Options | None = None, start: bool = True) -> AsyncIterator[World]:
    """A world in which the bot runs; at its end every request was valid and nothing unexpected was logged."""
    addresses = (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY)
    speaker, hands = FastSpeaker(), Hands()
    double = Double()
    chosen = options or Options(guild_ready_timeout=0.05)
    async with double.served(), open_database(f"sqlite+aiosqlite:///{folder / 'log.db'}") as engine:
        use_servers(double.api_url, double.gateway_url)
        service = DebateService(DebateLog(engine), speaker, brief, hands, search=WordSearch(brief))
        made = World(double, Town(double.backend), service, speaker, hands)
        await service.guilds.set(str(made.town.guild.id), "channels", str(made.town.channel))
        try:
            if start:
                begin(made, chosen)
                await made.connected()
            yield made
            assert double.rest.faults == []
            assert problems(double.backend.http_requests) == []
        finally:
            await end(made)
            Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = addresses


def begin(made: World, options: Options, token: str = TOKEN) -> None:
    """Start the bot in a task of its own."""

    def make() -> DebateClient:
        made.clients.append(client_of(made.service, options, made.hands))
        return made.clients[-1]

    async def briefly(seconds: float) -> None:
        made.waits.append(seconds)
        await asyncio.sleep(seconds / 100)

    made.running = asyncio.create_task(run(make, token, sleep=briefly))


async def end(made: World) -> None:
    """Stop the bot as a signal would."""
    if made.running is None:
        return
    if made.clients and not made.running.done():
        await made.bot.close()
    made.running.cancel()
    await asyncio.gather(made.running, return_exceptions=True)
