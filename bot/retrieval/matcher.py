"""Matching by meaning against phrases that belong to owners."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.dense import Dense
from bot.retrieval.encoder import Vector, Vectors
from bot.retrieval.learnt import Learnt
from bot.retrieval.likeness import Likenesses, Owners

# Width of the Gaussian kernel and weight of the ridge, chosen by leaving out one phrase at a time of the shipped brief: its right
# owner comes first more often than by the best cosine alone.
WIDTH = 1.6
RIDGE = 1.0


class PhraseMatcher:
    """Compares vectors with the phrases of each owner. `owners[i]` owns row i of `dense`; `learnt` is what training taught."""

    def __init__(self, dense: Dense, owners: Sequence[str], learnt: Learnt | None = None) -> None:
        self._dense = dense
        self.learnt = learnt
        self._owners = Owners(sorted(set(owners)))
        self._columns = np.array([self._owners.place[owner] for owner in owners])
        # The rows owner by owner, and where each owner's begin.
        self._order = np.argsort(self._columns, kind="stable")
        self._starts = np.searchsorted(self._columns[self._order], np.arange(len(self._owners.names)))
        # The columns of the owners that were taught, and where each stands among those of the adapter.
        taught = learnt.owners if learnt else ()
        self._taught_rows = [at for at, name in enumerate(taught) if name in self._owners.place]
        self._taught_columns = [self._owners.place[taught[at]] for at in self._taught_rows]
        self._shares: NDArray[np.float64] | None = None

    def match(self, vectors: Vectors, adapted: Vectors | None = None) -> list[Likenesses]:
        """For each row of `vectors` (n, d) the likeness to every owner, owners in alphabetical order.

        `adapted` are the vectors of the same texts by the encoder of `learnt`; without them nothing learnt counts.
        """
        if not len(vectors):
            return []
        cosines = self._dense.cosines(vectors).astype(np.float64)
        best = np.maximum.reduceat(cosines[:, self._order], self._starts, axis=1)
        weights = kernel(cosines) @ self._fitted()
        taught = self._taught(adapted, len(vectors))
        return [Likenesses(self._owners, *row) for row in zip(best, weights, taught, strict=True)]

    def _taught(self, adapted: Vectors | None, number: int) -> NDArray[np.float64]:
        """For each of `number` texts how like each owner it is by what was learnt, NaN where nothing was."""
        taught = np.full((number, len(self._owners.names)), np.nan)
        if self.learnt is not None and adapted is not None:
            taught[:, self._taught_columns] = self.learnt.likeness(adapted)[:, self._taught_rows]
        return taught

    def _fitted(self) -> NDArray[np.float64]:
        """Kernel ridge coefficients (rows, owners), Saunders et al. 1998; the targets are one-hot owners."""
        if self._shares is None:
            phrases = self._dense.index.reconstruct_n(0, len(self._dense.ids))
            gram = kernel(self._dense.cosines(phrases).astype(np.float64))
            targets = np.eye(len(self._owners.names))[self._columns]
            self._shares = np.linalg.solve(gram + RIDGE * np.eye(len(gram)), targets)
        return self._shares


def blend(vectors: Vectors, lengths: Sequence[int], runs: Sequence[tuple[int, int]]) -> Vectors:
    """One unit vector for each run (first row, past the last): the mean of its rows by `lengths` in words, shape (runs, d).

    The encoder pools by the mean of its tokens, so this is close to the vector of the joined text, at no further encoding.
    """
    weights = np.maximum(np.asarray(lengths, dtype=np.float32), 1.0)[:, None]
    sums = np.stack([(vectors[first:past] * weights[first:past]).sum(axis=0) for first, past in runs])
    return np.ascontiguousarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def closest(these: Sequence[Vector], those: Sequence[Vector]) -> float:
    """The greatest cosine between one of `these` unit vectors and one of `those`; both have at least one."""
    return float((np.stack(these) @ np.stack(those).T).max())


def kernel(cosines: NDArray[np.float64]) -> NDArray[np.float64]:
    """The Gaussian kernel of unit vectors with these cosines, 1 for equal ones."""
    # For unit vectors the squared distance is 2 - 2 cos.
    return np.exp((2.0 * cosines - 2.0) / WIDTH)
