"""The retriever: hybrid search over the passages of a brief, with filters and a refusal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.brief.model import Brief, Passage, Stance
from bot.errors import UserError
from bot.retrieval.encoder import Encoder, plain_text
from bot.retrieval.hybrid import Hybrid
from bot.retrieval.refusal import COVERED, Features, Refusal

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
        self._passages = [brief.passages[i] for i in index.ids]
        self._index = index
        self._encoder = encoder
        self._refusal = refusal or Refusal()

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
        cosines = self._index.cosines(self._encoder.encode(plain))
        rows = self._allowed(stance, source)
        return [self._one(q, cosines[i], rows, limit) for i, q in enumerate(plain)]

    def features(self, query: str) -> Features:
        """The refusal's features of `query`; for fitting it."""
        return self._features(query, self._index.cosines(self._encoder.encode([query]))[0])

    def _allowed(self, stance: Stance | None, source: str | None) -> list[int]:
        return [
            row
            for row, passage in enumerate(self._passages)
            if (stance is None or passage.stance is stance) and (source is None or passage.source == source)
        ]

    def _features(self, query: str, cosines: NDArray[np.float32]) -> Features:
        best = self._index.order(self._index.scores(query, cosines))[:_LOOKED_INTO]
        known, held = self._index.lexical.coverage(query, best)
        return Features(float(cosines.max()), known, held)

    def _one(self, query: str, cosines: NDArray[np.float32], rows: list[int], limit: int) -> Lookup:
        # Coverage is judged on the whole brief: a filter narrows what is shown, not what is known.
        confidence = self._refusal.probability(self._features(query, cosines))
        if confidence < COVERED or not rows:
            return Lookup(query, False, confidence, ())
        scores = self._index.scores(query, cosines)
        best = self._index.order(scores, rows)[:limit]
        hits = (Hit(self._passages[r], float(scores[r]), float(cosines[r]), float(scores[r] - cosines[r])) for r in best)
        return Lookup(query, True, confidence, tuple(hits))
