"""The clock: turns end by themselves, once, after a warning, whatever else happens in that instant."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.discord_ui.turn_clock import AFTER_ERROR, TurnClock
from bot.service import UnknownDebateError
from tests.discord_ui.harness import World, answer


async def test_a_turn_is_warned_of_and_ends_at_its_deadline(here: World) -> None:
    state, thread = await here.running(format="classroom")
    await here.env.advance_time(180)
    assert f"⏳ <@{here.ann.id}> 60 seconds left." in here.said(thread)
    await here.env.advance_time(45)
    assert "15 seconds left" in here.said(thread)
    await here.env.advance_time(15)
    after = await here.service.state(state.id)
    assert [s.turn for s in after.skipped] == [0]
    assert "The time for speech 1 is over; it passes without a speech." in here.said(thread)
    assert [s.turn for s in after.speeches] == [1]
    assert here.said(thread).count("The time for speech 1 is over") == 1
    assert here.said(thread).count("60 seconds left") == 1


async def test_only_the_side_that_is_due_is_called(here: World) -> None:
    await here.running(format="classroom")
    await here.env.advance_time(180)
    bodies = [r.json for r in here.env.http_requests if isinstance(r.json, dict)]
    calls = [body["allowed_mentions"] for body in bodies if "seconds left" in str(body.get("content", ""))]
    assert [{int(user) for user in call["users"]} for call in calls] == [{here.ann.id}]
    assert all(not call.get("parse") for call in calls)


async def test_a_pause_stops_the_clock_and_an_extension_moves_it(here: World) -> None:
    state, thread = await here.running(format="classroom")
    await here.mod.slash(thread, "debate pause")
    await here.env.advance_time(1000)
    assert (await here.service.state(state.id)).skipped == ()
    await here.mod.slash(thread, "debate resume")
    await here.mod.slash(thread, "debate extend", seconds=120)
    await here.env.advance_time(300)
    assert (await here.service.state(state.id)).skipped == ()
    await here.env.advance_time(60)
    assert len((await here.service.state(state.id)).skipped) == 1


async def test_prep_time_comes_before_the_turn_s_own_time(here: World) -> None:
    state, thread = await here.running(format="classroom")
    assert "clock stands" in answer(await here.press(here.ann, thread, "Use prep time"))
    assert "on prep time" in str(here.panel(thread).embeds[0].fields[0].value)
    await here.env.advance_time(100)
    assert "runs again" in answer(await here.ann.slash(thread, "debate prep", what="end"))
    await here.env.advance_time(230)
    assert (await here.service.state(state.id)).skipped == ()
    await here.env.advance_time(15)
    assert len((await here.service.state(state.id)).skipped) == 1


async def test_a_speech_in_the_instant_of_the_deadline_is_recorded_once(here: World) -> None:
    state, thread = await here.running(format="classroom")
    shown = await here.ann.slash(thread, "speak")
    await here.env.advance_time(225)
    assert state.deadline is not None
    late = (state.deadline - here.env.now()).total_seconds()
    speaking = here.service.deliver(state.id, str(here.ann.id), "At the last moment.", turn=0)
    expiring = here.service.expire(state.id, 0)
    here.env.backend.advance_clock(late)
    results = await asyncio.gather(speaking, expiring, return_exceptions=True)
    after = await here.service.state(state.id)
    assert len([s for s in after.speeches if s.turn == 0]) + len([s for s in after.skipped if s.turn == 0]) == 1
    assert shown.modal is not None
    assert results


async def test_the_clock_is_rebuilt_from_the_log_at_start(here: World) -> None:
    state, thread = await here.running(format="classroom")
    await here.env.advance_time(100)
    await here.restart()
    assert here.bot.stage.clock.watched == {state.id}
    assert "I was away for a moment" in here.said(thread)
    await here.env.advance_time(145)
    assert len((await here.service.state(state.id)).skipped) == 1


async def test_who_was_due_while_the_bot_was_away_gets_a_minute(here: World) -> None:
    state, _ = await here.running(format="classroom")
    await here.bot.stage.stop()
    here.env.backend.advance_clock(10_000)
    await here.env.restart_bot(here.make_bot())
    assert (await here.service.state(state.id)).skipped == ()
    await here.env.advance_time(75)
    assert len((await here.service.state(state.id)).skipped) == 1


class Stumbling:
    """A service that fails once and then says that the time is up."""

    def __init__(self, state: Any) -> None:
        self._state = state
        self.calls = 0

    async def state(self, _: str) -> Any:
        self.calls += 1
        if self.calls == 1:
            raise RuntimeError("once")
        return self._state

    async def deadline_warning(self, _: str) -> int | None:
        return None

    async def expire(self, *_: object) -> Any:
        return self._state


@pytest.mark.parametrize("early", [0.0, 0.2])
async def test_the_clock_survives_a_bad_moment(here: World, monkeypatch: pytest.MonkeyPatch, early: float) -> None:
    state, _ = await here.running(format="classroom")
    assert state.deadline is not None
    over: list[Any] = []
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def expired(after: Any) -> None:
        over.append(after)

    async def warned(_: Any, __: int) -> None:
        raise AssertionError("no warning is due")

    monkeypatch.setattr("bot.discord_ui.turn_clock.asyncio.sleep", sleep)
    moment = state.deadline - timedelta(seconds=early)
    clock = TurnClock(Stumbling(state), lambda: moment, warned, expired)  # type: ignore[arg-type]
    clock.watch(state)
    await asyncio.wait_for(asyncio.gather(*clock._timers.values()), 60)
    assert over == [state]
    assert AFTER_ERROR in slept
    clock.stop()


class Gone:
    """A service whose debate has been deleted."""

    def __init__(self) -> None:
        self.calls = 0

    async def state(self, debate_id: str) -> Any:
        self.calls += 1
        raise UnknownDebateError(f"there is no debate {debate_id}")


async def test_the_clock_of_a_deleted_debate_ends_without_a_word(
    here: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    state, _ = await here.running(format="classroom")

    async def sleep(_: float) -> None:
        return

    async def never(*_: Any) -> None:
        raise AssertionError("nothing happens to a debate that is gone")

    monkeypatch.setattr("bot.discord_ui.turn_clock.asyncio.sleep", sleep)
    service = Gone()
    clock = TurnClock(service, lambda: state.opened_at, never, never)  # type: ignore[arg-type]
    clock.watch(state)
    await asyncio.wait_for(asyncio.gather(*clock._timers.values()), 60)
    assert service.calls == 1
    assert "stumbled" not in caplog.text
    assert not clock.watched
