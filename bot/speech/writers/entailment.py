"""The second check: whether the evidence contradicts a sentence, by a cross-encoder for natural language inference."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from bot.speech.writers.generator import GenerationError
from bot.speech.writers.loading import ModelError, choose_device

# Probability from which on a sentence counts as contradicted. `python -m tests.bench.entailment` says how many sound
# sentences a configured model contradicts at this and at other marks.
CONTRADICTED_AT = 0.5
BATCH = 16
MAX_TOKENS = 512


@dataclass(frozen=True, slots=True)
class Inference:
    """Probabilities in 0..1 that a premise entails and that it contradicts a hypothesis."""

    entailed: float
    contradicted: float


class SecondCheck(Protocol):
    """Judges (premise, hypothesis) pairs. Trouble raises `GenerationError`."""

    async def infer(self, pairs: Sequence[tuple[str, str]]) -> list[Inference]:
        """One inference for each pair, in order."""


class EntailmentModel:
    """Any sequence-classification model with an entailment and a contradiction label, loaded on first use, on its own thread."""

    def __init__(self, model: str, *, device: str = "auto") -> None:
        self.name = model
        self._wanted = device
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="entailment")
        self._loaded: tuple[Any, Any, int, int] | None = None
        self.load_seconds = 0.0

    async def infer(self, pairs: Sequence[tuple[str, str]]) -> list[Inference]:
        """One inference for each pair, in batches; a model that cannot be loaded raises `ModelError`."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._infer, list(pairs))

    async def close(self) -> None:
        """Free the model."""
        await asyncio.to_thread(self._worker.shutdown, wait=True, cancel_futures=True)
        self._loaded = None

    def _infer(self, pairs: list[tuple[str, str]]) -> list[Inference]:
        import torch

        if self._loaded is None:
            self._loaded = self._load()
        model, tokenizer, entails, contradicts = self._loaded
        found: list[Inference] = []
        try:
            for start in range(0, len(pairs), BATCH):
                premises, hypotheses = zip(*pairs[start : start + BATCH], strict=True)
                # Where a pair is too long the evidence is cut and the sentence is judged whole.
                cut = {"padding": True, "truncation": "only_first", "max_length": MAX_TOKENS}
                batch = tokenizer(list(premises), list(hypotheses), return_tensors="pt", **cut).to(model.device)
                with torch.inference_mode():
                    shares = model(**batch).logits.float().softmax(dim=-1).tolist()
                found += [Inference(share[entails], share[contradicts]) for share in shares]
        except (torch.OutOfMemoryError, MemoryError) as error:
            raise GenerationError("the second check ran out of memory") from error
        except (RuntimeError, ValueError, IndexError) as error:
            raise GenerationError("the second check failed") from error
        return found

    def _load(self) -> tuple[Any, Any, int, int]:
        import torch
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        began = time.perf_counter()
        try:
            tokenizer = AutoTokenizer.from_pretrained(self.name)
            model: Any = AutoModelForSequenceClassification.from_pretrained(self.name)
            model.to(choose_device(self._wanted))
        except (torch.OutOfMemoryError, MemoryError) as error:
            raise ModelError(f"ENTAILMENT_MODEL={self.name} does not fit into memory: take a smaller one") from error
        except (OSError, ValueError, ImportError, RuntimeError, AttributeError, KeyError) as error:
            raise ModelError(f"ENTAILMENT_MODEL={self.name} cannot be loaded: give a cross-encoder's folder or name") from error
        model.eval()
        entails, contradicts = labels_of(self.name, model.config.id2label)
        self.load_seconds = time.perf_counter() - began
        return model, tokenizer, entails, contradicts


def labels_of(name: str, labels: dict[int, str]) -> tuple[int, int]:
    """The positions of the entailment and the contradiction label by their names; models order them differently."""
    found = {}
    for wanted in ("entail", "contradict"):
        named = [i for i, label in labels.items() if str(label).lower().startswith(wanted)]
        if len(named) != 1:
            raise ModelError(f"ENTAILMENT_MODEL={name} has no label that begins with `{wanted}`: choose one trained on inference")
        found[wanted] = int(named[0])
    return found["entail"], found["contradict"]
