"""Measures of a ranking against relevance judgements; each takes ranked ids, best first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def ndcg(ranked: Sequence[str], gains: Mapping[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain with linear gains (Järvelin & Kekäläinen 2002), as BEIR reports it."""
    found = sum(gains.get(item, 0) / math.log2(rank + 1) for rank, item in enumerate(ranked[:depth], start=1))
    best = sorted((gain for gain in gains.values() if gain > 0), reverse=True)[:depth]
    ideal = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(best, start=1))
    return found / ideal if ideal else 0.0


def recall(ranked: Sequence[str], gains: Mapping[str, int], depth: int) -> float:
    """Share of the relevant items among the first `depth`."""
    relevant = {item for item, gain in gains.items() if gain > 0}
    return len(relevant & set(ranked[:depth])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranked: Sequence[str], gains: Mapping[str, int], depth: int = 10) -> float:
    """One over the rank of the first relevant item within `depth`, else 0."""
    return next((1 / rank for rank, item in enumerate(ranked[:depth], start=1) if gains.get(item, 0) > 0), 0.0)


def success(ranked: Sequence[str], gains: Mapping[str, int], depth: int) -> float:
    """1 if any relevant item stands among the first `depth`, else 0."""
    return float(any(gains.get(item, 0) > 0 for item in ranked[:depth]))


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest-rank percentile; `share` 0.95 is the 95th. 0 for no values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0
