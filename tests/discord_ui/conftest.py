"""A world for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.brief.model import Brief
from tests.discord_ui.harness import World, world


@pytest.fixture(autouse=True)
def _patience_of_the_double(patience_of_the_double: None) -> None:
    """In every test here."""


@pytest.fixture
async def here(log_url: str, tiny: Brief) -> AsyncIterator[World]:
    async with world(log_url, tiny) as made:
        yield made
