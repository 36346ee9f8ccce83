"""Fit the refusal on the tuning split of the gold look-ups: `python -m tests.bench.fit_refusal`.

Logistic regression by Newton's method with a small ridge. Prints the weights to put into `bot/retrieval/refusal.py` and, by ten
folds of the tuning split repeated five times, what each `COVERED` refuses. The held-back split is not read.
"""

from __future__ import annotations

from dataclasses import astuple, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.bootstrap import brief_of, encoder_of, retriever_of
from bot.retrieval.beir import read_queries
from bot.retrieval.refusal import Features
from bot.settings import read_settings

RIDGE = 0.05
FOLDS, REPEATS = 10, 5
Array = NDArray[np.float64]


def fit(x: Array, y: Array) -> Array:
    """Weights, the bias first, with the two classes weighing the same. Features are scaled for the ridge and scaled back."""
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = np.c_[np.ones(len(x)), (x - mean) / spread]
    weight = np.where(y > 0, 1 - y.mean(), y.mean())
    ridge = RIDGE * np.diag([1e-9, *np.ones(x.shape[1])])
    w = np.zeros(z.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-z @ w))
        hessian = (z * (weight * p * (1 - p))[:, None]).T @ z + ridge
        w += np.linalg.solve(hessian, z.T @ (weight * (y - p)) - ridge @ w)
    scaled = w[1:] / spread
    return np.asarray(np.r_[w[0] - scaled @ mean, scaled])


def out_of_fold(x: Array, y: Array, repeat: int) -> Array:
    """For each query its probability by a fit that has not seen it."""
    fold = np.random.default_rng(repeat).integers(0, FOLDS, len(y))
    p = np.zeros(len(y))
    for n in range(FOLDS):
        w = fit(x[fold != n], y[fold != n])
        p[fold == n] = 1 / (1 + np.exp(-(w[0] + x[fold == n] @ w[1:])))
    return p


def main() -> None:
    """Fit and print."""
    settings = read_settings()
    brief = brief_of(settings)
    retriever = retriever_of(settings, brief, encoder_of(settings))
    queries = read_queries(Path("knowledge/gold/lookups"), "dev")
    x = np.array([astuple(retriever.features(q.text)) for q in queries], dtype=float)
    y = np.array([q.answerable for q in queries], dtype=float)
    names = ["bias", *(field.name for field in fields(Features))]
    print(dict(zip(names, (round(float(value), 2) for value in fit(x, y)), strict=True)))
    near = np.array([q.kind == "near-miss" for q in queries])
    p = np.array([out_of_fold(x, y, repeat) for repeat in range(REPEATS)])
    print("COVERED  answerable refused  unanswerable refused  of them near misses  of them off the subject")
    for cut in (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5):
        refused = p < cut
        groups = (y == 1, y == 0, near, (y == 0) & ~near)
        print(f"{cut:7.2f}" + "".join(f"{refused[:, group].mean():21.3f}" for group in groups))


if __name__ == "__main__":
    main()
