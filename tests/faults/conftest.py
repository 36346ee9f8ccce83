"""A world for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.brief.model import Brief
from bot.discord_ui import courier, mending
from tests.faults.world import World, world


@pytest.fixture(autouse=True)
def _patience_of_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the bot waits between tries, a hundredth of it."""
    monkeypatch.setattr(courier, "WAITS", tuple(wait / 100 for wait in courier.WAITS))
    monkeypatch.setattr(mending, "AGAIN", mending.AGAIN / 100)


@pytest.fixture(autouse=True)
def _patience_of_the_double(patience_of_the_double: None) -> None:
    """In every test here."""


@pytest.fixture
async def here(tmp_path: Path, tiny: Brief) -> AsyncIterator[World]:
    async with world(tmp_path, tiny) as made:
        yield made
