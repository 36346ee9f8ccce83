"""Loading a causal language model by transformers: a hub name, a folder, or a GGUF file."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.speech.writers.generator import GenerationError


class ModelError(GenerationError):
    """A model cannot be loaded. A speech that waits for it is composed, like after any other trouble with a model."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in memory: where it runs, in what precision, the bytes of its weights and the seconds it took to load."""

    model: Any
    tokenizer: Any
    device: str
    dtype: str
    weight_bytes: int
    seconds: float


def choose_device(wanted: str) -> str:
    """The device to run on: the wanted one, or for `auto` CUDA, then Apple's MPS, then the CPU."""
    import torch

    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def choose_dtype(wanted: str, device: str) -> str:
    """The precision to load in: the wanted one, or for `auto` bfloat16 where the device computes in it, else float32."""
    import torch

    if wanted != "auto":
        return wanted
    if device.startswith("cuda"):
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
    return "bfloat16"


def _source_of(model: str) -> tuple[str, dict[str, Any]]:
    """What `from_pretrained` takes for `model`; a GGUF file is named by its folder and its own name."""
    if model.lower().endswith(".gguf"):
        file = Path(model).expanduser()
        if not file.is_file():
            raise ModelError(f"WRITER_MODEL={model}: there is no such file")
        return str(file.parent), {"gguf_file": file.name}
    return str(Path(model).expanduser()) if Path(model).expanduser().is_dir() else model, {}


def load(model: str, device: str = "auto", dtype: str = "auto") -> Loaded:
    """Load `model`; what cannot be loaded raises `ModelError` with one line."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    began = time.perf_counter()
    source, more = _source_of(model)
    where = choose_device(device)
    precision = choose_dtype(dtype, where)
    try:
        tokenizer = AutoTokenizer.from_pretrained(source, **more)
        loaded: Any = AutoModelForCausalLM.from_pretrained(source, dtype=getattr(torch, precision), **more)
        loaded.to(where)
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise ModelError(f"WRITER_MODEL={model} does not fit into memory: take a smaller one or another WRITER_DEVICE") from error
    except (OSError, ValueError, ImportError, RuntimeError, AttributeError, KeyError) as error:
        raise ModelError(f"WRITER_MODEL={model} cannot be loaded: give a causal language model's folder, file or name") from error
    if tokenizer.chat_template is None:
        raise ModelError(f"WRITER_MODEL={model} has no chat template: choose an instruction-tuned model")
    loaded.eval()
    size = sum(p.numel() * p.element_size() for p in loaded.parameters())
    return Loaded(loaded, tokenizer, where, precision, size, time.perf_counter() - began)
