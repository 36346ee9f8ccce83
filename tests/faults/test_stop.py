"""SIGTERM: the process ends within ten seconds, and its work is finished, or taken up again by the next one."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

from bot.brief.model import Brief
from bot.debate.state import DebateState
from bot.discord_ui.shards import Shards
from bot.service import BOT
from tests.faults.life import Life, life
from tests.faults.test_kill import template
from tests.starvation import starvation

__all__ = ["template"]
WITHIN = 10.0


async def terminated(made: Life) -> tuple[int | None, float]:
    """Send SIGTERM; the exit code, and how long it took, less what the process waited for a processor."""
    assert made.child is not None
    assert made.child.pid is not None
    starved = starvation(made.child.pid)
    began, before = time.monotonic(), starved()
    os.kill(made.child.pid, signal.SIGTERM)
    # Asked on this thread, as `Life` asks: of two threads that collect an exit code at once one gets 255 for it.
    while made.child.exitcode is None and time.monotonic() < began + 120:
        starved()
        await asyncio.sleep(0.02)
    return made.child.exitcode, time.monotonic() - began - (starved() - before)


async def until_the_bot_prepares(made: Life) -> DebateState:
    """Play until the bot's first speech is in preparation."""
    while (state := await made.debate()) is None or not state.speeches:
        record = made.act(state)
        if record is not None:
            await made.until(lambda record=record: made.answered(record), "an answer")  # type: ignore[misc]
    await made.until(lambda: "I am preparing my speech" in made.said(), "the preparation")
    return state


async def test_a_speech_in_hand_is_finished_before_the_process_ends(tmp_path: Path, tiny: Brief, template: Path) -> None:
    async with life(tmp_path, tiny, 0, template) as made:
        await made.start(delay=3.0)
        state = await until_the_bot_prepares(made)
        code, seconds = await terminated(made)
        assert code == 0
        assert seconds < WITHIN
        assert [s.speaker == BOT for s in (await made.service.state(state.id)).speeches] == [False, True]
        made.check(await made.play())


async def test_a_model_that_cannot_be_stopped_does_not_keep_the_process_and_its_speech_is_prepared_anew(
    tmp_path: Path, tiny: Brief, template: Path
) -> None:
    async with life(tmp_path, tiny, 0, template) as made:
        await made.start(delay=60.0)
        state = await until_the_bot_prepares(made)
        code, seconds = await terminated(made)
        assert code == 0
        assert seconds < WITHIN
        assert len((await made.service.state(state.id)).speeches) == 1
        made.check(await made.play())


async def test_a_bot_that_only_waits_for_discord_ends_at_once(tmp_path: Path, tiny: Brief, template: Path) -> None:
    async with life(tmp_path, tiny, 0, template) as made:
        for shards in (Shards(), Shards((0, 1), 2)):
            made.double.gateway.refuse_with = None
            made.birth = replace(made.birth, shards=shards)
            before = made.double.rest.met
            made.double.gateway.refuse_with = 503
            starting = asyncio.create_task(made.start())
            await made.until(lambda before=before: made.double.rest.met >= before + 2, "the login")  # type: ignore[misc]
            await asyncio.sleep(0.5)
            code, seconds = await terminated(made)
            await starting
            assert code == 0
            assert seconds < 3


async def test_two_shards_identify_and_a_round_of_the_second_s_server_is_whole(
    tmp_path: Path, tiny: Brief, template: Path
) -> None:
    async with life(tmp_path, tiny, 0, template, shard=1, of=2) as made:
        made.birth = replace(made.birth, shards=Shards((0, 1), 2))
        await made.start()
        await made.until(lambda: len(made.double.gateway.identified) == 2, "both shards")
        assert sorted(tuple(d["shard"]) for d in made.double.gateway.identified) == [(0, 2), (1, 2)]
        made.check(await made.play())
        assert made.deaths == 0
