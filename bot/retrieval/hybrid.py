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
from bot.retrieval.policy import BY_SIZE, IndexPolicy
from bot.retrieval.store import Progress, load_or_build

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
# Scores that differ by less than this are equal, and equal ones are ordered by id.
EQUAL = 1e-6


class Nearness(NamedTuple):
    """How near the texts of `rows` are to one query: `cosines` by meaning and `shares` by words, one each.

    `sentence` is the cosine of the nearest sentence, `terms` the query's words as the lexical index reads them.
    """

    rows: Rows
    cosines: Floats
    shares: Floats
    sentence: float
    terms: tuple[str, ...]

    @property
    def scores(self) -> Floats:
        """Both joined."""
        return sum_fusion(self.cosines, self.shares)


class Hybrid:
    """Compares queries with the texts of a collection. `sentences` holds the sentences of text i from row `starts[i]` on.

    Where either dense index is not exact, only candidates are compared: the texts nearest as a whole, by a sentence, and by
    words, as many of each as `policy` says.
    """

    def __init__(
        self, whole: Dense, sentences: Dense, starts: Sequence[int], lexical: Lexical, policy: IndexPolicy = BY_SIZE
    ) -> None:
        self.ids = whole.ids
        self._policy = policy
        self._whole = whole
        self._sentences = sentences
        self._starts = np.asarray(starts, dtype=np.int64)
        self._counts = np.diff(self._starts, append=len(sentences.ids))
        self.lexical = lexical
        self._all = np.arange(len(self.ids))
        # Place i has the row whose id comes i-th in the alphabet; its inverse orders what scores the same.
        self._alphabetical = np.empty_like(self._all)
        self._alphabetical[sorted(range(len(self.ids)), key=self.ids.__getitem__)] = self._all

    def near(self, queries: Sequence[str], vectors: Vectors) -> list[Nearness]:
        """For each of `queries` with its unit vector, `vectors` being (n, d), how near every text is, or every candidate.

        Nearness in meaning is the mean of a text's own cosine and that of its best sentence: a text's vector says what it is
        about, and a question is often about one sentence of it.
        """
        if not (self._whole.exact and self._sentences.exact):
            return self._near_candidates(queries, vectors)
        best = np.maximum.reduceat(self._sentences.cosines(vectors), self._starts, axis=1)
        cosines = np.asarray((self._whole.cosines(vectors) + best) / 2, dtype=np.float32)
        found = []
        for query, near, sentences in zip(queries, cosines, best, strict=True):
            terms = self.lexical.terms(query)
            found.append(Nearness(self._all, near, self.lexical.shares(terms), float(sentences.max()), tuple(terms)))
        return found

    def _near_candidates(self, queries: Sequence[str], vectors: Vectors) -> list[Nearness]:
        number = self._policy.candidates
        wholes, parts = self._whole.nearest(vectors, number), self._sentences.nearest(vectors, number)
        found = []
        for query, vector, whole, part in zip(queries, vectors, wholes, parts, strict=True):
            terms = self.lexical.terms(query)
            shares = self.lexical.shares(terms)
            owners = np.searchsorted(self._starts, part, side="right") - 1
            rows = np.unique(np.concatenate([whole, owners, _highest(shares, number)]))
            best = self._best_sentences(vector, rows)
            cosines = np.asarray((self._whole.cosines_of(vector, rows) + best) / 2, dtype=np.float32)
            found.append(Nearness(rows, cosines, shares[rows], float(best.max()), tuple(terms)))
        return found

    def _best_sentences(self, vector: Vectors, rows: Rows) -> Floats:
        """The cosine of the best sentence of each text in `rows`."""
        counts = self._counts[rows]
        firsts = np.cumsum(counts) - counts
        places = np.arange(counts.sum()) + np.repeat(self._starts[rows] - firsts, counts)
        return np.asarray(np.maximum.reduceat(self._sentences.cosines_of(vector, places), firsts), dtype=np.float32)

    def within(self, near: Nearness, allowed: NDArray[np.bool_]) -> Nearness:
        """`near` narrowed to the rows that `allowed`, shape (texts,), lets through.

        In a large collection that leaves what the candidates hold: a filter that few texts pass may find fewer than there are.
        """
        kept = allowed[near.rows]
        return near._replace(rows=near.rows[kept], cosines=near.cosines[kept], shares=near.shares[kept])

    def by_words(self, query: str, limit: int) -> list[int]:
        """The rows of the `limit` best texts by words alone, those without any of the query's words left out."""
        shares = self.lexical.shares(self.lexical.terms(query))
        near = Nearness(self._all, shares, shares, 0.0, ())
        return [row for row in self.order(near, shares, limit) if shares[row] > 0]

    def order(self, near: Nearness, scores: Floats, limit: int | None = None) -> list[int]:
        """The places in `near` of the `limit` (all by default) best `scores`, best first, ties by id."""
        rounded = np.rint(scores.astype(np.float64) / EQUAL)
        places = np.arange(len(rounded))
        if limit is not None and limit < len(rounded):
            last = np.partition(rounded, len(rounded) - limit)[len(rounded) - limit]
            places = np.flatnonzero(rounded >= last)
        ordered = places[np.lexsort((self._alphabetical[near.rows[places]], -rounded[places]))]
        best: list[int] = ordered[:limit].tolist()
        return best


def _highest(scores: Floats, number: int) -> Rows:
    """The rows of the `number` highest scores above zero, in no order."""
    # The zeros go first: among a million equal ones a partition takes a hundred times as long.
    rows = np.flatnonzero(scores > 0)
    if len(rows) <= number:
        return rows
    return rows[np.argpartition(scores[rows], len(rows) - number)[len(rows) - number :]]


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
