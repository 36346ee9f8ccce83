"""Requests fail: limits, errors, broken and slow connections, each where it hurts most. The debate goes on and is shown right."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

import pytest

from bot.debate.state import Status
from bot.discord_ui import reply
from tests.double.trouble import Kind, Trouble
from tests.faults.world import World

SEND, EDIT = ("POST", "/channels/*/messages"), ("PATCH", "/channels/*/messages/*")
# What is struck, and by which words its request is known.
STEPS = {
    "the notice": (*SEND, "joins the"),
    "the announcement": (*SEND, "Speech 1: "),
    "the person's speech": (*SEND, "**1. "),
    "the preparation": (*SEND, "I am preparing"),
    "its progress": (*EDIT, "I am preparing"),
    "the bot's speech": (*EDIT, "**2. "),
    "the next announcement": (*SEND, "Speech 3: "),
    "the panel": (*EDIT, "Speech 3: "),
}
KINDS: dict[str, dict[str, Any]] = {
    "429": {"kind": Kind.REFUSED, "status": 429, "seconds": 0.1},
    "500": {"kind": Kind.REFUSED, "status": 500},
    "503": {"kind": Kind.REFUSED, "status": 503, "times": 2},
    "503 although it was done": {"kind": Kind.FAILED_AFTER, "status": 503},
    "cut": {"kind": Kind.CUT_BEFORE, "times": 2},
    "cut although it was done": {"kind": Kind.CUT_AFTER},
    "slow": {"kind": Kind.SLOW, "seconds": 0.3},
}


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("step", sorted(STEPS))
async def test_one_request_of_a_round_fails_and_the_round_is_whole(here: World, step: str, kind: str) -> None:
    method, path, words = STEPS[step]
    planned = here.double.plan(Trouble(method=method, path=path, holds=words, **KINDS[kind]))
    state = await here.started(format="one-on-one")
    for turn in (0, 2):
        await here.told(here.form(state, turn, f"Grades rise, part {turn}."), "is recorded")
        await here.whole(turn + 2)
    assert planned.met >= 1
    said = here.town.said(here.thread)
    for words, times in (("joins the", 1), ("▶ Started", 1), ("Speech 1: ", 1), ("Speech 3: ", 1), ("Speech 5: ", 1)):
        assert said.count(words) == times, said


@pytest.mark.parametrize("kind", ["503", "cut", "cut although it was done"])
async def test_a_speech_whose_acknowledgement_fails_is_recorded_all_the_same(
    here: World, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = await here.started()
    monkeypatch.setattr(reply, "ACKNOWLEDGE_SECONDS", 0.5)
    here.double.plan(Trouble(method="POST", path="/interactions/*", **{**KINDS[kind], "times": None}))
    here.form(state, 0, "Typed with care.")
    await here.whole(2)
    assert "Typed with care." in here.town.said(here.thread)


async def test_an_act_whose_acknowledgement_is_cut_each_time_is_no_unexpected_error(
    here: World, caplog: pytest.LogCaptureFixture
) -> None:
    await here.open()
    planned = here.double.plan(Trouble(Kind.CUT_BEFORE, "POST", "/interactions/*", times=3))
    pressed = here.town.press(here.town.ann, here.panel, "Join the proposition")
    await here.told(pressed, "try again")
    assert planned.met == 3
    assert "unexpected error" not in caplog.text
    assert not any(record.exc_info for record in caplog.records if record.name.startswith(("bot", "discord.ui", "asyncio")))


async def test_discord_away_for_a_while_costs_the_debate_nothing(here: World) -> None:
    state = await here.started()
    for path in ("/channels/*", "/webhooks/*"):
        here.double.plan(Trouble(Kind.REFUSED, "*", path, times=None, status=503))
    here.form(state, 0, "Said while Discord was away.")
    await here.until(lambda: here.speaker.asked, "the bot to prepare its speech all the same")
    await asyncio.sleep(0.5)
    here.double.rest.troubles.clear()
    await here.whole(2)
    assert "Said while Discord was away." in here.town.said(here.thread)
    assert here.town.said(here.thread).count("Speech 3: ") == 1


async def test_a_slow_model_keeps_nobody_waiting_and_the_thread_shows_that_it_works(here: World) -> None:
    state = await here.started()
    free = threading.Event()
    here.speaker.work = lambda: free.wait(300)
    await here.told(here.form(state, 0, "Grades rise."), "is recorded")
    await here.until(lambda: "checking every sentence" in here.town.said(here.thread), "progress")
    await here.told(here.town.slash(here.town.ann, here.thread, "debate record"), "Record of debate")
    assert "**2. " not in here.town.said(here.thread)
    free.set()
    await here.whole(2)


async def test_a_progress_line_that_is_late_never_covers_the_speech(here: World) -> None:
    state = await here.started()
    here.double.plan(Trouble(Kind.SLOW, *EDIT, holds="I am preparing", seconds=0.4))
    await here.told(here.form(state, 0, "Grades rise."), "is recorded")
    await asyncio.sleep(0.6)
    await here.whole(2)


async def test_a_thread_that_is_deleted_while_a_speech_is_prepared_is_no_unexpected_error(
    here: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    state = await here.started()
    here.speaker.go.clear()
    here.form(state, 0, "Grades rise.")
    await here.until(lambda: here.speaker.asked, "the preparation")
    here.town.forget(here.thread)
    await here.until(lambda: f"debate {state.id} ends with its thread" in caplog.text, "the event")
    here.speaker.go.set()
    await here.until(lambda: "a thread was deleted" in caplog.text, "the end of the preparation")
    after = await here.service.state(state.id)
    assert (after.status, [speech.turn for speech in after.speeches]) == (Status.CLOSED, [0])
    assert "unexpected error" not in caplog.text
