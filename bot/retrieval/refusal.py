"""The calibrated refusal: how probable it is that the brief covers a query at all.

A bare cosine threshold refuses short queries and accepts long ones. Three features that depend neither on the subject nor on
the size of the brief are joined by a logistic function. `python -m tests.bench.fit_refusal` fits the weights on the tuning
split of the gold look-ups and prints, by cross-validation on that split alone, what each `COVERED` costs and brings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

# Chosen where the cross-validated share of answerable queries that are refused is below 4 in 100: a tight refusal silences
# the bot, and an answer that misses shows its sources, so the answerable side has priority.
COVERED = 0.15


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
    """Logistic weights; a `probability` of `COVERED` or more means that the brief covers the query."""

    bias: float = -7.17
    cosine: float = 5.83
    known: float = 2.81
    held: float = 3.72

    def probability(self, features: Features) -> float:
        """Probability in 0..1 that the brief covers the query."""
        z = self.bias + self.cosine * features.cosine + self.known * features.known + self.held * features.held
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, z))))
