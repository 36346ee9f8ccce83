"""A world for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.brief.model import Brief
from tests.faults.world import World, world


@pytest.fixture
async def here(tmp_path: Path, tiny: Brief) -> AsyncIterator[World]:
    async with world(tmp_path, tiny) as made:
        yield made
