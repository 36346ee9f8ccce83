"""The retriever: hybrid search over the passages of a brief, with filters and a refusal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.brief.model import Brief, Passage, Stance
from bot.errors import UserError
from bot.retrieval.encoder import Encoder, Vectors, plain_text
from bot.retrieval.hybrid import Hybrid, Nearness
from bot.retrieval.places import by_place
from bot.retrieval.refusal import Features, GeneralRefusal, Refusal

MAX_QUERY = 4000
# Rows that the refusal looks into for the query's words.
_LOOKED_INTO = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found. `score` is the sum of `dense`, the cosine, and `lexical`, the share of the possible BM25 score."""

    passage: Passage
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Lookup:
    """The outcome of one query. Not `found` means that the brief does not cover it; then there are no hits."""

    query: str
    found: bool
    confidence: float
    hits: tuple[Hit, ...]


def _plain(query: str) -> str:
    text = unicodedata.normalize("NFKC", plain_text(query)).replace("\0", " ")
    return " ".join(text.split())[:MAX_QUERY]


class Retriever:
    """Searches the passages of one brief. Deterministic: equal scores are ordered by passage id."""

    def __init__(self, brief: Brief, index: Hybrid, encoder: Encoder, refusal: Refusal | None = None) -> None:
        self._brief = brief
        self._passages = [brief.passages[i] for i in index.ids]
        self._index = index
        self._encoder = encoder
        self._refusal: Refusal = refusal or GeneralRefusal()

    def refusing(self, refusal: Refusal) -> Retriever:
        """The same search with another refusal."""
        return Retriever(self._brief, self._index, self._encoder, refusal)

    def search(self, query: str, *, limit: int = 5, stance: Stance | None = None, source: str | None = None) -> Lookup:
        """The best passages for `query`; an empty query raises `UserError`."""
        return self.search_many([query], limit=limit, stance=stance, source=source)[0]

    def search_many(
        self, queries: Sequence[str], *, limit: int = 5, stance: Stance | None = None, source: str | None = None
    ) -> list[Lookup]:
        """Like `search` for several queries, encoded together."""
        plain = [_plain(query) for query in queries]
        if not all(plain):
            raise UserError("the query is empty: say what to look up")
        if not plain:
            return []
        vectors = self._encoder.encode(plain)
        allowed = self._allowed(stance, source)
        return [
            self._one(q, v, n, allowed, limit) for q, v, n in zip(plain, vectors, self._index.near(plain, vectors), strict=True)
        ]

    def described(self, queries: Sequence[str]) -> list[tuple[Vectors, Features]]:
        """The unit vector, shape (d,), and the refusal's features of each query."""
        plain = [_plain(query) for query in queries]
        vectors = self._encoder.encode(plain)
        return [(v, self._features(n, self._best(n))) for v, n in zip(vectors, self._index.near(plain, vectors), strict=True)]

    def _best(self, near: Nearness, limit: int = _LOOKED_INTO) -> list[int]:
        return self._index.order(near, near.scores, max(limit, _LOOKED_INTO))

    def _allowed(self, stance: Stance | None, source: str | None) -> NDArray[np.bool_] | None:
        """Which rows the filters let through, or None where there is no filter."""
        if stance is None and source is None:
            return None
        return np.array([stance in (None, p.stance) and source in (None, p.source) for p in self._passages])

    def _features(self, near: Nearness, best: list[int]) -> Features:
        rows = near.rows[best[:_LOOKED_INTO]].tolist()
        words, first = self._index.lexical.coverages(near.terms, [rows, rows[:1]])
        return Features(float(near.cosines.max()), near.sentence, words.known, words.held, first.held, words.missing)

    def _placed(self, query: str, near: Nearness, best: list[int]) -> list[int]:
        passages = [self._passages[row] for row in near.rows[best].tolist()]
        return [best[at] for at in by_place(query, [(passage.source, passage.locator) for passage in passages])]

    def _one(self, query: str, vector: Vectors, near: Nearness, allowed: NDArray[np.bool_] | None, limit: int) -> Lookup:
        # Coverage is judged on the whole brief: a filter narrows what is shown, not what is known.
        best = self._best(near, limit)
        confidence = self._refusal.confidence(vector, self._features(near, best))
        if confidence < self._refusal.least:
            return Lookup(query, False, confidence, ())
        if allowed is not None:
            near = self._index.within(near, allowed)
            best = self._best(near, limit)
        places = self._placed(query, near, best)[:limit]
        columns = (near.rows[places], near.scores[places], near.cosines[places], near.shares[places])
        rows = zip(*(column.tolist() for column in columns), strict=True)
        hits = tuple(Hit(self._passages[row], score, dense, lexical) for row, score, dense, lexical in rows)
        return Lookup(query, bool(hits), confidence, hits)
