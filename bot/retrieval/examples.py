"""The refusal of a brief that comes with example questions, kept in the index's cache."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.brief.model import Brief
from bot.retrieval.encoder import Vectors
from bot.retrieval.refusal import FEATURES_OF_A_QUERY, LearnedRefusal
from bot.retrieval.retriever import Retriever
from bot.retrieval.store import Kept, Progress, load_or_build

# Changes whenever the features of a question are computed in another way.
FEATURES = 1
NAME = "questions"
LEARNT = "questions-learnt"


class _Described:
    """An encoder of questions into their vector followed by the features that `retriever` finds for them."""

    def __init__(self, retriever: Retriever, vectors: str, brief: Brief) -> None:
        self.name = NAME
        self.fingerprint = sha256(f"{FEATURES}\0{vectors}\0{brief.fingerprint}".encode()).hexdigest()
        self._retriever = retriever

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Rows of vector and features, shape (n, d + f)."""
        described = self._retriever.described(texts)
        return np.array([[*vector, *astuple(features)] for vector, features in described], dtype=np.float32)


def with_examples(home: Path, brief: Brief, retriever: Retriever, encoder: str, progress: Progress | None = None) -> Retriever:
    """`retriever` with the refusal that the brief's examples teach, or as it is where the brief has none.

    `encoder` is the fingerprint of the retriever's encoder. What the search finds for the examples is kept under `home`.
    """
    if not brief.questions:
        return retriever
    texts = [question.text for question in brief.questions]
    ids = [f"{'+' if question.answered else '-'}{row}" for row, question in enumerate(brief.questions)]
    dense = load_or_build(home, NAME, ids, texts, _Described(retriever, encoder, brief), progress)
    rows = dense.index.reconstruct_n(0, len(ids))
    dimension = rows.shape[1] - FEATURES_OF_A_QUERY
    answered = np.array([question.answered for question in brief.questions])
    return retriever.refusing(_learned(home, rows[:, :dimension], rows[:, dimension:].astype(float), answered))


def _learned(home: Path, vectors: Vectors, features: NDArray[np.float64], answered: NDArray[np.bool_]) -> LearnedRefusal:
    """The refusal that these examples teach. What was learnt is kept under `home`: learning inverts a matrix of all examples."""
    made = LearnedRefusal.learnt_from(vectors, features, answered)
    kept = Kept(home / LEARNT, "solved", made, 2, np.float64)
    return LearnedRefusal(
        vectors, features, answered, kept.load_or_make(lambda: LearnedRefusal(vectors, features, answered).solved)
    )
