"""The log fails: the disk is full, another process holds it. People are told, and nothing is lost or doubled afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.brief.model import Brief
from bot.storage import database
from tests.faults.world import world
from tests.storage.test_trouble import fill, held_by_another_process, small_disk

__all__ = ["small_disk"]


async def test_a_speech_that_the_log_refuses_is_given_back_and_taken_when_it_is_free(
    tmp_path: Path, tiny: Brief, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 200)
    async with world(tmp_path, tiny) as here:
        state = await here.started()
        with held_by_another_process(tmp_path / "log.db"):
            refused = here.form(state, 0, "Grades rise.")
            assert "Nothing is lost" in await here.told(refused, "in use by another process: try again in a moment")
            assert (await here.state()).speeches == ()
        await here.told(here.form(state, 0, "Grades rise."), "is recorded")
        await here.whole(2)


async def test_an_answer_that_the_log_refuses_is_told_in_the_thread_and_given_at_the_next_try(
    tmp_path: Path, tiny: Brief, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 200)
    async with world(tmp_path, tiny) as here:
        state = await here.started()
        here.speaker.go.clear()
        await here.told(here.form(state, 0, "Grades rise."), "is recorded")
        await here.until(lambda: here.speaker.asked, "the preparation")
        with held_by_another_process(tmp_path / "log.db"):
            here.speaker.go.set()
            await here.until(lambda: "I could not prepare my speech" in here.town.said(here.thread), "the thread to be told")
        failed = next(m for m in here.town.messages(here.thread) if "I could not prepare" in m.content)
        await here.told(here.town.press(here.town.ann, failed, "Try again"), "I try again")
        await here.whole(2)


async def test_a_full_disk_is_told_and_the_round_goes_on_when_there_is_room(small_disk: Path, tiny: Brief) -> None:
    async with world(small_disk, tiny) as here:
        state = await here.started()
        filler = fill(small_disk)
        long = "Grades rise because pupils sleep longer. " * 90
        assert "Nothing is lost" in await here.told(here.form(state, 0, long), "the disk is full: make room")
        assert (await here.state()).speeches == ()
        filler.unlink()
        await here.told(here.form(state, 0, long), "is recorded")
        await here.whole(2)
