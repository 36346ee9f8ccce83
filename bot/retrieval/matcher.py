"""Matching by meaning against phrases that belong to owners."""

from __future__ import annotations

from collections.abc import Sequence

from bot.retrieval.dense import Dense
from bot.retrieval.encoder import Vectors


class PhraseMatcher:
    """For each vector the best cosine with any phrase of each owner. `owners[i]` owns row i of `dense`."""

    def __init__(self, dense: Dense, owners: Sequence[str]) -> None:
        self._dense = dense
        self._owners = tuple(owners)

    def match(self, vectors: Vectors) -> list[list[tuple[str, float]]]:
        """For each row of `vectors` (n, d): (owner, cosine), best first, ties by owner."""
        ranked = []
        for row in self._dense.cosines(vectors):
            best: dict[str, float] = {}
            for owner, score in zip(self._owners, row.tolist(), strict=True):
                best[owner] = max(best.get(owner, -1.0), score)
            ranked.append(sorted(best.items(), key=lambda pair: (-pair[1], pair[0])))
        return ranked
