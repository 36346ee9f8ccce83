"""The in-process writer, with a tiny random model through the real transformers code."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.speech.writers import engines, loading
from bot.speech.writers.generator import GenerationError, Message
from bot.speech.writers.loading import ModelError, choose_device, choose_dtype, load
from bot.speech.writers.local_model import LocalModel
from tests.speech.writers import tiny

ASK = [Message("system", "You speak."), Message("user", "The treaty binds the members.")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.folder(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def gguf_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.gguf(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(engines, "BLOCKS", 16)
    return iter(())


async def test_a_model_folder_loads_answers_and_streams_what_it_answers(folder: Path) -> None:
    model = LocalModel(str(folder), device="cpu", dtype="float32")
    pieces: list[str] = []
    generation = await model.generate(ASK, max_tokens=24, on_text=pieces.append)
    await asyncio.sleep(0)
    assert 0 < generation.generated_tokens <= 24
    assert generation.text.startswith("".join(pieces)) or "".join(pieces).startswith(generation.text)
    assert len(pieces) > 1
    assert generation.prompt_tokens > 5
    assert model.loaded is not None
    assert model.loaded.weight_bytes > 10_000
    assert model.loaded.seconds > 0
    await model.close()


async def test_the_same_prompt_gives_the_same_words(folder: Path) -> None:
    model = LocalModel(str(folder), device="cpu", dtype="float32")
    first = await model.generate(ASK, max_tokens=12)
    second = await model.generate(ASK, max_tokens=12)
    await model.close()
    assert first.text == second.text


async def test_the_chat_template_of_the_model_is_used(folder: Path) -> None:
    loaded = load(str(folder), "cpu", "float32")
    model = LocalModel(str(folder), device="cpu", dtype="float32")
    generation = await model.generate([Message("user", "treaty")], max_tokens=1)
    await model.close()
    expected = loaded.tokenizer("<|user|>treaty<|end|><|assistant|>")["input_ids"]
    assert generation.prompt_tokens == len(expected)


async def test_a_gguf_file_loads_and_says_what_the_folder_says(folder: Path, gguf_file: Path) -> None:
    one = LocalModel(str(folder), device="cpu", dtype="float32")
    two = LocalModel(str(gguf_file), device="cpu", dtype="float32")
    assert two.name == "tiny.gguf"
    from_folder = await one.generate(ASK, max_tokens=12)
    from_file = await two.generate(ASK, max_tokens=12)
    await one.close()
    await two.close()
    assert from_file.text == from_folder.text


async def test_continuous_batching_gives_each_of_several_speeches_its_own_words(folder: Path) -> None:
    alone = LocalModel(str(folder), device="cpu", dtype="float32", batching="off")
    together = LocalModel(str(folder), device="cpu", dtype="float32", batching="on")
    asks = [[Message("user", f"The treaty binds {n} members.")] for n in (2, 5, 9)]
    expected = [(await alone.generate(ask, max_tokens=10)).text for ask in asks]
    await together.start()
    assert together.at_once == engines.BATCH
    found = await asyncio.gather(*(together.generate(ask, max_tokens=10) for ask in asks))
    await alone.close()
    await together.close()
    assert [generation.text for generation in found] == expected


@pytest.mark.parametrize("batching", ["off", "on"])
async def test_a_cancelled_speech_stops_generating_and_the_next_one_comes(folder: Path, batching: str) -> None:
    model = LocalModel(str(folder), device="cpu", dtype="float32", batching=batching)
    await model.start()
    began = asyncio.Event()
    task = asyncio.create_task(model.generate(ASK, max_tokens=3000, on_text=lambda _: began.set()))
    await asyncio.wait_for(began.wait(), 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    before = time.perf_counter()
    generation = await asyncio.wait_for(model.generate(ASK, max_tokens=2), 60)
    assert generation.generated_tokens <= 2
    assert time.perf_counter() - before < 20
    await model.close()


async def test_closing_ends_a_speech_in_progress_with_a_clear_error(folder: Path) -> None:
    model = LocalModel(str(folder), device="cpu", dtype="float32")
    await model.start()
    began = asyncio.Event()
    task = asyncio.create_task(model.generate(ASK, max_tokens=3000, on_text=lambda _: began.set()))
    await asyncio.wait_for(began.wait(), 60)
    await model.close()
    with pytest.raises(GenerationError, match="stopped"):
        await task
    with pytest.raises(GenerationError, match="shut down"):
        await model.generate(ASK, max_tokens=2)


async def test_more_speeches_than_the_queue_holds_are_refused_at_once(folder: Path) -> None:
    model = LocalModel(str(folder), device="cpu", dtype="float32", max_waiting=1)
    await model.start()
    first = asyncio.create_task(model.generate(ASK, max_tokens=200))
    await asyncio.sleep(0)
    with pytest.raises(GenerationError, match="too many"):
        await model.generate(ASK, max_tokens=2)
    assert (await first).generated_tokens > 0
    await model.close()


async def test_the_event_loop_goes_on_while_the_model_loads_and_speaks(folder: Path) -> None:
    model = LocalModel(str(folder), device="cpu", dtype="float32")
    task = asyncio.create_task(model.generate(ASK, max_tokens=60))
    beats = 0
    while not task.done():
        beats += 1
        await asyncio.sleep(0.01)
    await model.close()
    assert task.result().generated_tokens > 0
    assert beats > 3


async def test_out_of_memory_is_one_clear_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    model = LocalModel(str(folder), device="cpu", dtype="float32")
    loaded = await model.start()

    def full(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError("no memory left")

    monkeypatch.setattr(loaded.model, "generate", full)
    with pytest.raises(GenerationError, match="out of memory"):
        await model.generate(ASK, max_tokens=2)
    monkeypatch.undo()
    assert (await model.generate(ASK, max_tokens=2)).generated_tokens > 0
    await model.close()


def test_a_model_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    for name in (str(tmp_path / "none.gguf"), str(tmp_path)):
        with pytest.raises(ModelError, match="WRITER_MODEL"):
            load(name, "cpu", "float32")
    with pytest.raises(ModelError, match="needs WRITER_MODEL"):
        LocalModel("")


def test_a_damaged_gguf_file_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "broken.gguf"
    file.write_bytes(b"GGUF" + b"\0" * 400)
    with pytest.raises(ModelError, match="cannot be loaded"):
        load(str(file), "cpu", "float32")


def test_a_model_without_a_chat_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="chat template"):
        load(str(tiny.folder(tmp_path, chat=False)), "cpu", "float32")


def test_device_and_precision_are_chosen_by_what_the_machine_has(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: False)
    assert choose_device("auto") == "cuda"
    assert choose_dtype("auto", "cuda") == "float16"
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: True)
    assert choose_dtype("auto", "cuda:1") == "bfloat16"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_device("auto") == "mps"
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert choose_device("auto") == "cpu"
    assert choose_dtype("auto", "cpu") == "bfloat16"
    assert choose_device("cuda:3") == "cuda:3"
    assert choose_dtype("float16", "cpu") == "float16"
    assert loading.ModelError is ModelError
