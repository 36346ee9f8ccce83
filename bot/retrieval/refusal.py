"""The calibrated refusal: how probable it is that the brief covers a query at all.

A bare cosine threshold refuses short queries and accepts long ones. Four features that do not depend on the subject are
joined by a logistic function. `python -m tests.bench.fit_refusal` fits the weights on the tuning part of the gold look-ups;
the fitted bias of -8.5 is raised by 1, where about one in twenty answerable queries of that part is still refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Features:
    """What the refusal looks at: the best cosine, how far it stands out (in standard deviations over all passages), and the
    idf-weighted share of the query's words that the brief knows and that the best passages hold."""

    cosine: float
    outstanding: float
    known: float
    held: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """Logistic weights; `probability` of 0.5 or more means that the brief covers the query."""

    bias: float = -7.5
    cosine: float = 6.28
    outstanding: float = 1.1
    known: float = 1.96
    held: float = 1.43

    def probability(self, features: Features) -> float:
        """Probability in 0..1 that the brief covers the query."""
        z = (
            self.bias
            + self.cosine * features.cosine
            + self.outstanding * features.outstanding
            + self.known * features.known
            + self.held * features.held
        )
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, z))))


def outstanding(cosines: NDArray[np.float32]) -> float:
    """How many standard deviations the best cosine lies above the mean over all passages."""
    spread = float(cosines.std())
    return float((cosines.max() - cosines.mean()) / spread) if spread > 1e-6 else 0.0
