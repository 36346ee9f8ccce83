"""The dense index: cosines of unit vectors, and the nearest rows of a large collection."""

from __future__ import annotations

from collections.abc import Sequence

import faiss
import numpy as np
from numpy.typing import NDArray

from bot.retrieval.encoder import Vectors
from bot.retrieval.policy import BY_SIZE, IndexPolicy


class Dense:
    """Vectors with the ids of their rows. Inner product of unit vectors is their cosine.

    `exact` says whether the policy has every row compared; cosines are exact in any case.
    """

    def __init__(self, ids: Sequence[str], vectors: Vectors, policy: IndexPolicy = BY_SIZE) -> None:
        # One thread: at this size the cost of splitting a query exceeds its gain.
        faiss.omp_set_num_threads(1)
        self.ids = tuple(ids)
        self.exact = policy.exact(len(vectors))
        self.index = policy.index(vectors)
        # The index's own memory, not a copy: where every row's cosine is wanted, a product is ten times faster than a search
        # that sorts the rows, only for them to be put back into their order. An inverted file has no exact vectors.
        own = self.exact
        self._vectors = faiss.rev_swig_ptr(self.index.get_xb(), vectors.size).reshape(vectors.shape) if own else vectors

    def cosines(self, queries: Vectors) -> NDArray[np.float32]:
        """Cosines of shape (n, rows), column i for `ids[i]`."""
        return np.asarray(queries @ self._vectors.T, dtype=np.float32)

    def cosines_of(self, query: Vectors, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Cosines, one for each of `rows`, of one query of shape (d,)."""
        return np.asarray(self._vectors[rows] @ query, dtype=np.float32)

    def nearest(self, queries: Vectors, number: int) -> list[NDArray[np.int64]]:
        """For each of `queries`, (n, d), the `number` nearest rows, as the index finds them; fewer where it finds fewer."""
        _, rows = self.index.search(np.ascontiguousarray(queries), min(number, len(self.ids)))
        return [found[found >= 0] for found in rows]
