"""The dense index: exact cosines from a flat faiss index of unit vectors."""

from __future__ import annotations

from collections.abc import Sequence

import faiss
import numpy as np
from numpy.typing import NDArray

from bot.retrieval.encoder import Vectors


class Dense:
    """Vectors with the ids of their rows. Inner product of unit vectors is their cosine."""

    def __init__(self, ids: Sequence[str], vectors: Vectors) -> None:
        # One thread: at this size the cost of splitting a query exceeds its gain.
        faiss.omp_set_num_threads(1)
        self.ids = tuple(ids)
        self.index = faiss.IndexFlatIP(vectors.shape[1])
        self.index.add(vectors)
        # The index's own memory, not a copy: where every row's cosine is wanted, a product is ten times faster than a search
        # that sorts the rows, only for them to be put back into their order.
        self._vectors = faiss.rev_swig_ptr(self.index.get_xb(), vectors.size).reshape(vectors.shape)

    def cosines(self, queries: Vectors) -> NDArray[np.float32]:
        """Cosines of shape (n, rows), column i for `ids[i]`."""
        return np.asarray(queries @ self._vectors.T, dtype=np.float32)
