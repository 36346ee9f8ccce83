"""The hybrid index: how near each text is to a query, by the meaning of the whole, of its best sentence, and by words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.brief.sentences import split_sentences
from bot.retrieval.dense import Dense
from bot.retrieval.encoder import Encoder, Vectors
from bot.retrieval.fusion import sum_fusion
from bot.retrieval.lexical import Lexical
from bot.retrieval.store import Progress, load_or_build


class Cosines(NamedTuple):
    """How near one query is by meaning: to every text, shape (rows,), and to the nearest sentence of all."""

    texts: NDArray[np.float32]
    sentence: float


class Hybrid:
    """Scores every text of a collection. `sentences` holds the sentences of text i from row `starts[i]` on."""

    def __init__(self, whole: Dense, sentences: Dense, starts: Sequence[int], lexical: Lexical) -> None:
        self.ids = whole.ids
        self._whole = whole
        self._sentences = sentences
        self._starts = np.asarray(starts)
        self.lexical = lexical

    def cosines(self, queries: Vectors) -> list[Cosines]:
        """For each of `queries` (n, d): the mean of each text's own cosine and that of its best sentence.

        A text's vector says what it is about; a question is often about one sentence of it.
        """
        best = np.maximum.reduceat(self._sentences.cosines(queries), self._starts, axis=1)
        both = np.asarray((self._whole.cosines(queries) + best) / 2, dtype=np.float32)
        return [Cosines(texts, float(sentences.max())) for texts, sentences in zip(both, best, strict=True)]

    def scores(self, query: str, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """Shape (rows,): `cosines` of one query fused with its word scores."""
        return sum_fusion(cosines, self.lexical.shares(query))

    def order(self, scores: NDArray[np.float32], rows: Sequence[int] | None = None) -> list[int]:
        """`rows` (all by default), best score first, ties by id."""
        chosen = range(len(self.ids)) if rows is None else rows
        return sorted(chosen, key=lambda row: (-round(float(scores[row]), 6), self.ids[row]))


def load_hybrid(
    home: Path,
    name: str,
    ids: Sequence[str],
    texts: Sequence[str],
    bodies: Sequence[str],
    encoder: Encoder,
    progress: Progress | None = None,
) -> Hybrid:
    """The index of `texts` from the cache under `home` or newly built; sentences are taken from `bodies`."""
    parts = [split_sentences(body) or [text] for text, body in zip(texts, bodies, strict=True)]
    starts = np.cumsum([0, *(len(part) for part in parts)])[:-1]
    sentences = [sentence for part in parts for sentence in part]
    owners = [f"{i}/{n}" for i, part in zip(ids, parts, strict=True) for n in range(len(part))]
    whole = load_or_build(home, name, ids, texts, encoder, progress)
    split = load_or_build(home, f"{name}-sentences", owners, sentences, encoder, progress)
    return Hybrid(whole, split, starts.tolist(), Lexical(ids, texts))
