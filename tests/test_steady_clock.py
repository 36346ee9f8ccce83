"""A system clock that is set, forward or back, cuts no turn and stretches none."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.brief.load import load_brief
from bot.debate import clock
from bot.debate.errors import TimeIsUpError
from bot.debate.rules import GRACE_SECONDS
from bot.debate.state import Role
from bot.debate.words import Side
from bot.service import DebateService
from bot.settings import read_settings
from bot.steady_clock import SteadyClock
from bot.storage.database import open_database
from bot.storage.debate_log import DebateLog
from tests.conftest import TINY
from tests.service.test_debates import FakeSpeaker

# An hour before the clocks go back in Europe.
NOON = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)


class System:
    """A machine whose clock can be set."""

    def __init__(self) -> None:
        self.ticks, self.set_by = 1000.0, 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.ticks - 1000.0 + self.set_by)

    def steady(self) -> SteadyClock:
        return SteadyClock(self.now, lambda: self.ticks)


def test_it_runs_with_the_system_and_is_aware() -> None:
    system = System()
    steady = system.steady()
    system.ticks += 61.5
    assert steady() == NOON + timedelta(seconds=61.5)
    clock, before = SteadyClock(), datetime.now(UTC)
    told, after = clock(), datetime.now(UTC)
    assert before - timedelta(seconds=1) < told < after + timedelta(seconds=1)


@pytest.mark.parametrize("jump", [3600.0, -3600.0, 30.0, -30.0, 86400.0])
def test_a_clock_that_is_set_is_logged_once_and_not_followed(jump: float, caplog: pytest.LogCaptureFixture) -> None:
    system = System()
    steady = system.steady()
    system.ticks += 10
    system.set_by = jump
    with caplog.at_level(logging.WARNING):
        assert [steady(), steady()] == [NOON + timedelta(seconds=10)] * 2
        assert len(caplog.records) == 1
        assert vars(caplog.records[0])["seconds"] == jump
        system.set_by = 0.0
        assert steady() == NOON + timedelta(seconds=10)
        assert len(caplog.records) == 2


def test_what_a_time_server_corrects_a_little_is_not_worth_a_word(caplog: pytest.LogCaptureFixture) -> None:
    system = System()
    steady = system.steady()
    for system.set_by in (0.5, -0.5, 1.5):
        steady()
    assert caplog.records == []


@pytest.mark.parametrize("jump", [3600.0, -3600.0, 45.0, -45.0])
async def test_a_turn_lasts_as_long_as_it_should_when_the_clock_is_set_meanwhile(jump: float, log_url: str) -> None:
    system = System()
    steady = system.steady()
    async with open_database(log_url) as engine:
        service = DebateService(DebateLog(engine), FakeSpeaker(), load_brief(TINY), steady)
        state = await service.open_debate("o", format_key="classroom", guild_id="9", moderator="mo", bot=False)
        sides = {Side.PROPOSITION: "ann", Side.OPPOSITION: "bo"}
        for side, name in sides.items():
            await service.appoint(state.id, "mo", name, Role.DEBATER, side=side)
        state = await service.start(state.id, "mo")
        allowed = state.allowance
        assert allowed is not None
        system.ticks += allowed - 20
        system.set_by = jump
        assert await service.expire(state.id, 0) is None
        assert clock.remaining(await service.state(state.id), steady()) == pytest.approx(20, abs=0.01)
        state = await service.deliver(state.id, sides[state.format.turns[0].side], "Within the time.")
        assert [s.text for s in state.speeches] == ["Within the time."]
        due = state.next_turn
        assert due is not None
        system.ticks += (state.allowance or 0) + GRACE_SECONDS + 1
        system.set_by = 0.0
        with pytest.raises(TimeIsUpError):
            await service.deliver(state.id, sides[due.side], "Too late.")


def test_the_bot_and_its_service_are_given_the_same_steady_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot import bootstrap

    given: list[Callable[[], datetime]] = []
    monkeypatch.setattr("bot.discord_ui.client.client_of", lambda *parts: given.append(parts[-1]))
    steady = System().steady()
    bootstrap.discord_client_of(read_settings(_env_file=None), None, clock=steady)
    assert given == [steady]
