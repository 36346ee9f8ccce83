"""Which backend runs the encoder."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from bot.errors import UserError
from bot.retrieval.adapter import Adapter
from bot.retrieval.encoder import Encoder, EncoderError, SentenceTransformerEncoder
from bot.retrieval.learnt import Hearer

logger = logging.getLogger(__name__)


def encoder_for(
    model: str | None, backend: str, home: Path, threads: int, progress: Callable[[str, int, int], None] | None = None
) -> Encoder:
    """The encoder for `model` (None = the packaged one) and `backend` (`auto`, `onnx` or `torch`).

    ONNX Runtime runs the packaged model, from a file under `home` that is written on first use; sentence-transformers runs
    every other model. `auto` takes torch, and logs one line, where ONNX Runtime cannot be used.
    """
    if model is not None:
        if backend == "onnx":
            raise EncoderError(f"ENCODER_BACKEND=onnx runs the packaged model only: use auto or leave ENCODER_MODEL={model} out")
        return SentenceTransformerEncoder(model, threads)
    if backend == "torch":
        return SentenceTransformerEncoder(None, threads)
    try:
        from bot.retrieval.onnx_encoder import OnnxEncoder

        return OnnxEncoder(home, threads, progress=progress)
    except UserError:
        raise
    except Exception as error:  # whatever a broken or missing library raises, torch can do the work
        if backend == "onnx":
            raise EncoderError(f"ENCODER_BACKEND=onnx cannot be used ({error}): use auto or torch") from error
        logger.warning("encoding with torch, because ONNX Runtime cannot be used here: %s", str(error))
        return SentenceTransformerEncoder(None, threads)


def hearer_for(
    adapter: Adapter, backend: str, home: Path, threads: int, progress: Callable[[str, int, int], None] | None = None
) -> Hearer | None:
    """The packaged encoder with `adapter`, on ONNX Runtime; None, with one line logged, where that cannot be used.

    Only `torch` asks for it not to be used. What was learnt is then left aside, and recognition goes by the brief's own lines.
    """
    if backend == "torch":
        return None
    try:
        from bot.retrieval.onnx_encoder import OnnxEncoder

        return OnnxEncoder(home, threads, progress=progress, adapter=adapter)
    except UserError:
        raise
    except Exception as error:  # whatever a broken or missing library raises, the brief's own lines remain
        logger.warning("recognising without what was learnt, because ONNX Runtime cannot be used here: %s", str(error))
        return None
