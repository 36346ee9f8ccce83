"""The endpoint writer against servers on loopback: one that misbehaves as told, and llama.cpp's own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.speech.writers.breaker import Breaker
from bot.speech.writers.endpoint import Endpoint
from bot.speech.writers.generator import GenerationError, Message
from bot.speech.writers.loading import ModelError
from tests.speech.writers import tiny
from tests.speech.writers.fake_server import FakeServer, serving

ASK = [Message("system", "You speak."), Message("user", "The treaty binds the members.")]


async def test_an_answer_is_streamed_and_its_tokens_counted() -> None:
    async with serving(FakeServer(["It binds them all."])) as server:
        endpoint = Endpoint(server.base_url, "m", "secret")
        pieces: list[str] = []
        generation = await endpoint.generate(ASK, max_tokens=50, on_text=pieces.append)
        await endpoint.close()
    assert generation.text == "It binds them all. "
    assert pieces == ["It ", "binds ", "them ", "all. "]
    assert (generation.prompt_tokens, generation.generated_tokens, generation.whole) == (40, 4, True)
    assert server.keys == ["Bearer secret"]
    assert server.requests[0]["messages"] == [{"role": m.role, "content": m.content} for m in ASK]
    assert server.requests[0]["model"] == "m"
    assert server.requests[0]["max_tokens"] == 50


async def test_a_server_that_counts_nothing_is_counted_by_its_pieces() -> None:
    async with serving(FakeServer(["one two three"], usage=False)) as server:
        endpoint = Endpoint(server.base_url, "m")
        generation = await endpoint.generate(ASK, max_tokens=50)
        await endpoint.close()
    assert (generation.prompt_tokens, generation.generated_tokens) == (0, 3)


@pytest.mark.parametrize("fault", ["500", "429"])
async def test_a_passing_fault_is_tried_again(fault: str) -> None:
    async with serving(FakeServer([fault, "Better now."])) as server:
        endpoint = Endpoint(server.base_url, "m")
        generation = await endpoint.generate(ASK, max_tokens=50)
        await endpoint.close()
    assert generation.text.strip() == "Better now."
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("429", "rate limit"),
        ("500", "answered 500"),
        ("garbage", "no answer|broke off"),
        ("bad json", "no answer"),
        ("half", "broke off"),
        ("slow", "too slow"),
    ],
)
async def test_a_lasting_fault_is_one_clear_error(fault: str, said: str) -> None:
    async with serving(FakeServer([fault])) as server:
        # Only a server that says nothing is given up soon: on a busy machine every other answer may take its time too.
        endpoint = Endpoint(server.base_url, "m", timeout=0.5 if fault == "slow" else 60, retries=0)
        with pytest.raises(GenerationError, match=said):
            await endpoint.generate(ASK, max_tokens=50)
        await endpoint.close()


async def test_a_server_that_is_gone_is_left_alone_after_repeated_failures() -> None:
    async with serving(FakeServer()) as server:
        address = server.base_url
    endpoint = Endpoint(address, "m", timeout=60, retries=0, breaker=Breaker(failures=2, rest=60))
    for _ in range(2):
        with pytest.raises(GenerationError, match="cannot be reached"):
            await endpoint.generate(ASK, max_tokens=5)
    with pytest.raises(GenerationError, match="rests"):
        await endpoint.generate(ASK, max_tokens=5)
    await endpoint.close()


async def test_a_cancelled_call_leaves_the_circuit_closed() -> None:
    async with serving(FakeServer(["slow", "Here."])) as server:
        endpoint = Endpoint(server.base_url, "m", retries=0, breaker=Breaker(failures=1))
        task = asyncio.create_task(endpoint.generate(ASK, max_tokens=5))
        while not server.requests:  # noqa: ASYNC110 - the server's list sets no event
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await endpoint.generate(ASK, max_tokens=5)).text.strip() == "Here."
        await endpoint.close()


def test_settings_that_name_no_server_or_model_are_refused() -> None:
    with pytest.raises(ModelError, match="WRITER_BASE_URL"):
        Endpoint("localhost:8000", "m")
    with pytest.raises(ModelError, match="WRITER_MODEL"):
        Endpoint("http://127.0.0.1:1/v1", "")


@pytest.mark.slow
async def test_llama_cpp_serves_a_model_through_the_same_interface(tmp_path: Path) -> None:
    xllamacpp = pytest.importorskip("xllamacpp", reason="SKIPPED: install xllamacpp to try its server")
    params = xllamacpp.CommonParams()
    params.model.path = str(tiny.gguf(tmp_path / "tiny.gguf"))
    params.n_ctx = 512
    params.port = 0
    params.warmup = False
    params.cpuparams.n_threads = 1
    server = xllamacpp.Server(params)
    endpoint = Endpoint(f"{server.listening_address}/v1", "tiny", timeout=60, retries=0)
    generation = await endpoint.generate(ASK, max_tokens=8)
    await endpoint.close()
    assert 0 < generation.generated_tokens <= 8
    assert generation.prompt_tokens > 0
