"""The calibrated refusal: how probable it is that the brief answers a query at all.

A bare cosine threshold refuses short queries and accepts long ones, and a query that only shares the brief's subject looks
like one that it answers. So a brief may come with examples of both kinds, and the refusal learns from them: kernel ridge
regression (Saunders et al. 1998) on the query's vector and on what the search found for it. A brief without examples is
judged by three features that depend neither on the subject nor on its size, joined by a logistic function.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from hashlib import sha256
from operator import attrgetter
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.retrieval.encoder import Vectors

Array = NDArray[np.float64]
# Of the examples that the brief answers, each judged by all the others, this share may be refused.
REFUSED_ANSWERED = 0.04
# Widths of the Gaussian kernels on vectors and (a feature) on features, and the ridge; chosen by `python -m tests.bench.refusal`,
# which prints what others give. The held-back split is not read there.
WIDTH, FEATURE_WIDTH, RIDGE = 1.0, 3.0, 0.3
# Changes whenever the same examples, widths and ridge would be learnt from in another way.
LEARNING = 1
# For a brief without examples: where few answerable queries are refused. A tight refusal silences the bot, and an answer that
# misses shows its sources, so the answerable side has priority.
COVERED = 0.15


@dataclass(frozen=True, slots=True)
class Features:
    """What the search found for a query, each in 0..1 (`missing` in words).

    The best cosine of a text and of a sentence; the idf-weighted share of the query's words that the brief knows, that the
    best five texts hold and that the first one holds; how many words of the query the best five lack.
    """

    cosine: float
    sentence: float
    known: float
    held: float
    first: float
    missing: float


FEATURES_OF_A_QUERY = len(fields(Features))
# `dataclasses.astuple` copies what it finds, at ten times the time.
_values = attrgetter(*(field.name for field in fields(Features)))


class Refusal(Protocol):
    """Judges whether the brief answers a query."""

    @property
    def least(self) -> float:
        """The confidence below which a query is refused."""
        ...

    def confidence(self, vector: Vectors, features: Features) -> float:
        """Confidence in 0..1 that the brief answers the query with this unit vector, shape (d,)."""
        ...


@dataclass(frozen=True, slots=True)
class GeneralRefusal:
    """Logistic weights, fitted on questions about one brief; its features mean the same for any."""

    bias: float = -7.17
    cosine: float = 5.83
    known: float = 2.81
    held: float = 3.72
    least: float = COVERED

    def confidence(self, vector: Vectors, features: Features) -> float:  # noqa: ARG002 - the same for any subject
        """The probability that the query is answered."""
        z = self.bias + self.cosine * features.cosine + self.known * features.known + self.held * features.held
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, z))))


class LearnedRefusal:
    """Kernel ridge regression on examples; both kinds weigh the same, however many there are of each."""

    def __init__(self, vectors: Vectors, features: Array, answered: NDArray[np.bool_], solved: Array | None = None) -> None:
        """`vectors` (n, d) and `features` (n, f) of the examples, and whether the brief answers each, shape (n,).

        `solved` is what an earlier refusal with the very same examples has under that name: it saves the time of learning.
        """
        if answered.all() or not answered.any():
            raise ValueError("examples of both kinds are needed")
        # Rows that lie side by side: a slice of longer ones takes longer to multiply.
        self._vectors = np.ascontiguousarray(vectors)
        self._mean, self._spread = features.mean(axis=0), features.std(axis=0) + 1e-9
        self._features = self._scaled(features)
        self._squares = (self._features**2).sum(axis=1)[None, :]
        # Shape (2, n): each example's coefficient, and the confidence in it of a refusal that learnt from all the others.
        self.solved = self._solve(answered) if solved is None else solved
        self._coefficients, self.left_out = self.solved
        self.least = float(np.quantile(self.left_out[answered], REFUSED_ANSWERED))

    def _solve(self, answered: NDArray[np.bool_]) -> Array:
        weights = np.where(answered, 1 / answered.sum(), 1 / (~answered).sum()) * len(answered) / 2
        targets = np.where(answered, 1.0, -1.0)
        inverse = np.linalg.inv(self._kernel(self._vectors, self._features) + RIDGE * np.diag(1 / weights))
        coefficients = inverse @ targets
        # Leaving each example out, in closed form (Rasmussen & Williams 2006, eq. 5.12).
        left_out = _as_confidence(targets - coefficients / np.diag(inverse))
        return np.stack([coefficients, left_out])

    def confidence(self, vector: Vectors, features: Features) -> float:
        """The regression's value, brought from -1..1 to 0..1."""
        row = self._scaled(np.array([_values(features)], dtype=float))
        return float(_as_confidence(self._kernel(vector[None, :], row) @ self._coefficients)[0])

    @staticmethod
    def learnt_from(vectors: Vectors, features: Array, answered: NDArray[np.bool_]) -> dict[str, Any]:
        """All that `solved` depends on, in a form that JSON keeps."""
        digest = sha256()
        for part in (vectors, features, answered):
            digest.update(f"{part.dtype.str}{part.shape}".encode() + part.tobytes())
        return {"learning": LEARNING, "widths": [WIDTH, FEATURE_WIDTH], "ridge": RIDGE, "examples": digest.hexdigest()}

    def _scaled(self, features: Array) -> Array:
        return np.asarray((features - self._mean) / self._spread)

    def _kernel(self, vectors: Vectors, features: Array) -> Array:
        # For unit vectors the squared distance is 2 - 2 cos.
        meaning = np.exp((2.0 * (vectors @ self._vectors.T).astype(float) - 2.0) / WIDTH)
        squares = (features**2).sum(axis=1)[:, None] + self._squares
        distances = np.maximum(squares - 2 * features @ self._features.T, 0.0)
        return np.asarray(meaning + np.exp(-distances / (FEATURE_WIDTH * features.shape[1])))


def _as_confidence(values: Array) -> Array:
    return np.asarray(np.clip((values + 1) / 2, 0.0, 1.0))
