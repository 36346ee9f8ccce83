"""The retriever: hybrid search over the passages of a brief, with filters and a refusal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.brief.model import Brief, Passage, Stance
from bot.errors import UserError
from bot.retrieval.dense import Dense
from bot.retrieval.encoder import Encoder, plain_text
from bot.retrieval.fusion import reciprocal_rank_fusion
from bot.retrieval.lexical import Lexical
from bot.retrieval.refusal import Features, Refusal

MAX_QUERY = 4000
COVERED = 0.5
# Rows that the refusal looks into for the query's words.
_LOOKED_INTO = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found. `score` is the fused score, `dense` the cosine, `lexical` the BM25 score."""

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

    def __init__(self, brief: Brief, dense: Dense, lexical: Lexical, encoder: Encoder, refusal: Refusal | None = None) -> None:
        self._passages = [brief.passages[i] for i in dense.ids]
        self._dense = dense
        self._lexical = lexical
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
        cosines = self._dense.cosines(self._encoder.encode(plain))
        rows = self._allowed(stance, source)
        return [self._one(q, cosines[i], rows, limit) for i, q in enumerate(plain)]

    def features(self, query: str) -> Features:
        """The refusal's features of `query`; for fitting it."""
        cosines = self._dense.cosines(self._encoder.encode([query]))[0]
        fused = self._fused(cosines, self._lexical.scores(query), list(range(len(self._passages))))
        return self._features(query, cosines, fused)

    def _allowed(self, stance: Stance | None, source: str | None) -> list[int]:
        return [
            row
            for row, passage in enumerate(self._passages)
            if (stance is None or passage.stance is stance) and (source is None or passage.source == source)
        ]

    def _fused(self, cosines: NDArray[np.float32], lexical: NDArray[np.float32], rows: list[int]) -> list[tuple[int, float]]:
        by_id = [self._passages[row].id for row in range(len(self._passages))]
        dense_rank = sorted(rows, key=lambda r: (-round(float(cosines[r]), 6), by_id[r]))
        lexical_rank = sorted((r for r in rows if lexical[r] > 0), key=lambda r: (-round(float(lexical[r]), 6), by_id[r]))
        fused = reciprocal_rank_fusion([dense_rank, lexical_rank])
        return sorted(fused.items(), key=lambda pair: (-pair[1], by_id[pair[0]]))

    def _features(self, query: str, cosines: NDArray[np.float32], fused: list[tuple[int, float]]) -> Features:
        known, held = self._lexical.coverage(query, [row for row, _ in fused[:_LOOKED_INTO]])
        return Features(float(cosines.max()), known, held)

    def _one(self, query: str, cosines: NDArray[np.float32], rows: list[int], limit: int) -> Lookup:
        lexical = self._lexical.scores(query)
        # Coverage is judged on the whole brief: a filter narrows what is shown, not what is known.
        whole = self._fused(cosines, lexical, list(range(len(self._passages))))
        confidence = self._refusal.probability(self._features(query, cosines, whole))
        fused = whole if len(rows) == len(self._passages) else self._fused(cosines, lexical, rows)
        if confidence < COVERED or not fused:
            return Lookup(query, False, confidence, ())
        hits = tuple(Hit(self._passages[row], score, float(cosines[row]), float(lexical[row])) for row, score in fused[:limit])
        return Lookup(query, True, confidence, hits)
