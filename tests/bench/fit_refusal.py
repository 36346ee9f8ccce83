"""Fit the refusal's weights on the tuning split of the gold look-ups: `python -m tests.bench.fit_refusal`.

Plain logistic regression by Newton's method with a small ridge; prints the weights to put into `bot/retrieval/refusal.py`
and what they give on both splits.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bot.bootstrap import brief_of, encoder_of, retriever_of
from bot.retrieval.evaluate import read_queries
from bot.settings import read_settings

RIDGE = 0.05
# Refusing a good question costs a user more than answering a bad one with its sources in view.
ANSWERABLE_WEIGHT = 1.0


def main() -> None:
    """Fit, print, and judge on both splits."""
    settings = read_settings()
    brief = brief_of(settings)
    retriever = retriever_of(settings, brief, encoder_of(settings))
    folder = Path("knowledge/gold/lookups")
    data = {}
    for split in ("dev", "test"):
        queries = read_queries(folder, split)
        rows = [retriever.features(q.text) for q in queries]
        x = np.array([[1.0, f.cosine, f.known, f.held] for f in rows])
        data[split] = (x, np.array([q.answerable for q in queries], dtype=float))
    x, y = data["dev"]
    share = y.mean()
    weight = np.where(y > 0, ANSWERABLE_WEIGHT * (1 - share), share)
    w = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        gradient = x.T @ (weight * (y - p)) - RIDGE * np.r_[0, w[1:]]
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + RIDGE * np.diag([1e-9, 1, 1, 1])
        w += np.linalg.solve(hessian, gradient)
    print(dict(zip(("bias", "cosine", "known", "held"), (round(float(value), 2) for value in w), strict=True)))
    for split, (x, y) in data.items():
        z = x @ w
        for cut in (-1.0, -0.5, 0.0, 0.5):
            refused = z < cut
            print(
                f"{split} cut {cut:+.1f}: unanswerable refused {refused[y == 0].mean():.3f}, "
                f"answerable {refused[y == 1].mean():.3f}"
            )


if __name__ == "__main__":
    main()
