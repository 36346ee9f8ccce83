"""Fit the refusal's weights on the tuning part of a set of look-ups: `python -m tests.bench.fit_refusal [FOLDER]`.

FOLDER is a BEIR folder over the brief's own passages (default: `gold/lookups` of the brief in KNOWLEDGE_DIR). Its queries
carry metadata {"answerable": bool, "split": "dev" | "test"}. Weights are fitted on `dev` alone; `test` is only reported.
Nothing is written: paste the printed lines into bot/retrieval/refusal.py.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.errors import UserError
from bot.retrieval.evaluate import Query, read_queries
from bot.retrieval.refusal import Features, Refusal
from bot.retrieval.retriever import COVERED, Retriever

Matrix = NDArray[np.float64]
RIDGES = (0.001, 0.01, 0.1, 1.0)
FOLDS = 5
STEPS = 4000


@dataclass(frozen=True, slots=True)
class Labelled:
    """Features of n queries, shape (n, 4) in the order of `Features`, and 1.0 for each that the brief covers."""

    rows: Matrix
    covered: Matrix


def labelled(retriever: Retriever, queries: Sequence[Query]) -> Labelled:
    """The queries as the refusal sees them; without both answerable and unanswerable ones raises `UserError`."""
    covered = np.array([float(query.answerable) for query in queries])
    if not 0 < covered.sum() < len(covered):
        raise UserError("fitting needs answerable and unanswerable queries: add those that are missing to queries.jsonl")
    return Labelled(np.array([astuple(retriever.features(query.text)) for query in queries], dtype=np.float64), covered)


def _weights(covered: Matrix, cost: float) -> Matrix:
    """Each class weighs one half, so that their sizes in the gold set do not move the threshold; then `cost` applies."""
    share = covered.mean()
    return np.where(covered == 1, cost * 0.5 / share, 0.5 / (1 - share)) / len(covered)


def fit(data: Labelled, ridge: float, cost: float = 1.0) -> Refusal:
    """Logistic regression with an L2 penalty on standardised features, by projected gradient descent. Deterministic.

    No feature may weigh negatively: more overlap never makes coverage less probable, and with some dozens of queries a
    negative sign is noise. `cost` is how many times worse it is to refuse an answerable query than to answer another.
    """
    mean, spread = data.rows.mean(axis=0), data.rows.std(axis=0)
    scale = np.where(spread > 1e-9, spread, 1.0)
    x = np.column_stack([np.ones(len(data.rows)), (data.rows - mean) / scale])
    sample = _weights(data.covered, cost)
    penalty = np.array([0.0] + [ridge] * data.rows.shape[1])
    # One over a bound of the curvature: the largest step that is sure to descend.
    step = 1 / (0.25 * float(np.linalg.norm(x.T @ (x * sample[:, None]), 2)) + ridge)
    beta = np.zeros(x.shape[1])
    for _ in range(STEPS):
        probability = 1 / (1 + np.exp(-np.clip(x @ beta, -60, 60)))
        beta = beta - step * (x.T @ (sample * (probability - data.covered)) + penalty * beta)
        beta[1:] = np.maximum(beta[1:], 0.0)
    raw = beta[1:] / scale
    return Refusal(float(beta[0] - raw @ mean), *(float(weight) for weight in raw))


def probabilities(refusal: Refusal, data: Labelled) -> Matrix:
    """Probability of coverage of every query."""
    return np.array([refusal.probability(Features(*row)) for row in data.rows.tolist()])


def loss(refusal: Refusal, data: Labelled, cost: float = 1.0) -> float:
    """Weighted log loss; each class weighs the same but for `cost`."""
    p = np.clip(probabilities(refusal, data), 1e-9, 1 - 1e-9)
    return float(-np.sum(_weights(data.covered, cost) * np.where(data.covered == 1, np.log(p), np.log(1 - p))))


def _folds(data: Labelled) -> Matrix:
    """The fold of every query; each class is dealt out in turn, so that every fold has both while there are enough."""
    folds = np.zeros(len(data.covered))
    for label in (0.0, 1.0):
        rows = np.flatnonzero(data.covered == label)
        folds[rows] = np.arange(len(rows)) % FOLDS
    return folds


def choose_ridge(data: Labelled, cost: float = 1.0) -> float:
    """The penalty with the least cross-validated loss; the strongest where there are too few queries to validate."""
    if min(data.covered.sum(), (1 - data.covered).sum()) < FOLDS:
        return RIDGES[-1]
    folds = _folds(data)

    def validated(ridge: float) -> float:
        parts = [
            (Labelled(data.rows[folds != f], data.covered[folds != f]), Labelled(data.rows[folds == f], data.covered[folds == f]))
            for f in range(FOLDS)
        ]
        return sum(loss(fit(train, ridge, cost), held, cost) for train, held in parts)

    # Of equal losses the stronger penalty, which is the more cautious.
    return min(sorted(RIDGES, reverse=True), key=validated)


def rates(refusal: Refusal, data: Labelled) -> str:
    """How often the refusal is right on each class, with counts."""
    found = probabilities(refusal, data) >= COVERED
    covered = data.covered == 1
    return (
        f"answerable found {int(found[covered].sum())}/{int(covered.sum())}, "
        f"unanswerable refused {int((~found[~covered]).sum())}/{int((~covered).sum())}"
    )


def report(retriever: Retriever, folder: Path, cost: float = 1.0) -> str:
    """The fitted weights as lines of code, with where they come from, and the rates before and after."""
    tuning, test = read_queries(folder, "dev"), read_queries(folder, "test")
    shared = sorted({query.id for query in tuning} & {query.id for query in test})
    if shared:
        raise UserError(f"{folder}/queries.jsonl: {shared[0]} is in dev and in test: give it one `split` in its metadata")
    dev, held = labelled(retriever, tuning), labelled(retriever, test)
    ridge = choose_ridge(dev, cost)
    fitted = fit(dev, ridge, cost)
    lines = [f"before  dev:  {rates(Refusal(), dev)}", f"before  test: {rates(Refusal(), held)}"]
    lines += [f"fitted  dev:  {rates(fitted, dev)}", f"fitted  test: {rates(fitted, held)}", ""]
    lines.append(f"    # Fitted on {len(tuning)} look-ups of the tuning part (ridge {ridge:g}, cost {cost:g}).")
    lines += [f"    {field.name}: float = {getattr(fitted, field.name):.3f}" for field in fields(Refusal)]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report for the configured brief and encoder."""
    from bot.bootstrap import brief_of, encoder_of, retriever_of
    from bot.settings import read_settings

    parser = argparse.ArgumentParser(prog="python -m tests.bench.fit_refusal", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="the look-ups; default: gold/lookups of the brief")
    parser.add_argument("--cost", type=float, default=1.0, help="how much worse it is to refuse an answerable query")
    options = parser.parse_args(arguments)
    settings = read_settings()
    try:
        brief = brief_of(settings)
        folder = options.folder or settings.knowledge_dir / "gold" / "lookups"
        print(report(retriever_of(settings, brief, encoder_of(settings)), folder, options.cost))
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
