from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import numpy as np
import pytest

from bot.retrieval.bridge import BusyError, EncoderBridge
from bot.retrieval.encoder import Vectors
from tests.conftest import HashingEncoder


class Gate(HashingEncoder):
    """An encoder that waits until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.open = threading.Event()
        self.fails = False

    def encode(self, texts: Sequence[str]) -> Vectors:
        assert self.open.wait(60)
        if self.fails:
            raise ZeroDivisionError
        return super().encode(texts)


async def test_queries_that_arrive_together_are_encoded_together(hashing: HashingEncoder) -> None:
    bridge = EncoderBridge(hashing)
    results = await asyncio.gather(*(bridge.encode([f"query {n}", "tail"]) for n in range(20)))
    bridge.close()
    assert bridge.batches == 1
    assert len(hashing.calls) == 1
    for n, vectors in enumerate(results):
        assert np.allclose(vectors, HashingEncoder().encode([f"query {n}", "tail"]))


async def test_the_loop_goes_on_while_the_encoder_works() -> None:
    gate = Gate()
    bridge = EncoderBridge(gate)
    waiting = asyncio.create_task(bridge.encode(["slow"]))
    for _ in range(5):
        await asyncio.sleep(0.01)
    assert not waiting.done()
    gate.open.set()
    assert (await waiting).shape == (1, 64)
    bridge.close()


async def test_a_full_queue_refuses_with_one_line() -> None:
    gate = Gate()
    bridge = EncoderBridge(gate, limit=2)
    tasks = [asyncio.create_task(bridge.encode(["x"])) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(BusyError, match="try again"):
        await bridge.run(lambda: None)
    gate.open.set()
    await asyncio.gather(*tasks)
    bridge.close()


async def test_an_error_reaches_every_caller_and_the_bridge_goes_on(
    hashing: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    bridge = EncoderBridge(hashing)
    with monkeypatch.context() as patched:
        patched.setattr(hashing, "encode", lambda _texts: 1 / 0)
        results = await asyncio.gather(bridge.encode(["a"]), bridge.encode(["b"]), return_exceptions=True)
    assert all(isinstance(result, ZeroDivisionError) for result in results)
    assert (await bridge.encode(["c"])).shape == (1, 64)
    assert await bridge.run(lambda n: n + 1, 1) == 2
    bridge.close()


async def test_a_caller_that_gave_up_does_not_disturb_the_others() -> None:
    for fails in (False, True):
        gate = Gate()
        bridge = EncoderBridge(gate)
        if fails:
            gate.fails = True
        given_up, kept = (asyncio.create_task(bridge.encode([t])) for t in ("given up", "kept"))
        await asyncio.sleep(0.02)
        given_up.cancel()
        await asyncio.sleep(0)
        gate.open.set()
        (result,) = await asyncio.gather(kept, return_exceptions=True)
        assert isinstance(result, ZeroDivisionError) if fails else np.shape(result) == (1, 64)  # type: ignore[arg-type]
        bridge.close()
