"""One debate with the real speaker: hearing, retrieval, writing and checking behind the real bot."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.bootstrap import parts_for
from bot.brief.model import Brief
from bot.settings import read_settings
from tests.conftest import TINY
from tests.discord_ui.harness import world


@pytest.mark.encoder
@pytest.mark.slow
async def test_the_real_speaker_answers_in_the_thread_with_sources(tmp_path: Path, log_url: str, tiny: Brief) -> None:
    settings = read_settings(knowledge_dir=TINY, data_dir=tmp_path / "data", _env_file=None)
    async with parts_for(settings, tiny) as (speaker, _, _), world(log_url, tiny, speaker=speaker) as here:
        state, thread = await here.running()
        await here.speak(here.ann, thread, "Teenagers need more sleep, and grades rise when school starts later.")
        after = await here.service.state(state.id)
        assert len(after.speeches) == 2
        assert after.speeches[1].citations
        assert "**Sources**" in here.said(thread)
