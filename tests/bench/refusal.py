"""Measure the refusal without reading the held-back split: `python -m tests.bench.refusal`.

By ten folds of all example questions of the brief, repeated: of the gold look-ups of the tuning split, how many answerable and
how many unanswerable ones are refused, where `REFUSED_ANSWERED` sets the threshold. Beside it other widths and ridges, and the
general refusal, which needs no examples.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.bootstrap import brief_of, encoder_of, retriever_of
from bot.retrieval import refusal
from bot.retrieval.beir import read_queries
from bot.retrieval.encoder import Vectors
from bot.retrieval.refusal import Features, GeneralRefusal, LearnedRefusal
from bot.settings import read_settings
from tests.bench.output import save

FOLDS, REPEATS = 10, 3
GROUPS = ("answerable", "unanswerable", "near miss", "off subject")


@dataclass(frozen=True)
class Examples:
    """All example questions as the refusal sees them; `kinds` has the kind of those in the tuning split, else ""."""

    vectors: Vectors
    features: NDArray[np.float64]
    answered: NDArray[np.bool_]
    kinds: NDArray[np.str_]


def read_examples() -> Examples:
    settings = read_settings()
    brief = brief_of(settings)
    retriever = retriever_of(settings, brief, encoder_of(settings))
    kinds = {" ".join(q.text.lower().split()): q.kind for q in read_queries(Path("knowledge/gold/lookups"), "dev")}
    described = retriever.described([q.text for q in brief.questions])
    return Examples(
        np.array([vector for vector, _ in described]),
        np.array([astuple(features) for _, features in described], dtype=float),
        np.array([q.answered for q in brief.questions]),
        np.array([kinds.get(" ".join(q.text.lower().split()), "") for q in brief.questions]),
    )


def refused(examples: Examples, repeat: int) -> NDArray[np.bool_]:
    """For each example whether a refusal that has not seen it refuses it."""
    fold = np.random.default_rng(repeat).integers(0, FOLDS, len(examples.answered))
    result = np.zeros(len(fold), dtype=bool)
    for n in range(FOLDS):
        seen = fold != n
        learned = LearnedRefusal(examples.vectors[seen], examples.features[seen], examples.answered[seen])
        for row in np.flatnonzero(~seen):
            found = learned.confidence(examples.vectors[row], Features(*examples.features[row]))
            result[row] = found < learned.least
    return result


def shares_of(examples: Examples, refusals: list[NDArray[np.bool_]]) -> dict[str, float]:
    """Which share of each group is refused, over all repeats."""
    gold, answered = examples.kinds != "", examples.answered
    groups = (gold & answered, gold & ~answered, examples.kinds == "near-miss", examples.kinds == "unanswerable")
    return {name: float(np.mean([r[group].mean() for r in refusals])) for name, group in zip(GROUPS, groups, strict=True)}


def line(name: str, rows: dict[str, dict[str, float]]) -> str:
    return f"{name:<34}" + "".join(f"{share:>16.3f}" for share in rows[name].values())


def main() -> None:
    """Measure and print."""
    examples = read_examples()
    gold = (examples.kinds != "").sum()
    print(f"{len(examples.answered)} example questions, {gold} of them in the tuning split of the gold look-ups")
    print(f"{'refused:':<34}" + "".join(f"{name:>16}" for name in GROUPS))
    general = GeneralRefusal()
    plain = [
        general.confidence(v, Features(*f)) < general.least for v, f in zip(examples.vectors, examples.features, strict=True)
    ]
    rows = {"general (no examples)": shares_of(examples, [np.array(plain)])}
    print(line("general (no examples)", rows))
    chosen = (refusal.WIDTH, refusal.FEATURE_WIDTH, refusal.RIDGE, refusal.REFUSED_ANSWERED)
    others = [(1.0, 3.0, 0.3, share) for share in (0.02, 0.03, 0.05)]
    others += [(w, f, r, 0.04) for w in (0.5, 1.0, 2.0) for f in (1.0, 3.0) for r in (0.1, 0.3, 1.0)]
    for width, feature_width, ridge, share in [chosen, *(o for o in others if o != chosen)]:
        refusal.WIDTH, refusal.FEATURE_WIDTH, refusal.RIDGE, refusal.REFUSED_ANSWERED = width, feature_width, ridge, share
        name = f"widths {width}, {feature_width}, ridge {ridge}, at {share}"
        rows[name] = shares_of(examples, [refused(examples, repeat) for repeat in range(REPEATS)])
        print(line(name, rows))
    save("refusal", {"examples": len(examples.answered), "gold": int(gold), "refused": rows})


if __name__ == "__main__":
    main()
