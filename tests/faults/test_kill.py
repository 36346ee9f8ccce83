"""kill -9 at every step of a round: after each request that Discord has carried out, and before and after each commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.brief.model import Brief
from bot.storage.database import open_database
from tests.faults.life import Life, life

# The steps are shared out among as many tests, so that they run side by side.
SHARES = 6


@pytest.fixture
async def template(tmp_path: Path) -> Path:
    file = tmp_path / "template.db"
    async with open_database(f"sqlite+aiosqlite:///{file}"):
        pass
    return file


async def killed(made: Life) -> bool:
    """Play a round; whether the bot was killed in it. Either way it ends whole."""
    state = await made.play()
    made.check(state)
    return made.deaths > 0


async def test_a_round_without_a_kill_has_steps_to_walk(tmp_path: Path, tiny: Brief, template: Path) -> None:
    async with life(tmp_path, tiny, 0, template) as made:
        await made.start()
        assert not await killed(made)
        assert made.double.rest.met > 40


@pytest.mark.parametrize("share", range(SHARES))
async def test_killed_after_any_request(tmp_path: Path, tiny: Brief, template: Path, share: int) -> None:
    step, died = share + 1, True
    while died:
        async with life(tmp_path, tiny, step, template) as made:
            made.kill_at(step)
            await made.start()
            died = await killed(made)
        step += SHARES
    assert step > 40


@pytest.mark.parametrize("after", [False, True])
async def test_killed_at_any_commit(tmp_path: Path, tiny: Brief, template: Path, after: bool) -> None:
    step, died = 1, True
    while died:
        async with life(tmp_path, tiny, step, template) as made:
            await made.start(commit=step, after=after)
            died = await killed(made)
        step += 1
    assert step > 10
