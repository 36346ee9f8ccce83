"""Measuring retrieval on a BEIR folder: the rankers side by side, and the refusal where the brief is the corpus."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bot.brief.model import Brief
from bot.retrieval.beir import Query, read_corpus, read_queries
from bot.retrieval.encoder import Encoder
from bot.retrieval.examples import with_examples
from bot.retrieval.fusion import reciprocal_rank_fusion
from bot.retrieval.hybrid import Hybrid, Nearness, load_hybrid
from bot.retrieval.metrics import ndcg, percentile, recall, reciprocal_rank, success
from bot.retrieval.retriever import Retriever
from bot.retrieval.store import Progress

DEPTH, SHOWN = 10, 5
Ranker = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over the answerable queries, in 0..1, before any refusal; latency in milliseconds a query, encoding included.

    `found_at_5` asks for a right document among the first five, `source_at_5` for one from a right source.
    """

    ndcg_at_10: float
    recall_at_5: float
    recall_at_10: float
    mrr_at_10: float
    found_at_3: float
    found_at_5: float
    source_at_5: float
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Refusals:
    """Shares in 0..1 of what `lookup` does with its first five hits; None where the folder has no such query.

    `found_passage` and `found_source` are the answerable queries that are not refused and show a right passage, or one from a
    right source. `refused_by_kind` are the refused ones of each kind of unanswerable query.
    """

    refused_answerable: float | None
    refused_unanswerable: float | None
    found_passage: float | None
    found_source: float | None
    refused_by_kind: dict[str, float]


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation found. `refusals` is None where the corpus is not the brief."""

    folder: str
    split: str
    documents: int
    queries: int
    systems: dict[str, Scores]
    refusals: Refusals | None = None
    missed: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """The report as plain data."""
        return asdict(self)

    def table(self) -> str:
        """The report for reading."""
        names = list(Scores.__dataclass_fields__)
        lines = [f"{self.folder} ({self.split}): {self.queries} queries, {self.documents} documents"]
        lines.append(f"{'':10}" + "".join(f"{name:>14}" for name in names))
        for system, scores in self.systems.items():
            lines.append(f"{system:10}" + "".join(f"{getattr(scores, name):14.3f}" for name in names))
        for name, value in (asdict(self.refusals) if self.refusals else {}).items():
            if isinstance(value, float):
                lines.append(f"after the refusal, {name.replace('_', ' ')}: {value:.3f}")
        for kind, value in (self.refusals.refused_by_kind if self.refusals else {}).items():
            lines.append(f"after the refusal, refused of kind {kind or '(none)'}: {value:.3f}")
        return "\n".join(lines)


def _measure(queries: Sequence[Query], ranker: Ranker) -> Scores:
    rows, times = [], []
    for query in queries:
        began = time.perf_counter()
        ranked = ranker(query.text)
        times.append(1000 * (time.perf_counter() - began))
        g = query.gains
        rows.append(
            (
                ndcg(ranked, g, DEPTH),
                recall(ranked, g, 5),
                recall(ranked, g, 10),
                reciprocal_rank(ranked, g, DEPTH),
                success(ranked, g, 3),
                success(ranked, g, 5),
                success([_source(i) for i in ranked], {_source(i): gain for i, gain in g.items()}, 5),
            )
        )
    gain, recall_5, recall_10, rank, at_3, at_5, source = (float(value) for value in np.mean(rows, axis=0))
    return Scores(gain, recall_5, recall_10, rank, at_3, at_5, source, percentile(times, 0.5), percentile(times, 0.95))


def _source(document: str) -> str:
    return document.split("#")[0]


def _rankers(index: Hybrid, encoder: Encoder) -> dict[str, Ranker]:
    def near(text: str) -> Nearness:
        return index.near([text], encoder.encode([text]))[0]

    def named(found: Nearness, places: Sequence[int]) -> list[str]:
        return [index.ids[row] for row in found.rows[list(places)]]

    def by_both(text: str) -> list[str]:
        found = near(text)
        return named(found, index.order(found, found.scores, DEPTH))

    def by_dense(text: str) -> list[str]:
        found = near(text)
        return named(found, index.order(found, found.cosines, DEPTH))

    def by_words(text: str) -> list[str]:
        return [index.ids[row] for row in index.by_words(text, DEPTH)]

    def by_ranks(text: str) -> list[str]:
        found = near(text)
        words = [place for place in index.order(found, found.shares) if found.shares[place] > 0]
        fused = reciprocal_rank_fusion([index.order(found, found.cosines), words])
        return named(found, sorted(fused, key=lambda place: (-fused[place], index.ids[found.rows[place]]))[:DEPTH])

    return {"hybrid": by_both, "rrf": by_ranks, "dense": by_dense, "bm25": by_words}


def evaluate(
    folder: Path, split: str, brief: Brief, encoder: Encoder, index_dir: Path, progress: Progress | None = None
) -> Report:
    """Judge the hybrid ranking beside rank fusion, dense and lexical alone; a malformed folder raises `UserError`."""
    queries = read_queries(folder, split)
    corpus = read_corpus(folder, brief)
    ids, texts = list(corpus), list(corpus.values())
    own = ids == list(brief.passages)
    name = "passages" if own else f"beir-{folder.resolve().name}"
    bodies = [passage.text for passage in brief.passages.values()] if own else texts
    index = load_hybrid(index_dir, name, ids, texts, bodies, encoder, progress)
    judged = [query for query in queries if query.gains]
    encoder.encode(["warm up"])
    rankers = _rankers(index, encoder) if judged else {}
    systems = {name: _measure(judged, ranker) for name, ranker in rankers.items()}
    missed = tuple(q.id for q in judged if not success(rankers["hybrid"](q.text), q.gains, SHOWN))
    refusals = None
    if own:
        retriever = with_examples(index_dir, brief, Retriever(brief, index, encoder), encoder.fingerprint, progress)
        refusals = _refusals(queries, retriever)
    return Report(str(folder), split, len(ids), len(queries), systems, refusals, missed)


def _share(outcomes: Sequence[bool]) -> float | None:
    return float(np.mean(outcomes)) if outcomes else None


def _refusals(queries: Sequence[Query], retriever: Retriever) -> Refusals:
    found = {q.id: retriever.search(q.text, limit=SHOWN) for q in queries}
    refused = {q.id: not found[q.id].found for q in queries}
    answerable = [q for q in queries if q.answerable]
    without = [q for q in queries if not q.answerable]

    def shows(query: Query, by_source: bool) -> bool:
        right = {_source(i) if by_source else i for i, gain in query.gains.items() if gain > 0}
        hits = found[query.id].hits
        return any((hit.passage.source if by_source else hit.passage.id) in right for hit in hits)

    kinds = sorted({q.kind for q in without})
    return Refusals(
        refused_answerable=_share([refused[q.id] for q in answerable]),
        refused_unanswerable=_share([refused[q.id] for q in without]),
        found_passage=_share([shows(q, by_source=False) for q in answerable]),
        found_source=_share([shows(q, by_source=True) for q in answerable]),
        refused_by_kind={kind: float(np.mean([refused[q.id] for q in without if q.kind == kind])) for kind in kinds},
    )
