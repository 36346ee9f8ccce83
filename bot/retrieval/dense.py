"""The dense index: exact inner-product search with faiss over unit vectors."""

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

    def cosines(self, queries: Vectors) -> NDArray[np.float32]:
        """Cosines of shape (n, rows), column i for `ids[i]`."""
        scores, rows = self.index.search(np.ascontiguousarray(queries), len(self.ids))
        ordered = np.empty_like(scores)
        np.put_along_axis(ordered, rows, scores, axis=1)
        return ordered
