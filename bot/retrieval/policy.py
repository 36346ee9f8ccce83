"""Which dense index a collection gets, by its size, and how many candidates are joined where not every text is compared."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import Any

import faiss

from bot.retrieval.encoder import Vectors


@dataclass(frozen=True, slots=True)
class IndexPolicy:
    """Up to `exact_up_to` vectors every one is compared; beyond, an inverted file of 8-bit vectors proposes `candidates`.

    The inverted file has a list for about every sqrt(n) vectors and looks into `probes` of them. It only proposes: what it
    finds is compared again by the exact vectors. `python -m tests.bench.scale` measures time, memory and recall.
    """

    exact_up_to: int = 20_000
    candidates: int = 200
    probes: int = 128

    def exact(self, number: int) -> bool:
        """Whether a collection of `number` vectors is compared whole."""
        return number <= self.exact_up_to

    def index(self, vectors: Vectors) -> Any:
        """The faiss index of unit `vectors`, shape (n, d), by inner product."""
        number, dimension = vectors.shape
        if self.exact(number):
            flat = faiss.IndexFlatIP(dimension)
            flat.add(vectors)
            return flat
        lists = max(1, math.isqrt(number))
        inverted: Any = faiss.index_factory(dimension, f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
        # A quarter of what faiss takes by default: lists are found as well, and training takes a quarter of the time.
        inverted.cp.max_points_per_centroid = 64
        inverted.nprobe = min(self.probes, lists)
        faiss.omp_set_num_threads(os.cpu_count() or 1)
        try:
            inverted.train(vectors)
            inverted.add(vectors)
        finally:
            faiss.omp_set_num_threads(1)
        return inverted


BY_SIZE = IndexPolicy()
