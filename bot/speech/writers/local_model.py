"""A causal language model in this process, behind a bounded queue and off the event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from bot.speech.writers.engines import ContinuousBatching, Engine, OneAtATime
from bot.speech.writers.generator import Generation, GenerationError, Message, OnText
from bot.speech.writers.loading import Loaded, ModelError, load

# With more waiting than this a speech is better composed than late.
MAX_WAITING = 8


class LocalModel:
    """A model of this process. It loads on first use, on a worker thread of its own, so that the event loop never waits."""

    def __init__(
        self, model: str, *, device: str = "auto", dtype: str = "auto", batching: str = "auto", max_waiting: int = MAX_WAITING
    ) -> None:
        if not model:
            raise ModelError("WRITER=transformers needs WRITER_MODEL: a name, a folder or a .gguf file")
        self.name = Path(model).name if model.lower().endswith(".gguf") else model
        self._how = (model, device, dtype)
        self._batching = batching
        self._max_waiting = max_waiting
        self._waiting = 0
        self._loader = ThreadPoolExecutor(1, thread_name_prefix="writer-load")
        self._workers: ThreadPoolExecutor | None = None
        self._engine: Engine | None = None
        self._stops: set[Event] = set()
        self._closed = False
        self.loaded: Loaded | None = None

    @property
    def at_once(self) -> int:
        """One, or as many as continuous batching takes."""
        return self._engine.at_once if self._engine else 1

    async def start(self) -> Loaded:
        """Load the model now instead of on first use."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._loader, self._start)
        if self.loaded is None:
            raise ModelError(f"WRITER_MODEL={self.name} could not be loaded")
        return self.loaded

    def _start(self) -> None:
        if self._engine is not None:
            return
        self.loaded = load(*self._how)
        batch = self._batching == "on" or (self._batching == "auto" and self.loaded.device.startswith("cuda"))
        self._engine = ContinuousBatching(self.loaded) if batch else OneAtATime(self.loaded)
        self._workers = ThreadPoolExecutor(self._engine.at_once, thread_name_prefix="writer")

    async def generate(self, messages: Sequence[Message], *, max_tokens: int, on_text: OnText | None = None) -> Generation:
        """The model's answer. A further call than the queue allows raises at once; a cancelled one stops at the next token."""
        if self._closed:
            raise GenerationError("the language model was shut down")
        if self._waiting >= self._max_waiting:
            raise GenerationError("too many speeches wait for the language model")
        self._waiting += 1
        stop = Event()
        self._stops.add(stop)
        try:
            await self.start()
            loop = asyncio.get_running_loop()

            def tell(piece: str) -> None:
                if on_text is not None:
                    loop.call_soon_threadsafe(on_text, piece)

            return await loop.run_in_executor(self._workers, self._generate, messages, max_tokens, tell, stop)
        except asyncio.CancelledError:
            stop.set()
            raise
        finally:
            self._stops.discard(stop)
            self._waiting -= 1

    def _generate(self, messages: Sequence[Message], max_tokens: int, tell: OnText, stop: Event) -> Generation:
        import torch

        if self.loaded is None or self._engine is None:
            raise GenerationError("the language model was shut down")
        tokenizer = self.loaded.tokenizer
        began = time.perf_counter()
        chat = [{"role": m.role, "content": m.content} for m in messages]
        prompt = tokenizer.apply_chat_template(chat, add_generation_prompt=True, return_dict=True)["input_ids"]
        told = 0

        def on_tokens(tokens: list[int]) -> None:
            nonlocal told
            text = tokenizer.decode(tokens, skip_special_tokens=True)
            # A character of several tokens is not whole until its last one has come.
            if len(text) > told and not text.endswith("�"):
                tell(text[told:])
                told = len(text)

        try:
            tokens = self._engine.run(prompt, max_tokens, on_tokens, stop)
        except (torch.OutOfMemoryError, MemoryError) as error:
            raise GenerationError("the language model ran out of memory") from error
        except RuntimeError as error:
            raise GenerationError("the language model failed") from error
        if stop.is_set():
            raise GenerationError("the language model was stopped")
        text = tokenizer.decode(tokens, skip_special_tokens=True)
        return Generation(text, len(prompt), len(tokens), time.perf_counter() - began, whole=len(tokens) < max_tokens)

    async def close(self) -> None:
        """Stop what generates now and free the model."""
        self._closed = True
        for stop in tuple(self._stops):
            stop.set()
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._loader.shutdown(wait=True, cancel_futures=True)
        if self._workers is not None:
            self._workers.shutdown(wait=True, cancel_futures=True)
        if self._engine is not None:
            self._engine.close()
        self._engine = None
        self.loaded = None
