"""One server of the soak: its people debate the bot, round after round, and each round that is over is checked."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from bot.debate.state import DebateState, Status
from bot.service import BOT, DebateService
from tests.discord_ui.harness import FastSpeaker
from tests.double.people import Town
from tests.faults.life import TURNS, Life
from tests.soak.stuck import Stuck, known

ANSWER_SECONDS = 5.0
# How long a round that is over waits for answers that are still on their way; some never come, of acts that the bot did not hear.
LAST_ANSWER_SECONDS = 10.0
# A round that has not moved for so long is stuck.
STUCK_SECONDS = 180.0


@dataclass
class Debater:
    """Plays rounds in one server."""

    town: Town
    life: Life
    service: DebateService
    rounds: int = 0
    turns: int = 0
    answered: int = 0
    unanswered: int = 0

    async def run(self, end: float) -> None:
        """Play until `end` (seconds of the monotonic clock), and finish the round that has begun by then."""
        while time.monotonic() < end:
            state = await self._round()
            self.check(state)
            self.rounds += 1
            self.turns += len(state.speeches)
            await self._answered(int(state.channel_id))
            await self._clear_up(int(state.channel_id))

    async def _clear_up(self, thread: int) -> None:
        """Delete the thread of a round that is over, and of what was opened twice before it and never begun.

        People who are not answered in time open a debate once more. Without a moderator who clears up, their lobbies would be
        more every minute, and so would be what the bot has to know of them.
        """
        for older in [each for each in self.town.threads if each < thread]:
            abandoned = await self.service.debate_in(str(older))
            if abandoned is not None and abandoned.status is Status.LOBBY:
                self.town.forget(older)
        self.town.forget(thread)

    async def _round(self) -> DebateState:
        over = {debate_id for debate_id, _, status, _ in await self.service.recent() if status == Status.CLOSED}
        moved, version, found = time.monotonic(), -1, ""
        while True:
            state = await self.life.debate()
            if state is not None and state.id in over:
                state = None
            if state is not None and (state.version != version or state.id != found):
                moved, version, found = time.monotonic(), state.version, state.id
            if time.monotonic() - moved > STUCK_SECONDS:
                raise Stuck(known(state, self.town))
            if state is not None and state.status is Status.CLOSED:
                if self.life.settled(state):
                    return state
                await asyncio.sleep(0.1)
                continue
            await self._act(state)

    async def _act(self, state: DebateState | None) -> None:
        record = self.life.act(state)
        until = time.monotonic() + (ANSWER_SECONDS if record is not None else 0.1)
        while time.monotonic() < until:
            if record is not None and self.life.answered(record):
                self.answered += 1
                return
            await asyncio.sleep(0.05)
        self.unanswered += record is not None

    async def _answered(self, thread: int) -> None:
        """Give the bot time to answer what was asked in a thread, before the thread is deleted under its hands."""
        asked = [record for record in self.town.backend.interactions.values() if record.channel_id == thread]
        for _ in range(round(LAST_ANSWER_SECONDS * 10)):
            if all(self.life.answered(record) for record in asked):
                return
            await asyncio.sleep(0.1)

    def check(self, state: DebateState) -> None:
        """Nothing is lost and nothing is there twice."""
        assert [s.turn for s in state.speeches] == list(range(TURNS)), state.id
        assert [s.speaker == BOT for s in state.speeches] == [False, True] * (TURNS // 2)
        lines = self.town.said(int(state.channel_id)).splitlines()
        for turn in range(TURNS):
            heads = sum(line.startswith(f"**{turn + 1}. ") for line in lines)
            assert heads == 1, f"debate {state.id}: speech {turn + 1} is shown {heads} times\n" + "\n".join(lines)
        assert len(self.town.panels(int(state.channel_id))) == 1


def debater(town: Town, life: Life, service: DebateService) -> Debater:
    """People of one server, who see nothing of the others."""
    mine = service.within(str(town.guild.id))
    return Debater(town, Life(life.double, town, mine, life.birth, life.child), mine)


def speaker() -> FastSpeaker:
    """The test's own service never speaks."""
    return FastSpeaker()
