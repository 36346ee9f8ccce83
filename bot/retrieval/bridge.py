"""The bridge between the event loop and the models: the loop never waits, and queries that meet are encoded together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from bot.errors import UserError
from bot.retrieval.encoder import Encoder, Vectors

P = ParamSpec("P")
T = TypeVar("T")


class BusyError(UserError):
    """More work is waiting than the queue allows."""


class ClosedError(UserError):
    """The bridge was closed before the work was done."""


class EncoderBridge:
    """One worker thread for all model work. At most `limit` calls wait; a further one raises `BusyError`."""

    def __init__(self, encoder: Encoder, limit: int = 256) -> None:
        self._encoder = encoder
        self._limit = limit
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="encoder")
        self._waiting: list[tuple[Sequence[str], asyncio.Future[Vectors]]] = []
        self._pending = 0
        self._draining: asyncio.Task[None] | None = None
        self._closed = False
        self.batches = 0

    async def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of `texts`; calls that arrive while the worker is busy are encoded in one batch afterwards."""
        self._admit()
        future: asyncio.Future[Vectors] = asyncio.get_running_loop().create_future()
        self._waiting.append((texts, future))
        if self._draining is None or self._draining.done():
            self._draining = asyncio.create_task(self._drain())
        try:
            return await future
        finally:
            self._pending -= 1

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of `function` called on the worker thread."""
        self._admit()
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._worker, lambda: function(*args, **kwargs))
        finally:
            self._pending -= 1

    def close(self) -> None:
        """Stop the worker after what it is doing now; what still waits ends with `ClosedError` or is cancelled."""
        self._closed = True
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _admit(self) -> None:
        if self._closed:
            raise ClosedError("the bot is shutting down: ask again when it is back")
        if self._pending >= self._limit:
            raise BusyError("too many requests are waiting: try again in a moment")
        self._pending += 1

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        # Let calls made in the same turn of the loop join the first batch.
        await asyncio.sleep(0)
        while self._waiting:
            batch, self._waiting = self._waiting, []
            texts = [text for part, _ in batch for text in part]
            self.batches += 1
            try:
                vectors = await loop.run_in_executor(self._worker, self._encoder.encode, texts)
            except asyncio.CancelledError:
                # The worker was closed or the loop is going down: nobody will encode these, so nobody may wait for them.
                for _, future in (*batch, *self._waiting):
                    if not future.done():
                        future.set_exception(ClosedError("the bot is shutting down: ask again when it is back"))
                self._waiting = []
                raise
            except Exception as error:  # handed on to every caller of the batch
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                continue
            start = 0
            for part, future in batch:
                if not future.done():
                    future.set_result(vectors[start : start + len(part)])
                start += len(part)
