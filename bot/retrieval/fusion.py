"""Joining rankings."""

from __future__ import annotations

from collections.abc import Sequence

# Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion", SIGIR 2009 (https://doi.org/10.1145/1571941.1572114).
RRF_K = 60


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[int]], weights: Sequence[float] | None = None, k: int = RRF_K
) -> dict[int, float]:
    """Fused score of every item: the sum over rankings of weight / (k + rank), ranks from 1."""
    scores: dict[int, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + weight / (k + rank)
    return scores
