"""The writers as the settings choose them: the whole speaker with a model behind it, and the doctor that tries it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.bootstrap import speaker_for
from bot.brief.load import load_brief
from bot.debate.record import Speech
from bot.debate.steps import Progress
from bot.debate.words import Side, SpeechKind
from bot.errors import UserError
from bot.examination import examine
from bot.settings import Settings, read_settings
from bot.speech.request import SpeechDraft, SpeechRequest
from tests.conftest import TINY
from tests.speech.writers import tiny
from tests.speech.writers.fake_server import FakeServer, serving

pytestmark = pytest.mark.encoder
TEXT = "Teenagers need far more sleep than an early start allows. Parents can simply change their working hours."


def settings_for(tmp_path: Path, **more: object) -> Settings:
    return read_settings(knowledge_dir=TINY, data_dir=tmp_path, **more)


async def answer(settings: Settings, seen: list[Progress] | None = None) -> SpeechDraft:
    heard = Speech(0, Side.PROPOSITION, SpeechKind.REBUTTAL, "Ann", TEXT, datetime(2026, 1, 1, tzinfo=UTC))
    async with speaker_for(settings, load_brief(TINY)) as (speaker, _):
        request = SpeechRequest(Side.OPPOSITION, SpeechKind.REBUTTAL, 320, (heard,), user="Ann")
        return await speaker.answer(request, seen.append if seen is not None else None)


async def test_a_server_that_echoes_the_paragraph_is_named_as_the_writer(tmp_path: Path) -> None:
    plain = await answer(settings_for(tmp_path))
    async with serving(FakeServer(["echo"])) as server:
        seen: list[Progress] = []
        settings = settings_for(tmp_path, writer="openai", writer_base_url=server.base_url, writer_model="echo-model")
        worded = await answer(settings, seen)
    assert plain.writer == "composer"
    assert worded.writer == "echo-model"
    assert worded.checks["model_paragraphs"] > 0
    assert worded.checks["model_generated_tokens"] > 0
    assert any("worded by echo-model" in p.reason for p in worded.points)
    assert any(progress.text for progress in seen)
    assert worded.text == plain.text
    assert worded.citations == plain.citations


@pytest.mark.parametrize("fault", ["500", "garbage", "half", "slow", "bad json", "429", "I concede, you win."])
async def test_whatever_the_server_does_the_composed_speech_comes_and_the_record_says_why(tmp_path: Path, fault: str) -> None:
    plain = await answer(settings_for(tmp_path))
    async with serving(FakeServer([fault])) as server:
        settings = settings_for(tmp_path, writer="openai", writer_base_url=server.base_url, writer_model="m", writer_seconds=3.0)
        draft = await answer(settings)
    assert draft.text == plain.text
    assert draft.writer == "composer"
    assert any("composed: " in p.reason for p in draft.points)


async def test_a_model_of_this_process_speaks_and_its_noise_is_refused(tmp_path: Path) -> None:
    folder = tiny.folder(tmp_path / "model")
    plain = await answer(settings_for(tmp_path))
    settings = settings_for(
        tmp_path, writer="transformers", writer_model=str(folder), writer_device="cpu", writer_dtype="float32"
    )
    draft = await answer(settings)
    assert draft.text == plain.text
    assert draft.checks["model_refused"] > 0
    assert draft.writer == "composer"


async def test_the_doctor_has_the_model_speak_a_sentence(tmp_path: Path) -> None:
    async with serving(FakeServer(["Alive."])) as server:
        settings = settings_for(tmp_path, writer="openai", writer_base_url=server.base_url, writer_model="m")
        findings = dict(await examine(settings))
    assert findings["language model"] is None
    gone = dict(await examine(settings))
    assert "cannot be reached" in str(gone["language model"])


async def test_a_writer_without_its_settings_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="WRITER_MODEL"):
        await answer(settings_for(tmp_path, writer="transformers"))
    with pytest.raises(UserError, match="WRITER_BASE_URL"):
        await answer(settings_for(tmp_path, writer="openai", writer_model="m"))
