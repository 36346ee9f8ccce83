"""The index on disk: built on first use, verified on every load, rebuilt on any doubt."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.errors import UserError
from bot.retrieval.dense import Dense
from bot.retrieval.encoder import Encoder, Vectors
from bot.retrieval.files import only_builder, write_all

FORMAT = 1
BATCH = 32
Progress = Callable[[str, int, int], None]
Number = TypeVar("Number", np.float32, np.float64)


def _digest(parts: Sequence[str]) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()


def _manifest(ids: Sequence[str], texts: Sequence[str], encoder: Encoder) -> dict[str, Any]:
    return {"format": FORMAT, "encoder": encoder.fingerprint, "rows": _digest(ids), "texts": _digest(texts)}


@dataclass(frozen=True, slots=True)
class Kept(Generic[Number]):
    """An array of `rows` rows in `folder`, as the file `name` and a manifest that holds `made`: all that it depends on."""

    folder: Path
    name: str
    made: dict[str, Any]
    rows: int
    dtype: type[Number]

    def load_or_make(self, make: Callable[[], NDArray[Number]]) -> NDArray[Number]:
        """The array from the cache, or newly made and kept.

        A missing, stale or damaged cache is made anew, by one process at a time; a sound one is only read. A folder that cannot
        be written raises `UserError`.
        """
        array = self._load()
        if array is None:
            with only_builder(self.folder):
                # Whoever held the lock before may have made it.
                array = self._load()
                if array is None:
                    array = make()
                    self._save(array)
        return array

    @property
    def _stored(self) -> np.dtype[Number]:
        return np.dtype(self.dtype).newbyteorder("<")

    @property
    def _file(self) -> str:
        return f"{self.name}.f{8 * self._stored.itemsize}"

    def _load(self) -> NDArray[Number] | None:
        """The stored array if every hash in the manifest agrees, else None."""
        try:
            manifest = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
            raw = (self.folder / self._file).read_bytes()
        except (OSError, ValueError):
            return None
        if not isinstance(manifest, dict) or {k: manifest.get(k) for k in self.made} != self.made:
            return None
        dimension = manifest.get("dimension")
        if manifest.get(self.name) != sha256(raw).hexdigest() or not isinstance(dimension, int):
            return None
        if len(raw) != self._stored.itemsize * self.rows * dimension:
            return None
        return np.frombuffer(raw, dtype=self._stored).reshape(self.rows, dimension).astype(self.dtype)

    def _save(self, array: NDArray[Number]) -> None:
        raw = np.ascontiguousarray(array, dtype=self._stored).tobytes()
        manifest = {**self.made, "dimension": int(array.shape[1]), self.name: sha256(raw).hexdigest()}
        write_all(self.folder, {self._file: raw, "manifest.json": json.dumps(manifest, indent=1).encode()})


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
    kept = Kept(home / name, "vectors", _manifest(ids, texts, encoder), len(ids), np.float32)
    return Dense(ids, kept.load_or_make(lambda: _built(name, texts, encoder, progress)))


def _built(name: str, texts: Sequence[str], encoder: Encoder, progress: Progress | None) -> Vectors:
    batches = []
    for start in range(0, len(texts), BATCH):
        batches.append(encoder.encode(texts[start : start + BATCH]))
        if progress:
            progress(name, min(start + BATCH, len(texts)), len(texts))
    return np.concatenate(batches)
