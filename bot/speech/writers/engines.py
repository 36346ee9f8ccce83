"""How an in-process model makes tokens: one speech at a time, or several by transformers' continuous batching."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from queue import Empty, Queue
from threading import Event, Thread
from typing import Any, Protocol

from bot.speech.writers.generator import GenerationError
from bot.speech.writers.loading import Loaded

OnTokens = Callable[[list[int]], None]
# Speeches that are generated together; more wait their turn.
BATCH = 8
# Pages of 256 tokens for keys and values: enough for a full batch of prompts and answers of 2,048 tokens each.
BLOCKS = BATCH * 8
_LOOK_SECONDS = 0.2


class Engine(Protocol):
    """How tokens are made. `at_once` calls of `run` may be in progress on as many threads."""

    at_once: int

    def run(self, prompt: list[int], max_tokens: int, on_tokens: OnTokens, stop: Event) -> list[int]:
        """The generated token ids; `on_tokens` is given all of them so far; `stop` ends it early. Blocks."""

    def close(self) -> None:
        """Let go of what the engine holds."""


class OneAtATime:
    """Plain `generate`, greedy, so that the same prompt gives the same words."""

    at_once = 1

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded

    def run(self, prompt: list[int], max_tokens: int, on_tokens: OnTokens, stop: Event) -> list[int]:
        """The generated tokens."""
        import torch
        from transformers import GenerationConfig, StoppingCriteria, StoppingCriteriaList

        class Watch(StoppingCriteria):
            def __call__(self, input_ids: Any, _scores: Any, **_: Any) -> Any:
                on_tokens(input_ids[0, len(prompt) :].tolist())
                return torch.full((input_ids.shape[0],), stop.is_set(), device=input_ids.device, dtype=torch.bool)

        model = self._loaded.model
        ids = torch.tensor([prompt], device=model.device)
        config = GenerationConfig(  # type: ignore[no-untyped-call]
            max_new_tokens=max_tokens, do_sample=False, eos_token_id=_ends(self._loaded), pad_token_id=_ends(self._loaded)[0]
        )
        with torch.inference_mode():
            out = model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                generation_config=config,
                stopping_criteria=StoppingCriteriaList([Watch()]),
            )
        return [int(token) for token in out[0, len(prompt) :]]

    def close(self) -> None:
        """Nothing is held beyond the model."""


class ContinuousBatching:
    """Several generations share each forward pass; a new one joins at the next token (transformers' own manager)."""

    at_once = BATCH

    def __init__(self, loaded: Loaded) -> None:
        from transformers import ContinuousBatchingConfig, GenerationConfig

        ends = _ends(loaded)
        generation = GenerationConfig(  # type: ignore[no-untyped-call]
            do_sample=False, eos_token_id=ends, pad_token_id=ends[0], max_new_tokens=1024
        )
        sizes = ContinuousBatchingConfig(num_blocks=BLOCKS, max_batch_tokens=2048)
        self._manager = loaded.model.init_continuous_batching(generation_config=generation, continuous_batching_config=sizes)
        self._manager.start()
        self._ends = ends
        self._ids = count()
        self._results: dict[str, Queue[Any]] = {}
        self._closed = Event()
        # The manager has one stream of results for all requests; this thread hands each to its own.
        self._router = Thread(target=self._route, name="writer-results", daemon=True)
        self._router.start()

    def _route(self) -> None:
        while not self._closed.is_set():
            output = self._manager.get_result(timeout=_LOOK_SECONDS)
            queue = self._results.get(output.request_id) if output is not None else None
            if queue is not None:
                queue.put(output)

    def run(self, prompt: list[int], max_tokens: int, on_tokens: OnTokens, stop: Event) -> list[int]:
        """The generated tokens."""
        request = f"speech-{next(self._ids)}"
        results: Queue[Any] = Queue()
        self._results[request] = results
        try:
            taken = self._manager.add_request(prompt, request, max_new_tokens=max_tokens, streaming=True, eos_token_id=self._ends)
            if taken is None:
                raise GenerationError("the language model takes no more speeches now")
            return self._collect(request, results, on_tokens, stop)
        finally:
            del self._results[request]

    def _collect(self, request: str, results: Queue[Any], on_tokens: OnTokens, stop: Event) -> list[int]:
        while not stop.is_set():
            try:
                output = results.get(timeout=_LOOK_SECONDS)
            except Empty:
                if not self._manager.is_running():
                    raise GenerationError("the language model stopped running") from None
                continue
            if output.error is not None:
                raise GenerationError("the language model failed")
            tokens = [int(token) for token in output.generated_tokens]
            on_tokens(tokens)
            if output.is_finished():
                return tokens
        self._manager.cancel_request(request)
        return []

    def close(self) -> None:
        """Stop the manager's thread and free its cache."""
        self._closed.set()
        self._router.join(timeout=5)
        self._manager.stop(block=True, timeout=5)
        self._manager.destroy()


def _ends(loaded: Loaded) -> list[int]:
    """The tokens that end an answer: those of the model's own generation settings and the tokenizer's."""
    own = loaded.model.generation_config.eos_token_id
    ends = list(own) if isinstance(own, list) else [own] if own is not None else []
    if loaded.tokenizer.eos_token_id is not None:
        ends.append(loaded.tokenizer.eos_token_id)
    return list(dict.fromkeys(ends)) or [-1]
