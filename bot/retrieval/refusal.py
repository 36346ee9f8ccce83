"""The calibrated refusal: how probable it is that the brief covers a query at all.

A bare cosine threshold refuses short queries and accepts long ones. Three features that depend neither on the subject nor on
the size of the brief are joined by a logistic function. `python -m tests.bench.fit_refusal` fits the weights on the tuning
split of the gold look-ups; the fitted bias of -5.07 is raised by 1, where fewer than one in thirty answerable queries of
that split is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Features:
    """What the refusal looks at, each in 0..1.

    The best cosine, and the idf-weighted share of the query's words that the brief knows and that the best passages hold.
    """

    cosine: float
    known: float
    held: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """Logistic weights; a `probability` of 0.5 or more means that the brief covers the query."""

    bias: float = -4.07
    cosine: float = 7.11
    known: float = 0.97
    held: float = 2.33

    def probability(self, features: Features) -> float:
        """Probability in 0..1 that the brief covers the query."""
        z = self.bias + self.cosine * features.cosine + self.known * features.known + self.held * features.held
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, z))))
