"""The index on disk: built on first use, verified on every load, rebuilt on any doubt."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from bot.errors import UserError
from bot.retrieval.dense import Dense
from bot.retrieval.encoder import Encoder, Vectors
from bot.retrieval.files import only_builder, write_all

FORMAT = 1
BATCH = 32
Progress = Callable[[str, int, int], None]


def _digest(parts: Sequence[str]) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()


def _manifest(ids: Sequence[str], texts: Sequence[str], encoder: Encoder) -> dict[str, Any]:
    return {"format": FORMAT, "encoder": encoder.fingerprint, "rows": _digest(ids), "texts": _digest(texts)}


def _load(folder: Path, expected: dict[str, Any], rows: int) -> Vectors | None:
    """The stored vectors if every hash in the manifest agrees, else None."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        raw = (folder / "vectors.f32").read_bytes()
    except (OSError, ValueError):
        return None
    if not isinstance(manifest, dict) or {k: manifest.get(k) for k in expected} != expected:
        return None
    dimension = manifest.get("dimension")
    if manifest.get("vectors") != sha256(raw).hexdigest() or not isinstance(dimension, int):
        return None
    if len(raw) != 4 * rows * dimension:
        return None
    return np.frombuffer(raw, dtype="<f4").reshape(rows, dimension).copy()


def _save(folder: Path, manifest: dict[str, Any], vectors: Vectors) -> None:
    raw = np.ascontiguousarray(vectors, dtype="<f4").tobytes()
    manifest = {**manifest, "dimension": int(vectors.shape[1]), "vectors": sha256(raw).hexdigest()}
    write_all(folder, {"vectors.f32": raw, "manifest.json": json.dumps(manifest, indent=1).encode()})


def load_or_build(
    home: Path,
    name: str,
    ids: Sequence[str],
    texts: Sequence[str],
    encoder: Encoder,
    progress: Progress | None = None,
) -> Dense:
    """The dense index of `texts`, row i for `ids[i]`, from the cache under `home/name` or newly encoded.

    `progress(name, done, total)` is called while building. A missing, stale or damaged cache is rebuilt, by one process at a
    time; a sound one is only read. A folder that cannot be written and an empty collection raise `UserError`.
    """
    if not texts:
        raise UserError(f"there is nothing to index as {name}: the collection is empty, add at least one text")
    folder = home / name
    expected = _manifest(ids, texts, encoder)
    vectors = _load(folder, expected, len(ids))
    if vectors is None:
        with only_builder(folder):
            # Whoever held the lock before may have built it.
            vectors = _load(folder, expected, len(ids))
            if vectors is None:
                vectors = _built(name, texts, encoder, progress)
                _save(folder, expected, vectors)
    return Dense(ids, vectors)


def _built(name: str, texts: Sequence[str], encoder: Encoder, progress: Progress | None) -> Vectors:
    batches = []
    for start in range(0, len(texts), BATCH):
        batches.append(encoder.encode(texts[start : start + BATCH]))
        if progress:
            progress(name, min(start + BATCH, len(texts)), len(texts))
    return np.concatenate(batches)
