"""Measuring retrieval on a BEIR folder: corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv.

Without corpus.jsonl the brief's own passages are the corpus. Queries whose metadata says `"answerable": false` have no
judgement; they measure the refusal.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.brief.model import Brief
from bot.errors import UserError
from bot.retrieval.encoder import Encoder
from bot.retrieval.fusion import reciprocal_rank_fusion
from bot.retrieval.lexical import Lexical
from bot.retrieval.metrics import ndcg, percentile, recall, reciprocal_rank, success
from bot.retrieval.retriever import Retriever
from bot.retrieval.store import Progress, load_or_build

DEPTH = 10
Ranker = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Query:
    """One query; `gains` maps relevant corpus ids to their grade and is empty for an unanswerable query."""

    id: str
    text: str
    answerable: bool
    gains: dict[str, int]


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over the answerable queries, in 0..1; latency in milliseconds a query, encoding included."""

    ndcg_at_10: float
    recall_at_5: float
    recall_at_10: float
    mrr_at_10: float
    found_at_3: float
    found_at_5: float
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation found. Refusal rates are None where the folder gives no ground for them."""

    folder: str
    split: str
    documents: int
    queries: int
    systems: dict[str, Scores]
    refused_unanswerable: float | None = None
    refused_answerable: float | None = None
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
        if self.refused_unanswerable is not None:
            lines.append(f"unanswerable queries refused: {self.refused_unanswerable:.3f}")
        if self.refused_answerable is not None:
            lines.append(f"answerable queries refused:   {self.refused_answerable:.3f}")
        return "\n".join(lines)


def _lines(file: Path) -> list[str]:
    try:
        # Not `splitlines`: a text may hold U+2028 and its like, which end no line of JSON.
        return file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file} cannot be read: a BEIR folder has queries.jsonl and qrels/test.tsv") from error


def _records(file: Path) -> list[dict[str, Any]]:
    records = []
    for number, line in enumerate(_lines(file), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            sound = isinstance(record["_id"], str) and isinstance(record["text"], str)
            sound = sound and isinstance(record.get("metadata") or {}, dict)
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(f"{file}:{number}: no JSON object with `_id` and `text`; mend the line") from error
        if not sound:
            raise UserError(f"{file}:{number}: `_id` and `text` are text and `metadata` an object; mend the line")
        records.append(record)
    return records


def read_qrels(file: Path) -> dict[str, dict[str, int]]:
    """Judgements by query id. The first line is a header."""
    gains: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_lines(file)[1:], start=2):
        cells = line.split("\t")
        if not line.strip():
            continue
        if len(cells) != 3 or not re.fullmatch(r"-?[0-9]+", cells[2].strip()):
            raise UserError(f"{file}:{number}: not `query-id TAB corpus-id TAB score`; mend the line")
        gains.setdefault(cells[0], {})[cells[1]] = int(cells[2])
    return gains


def read_queries(folder: Path, split: str) -> list[Query]:
    """The queries that `split` judges, and its unanswerable ones (metadata `answerable` false and `split`)."""
    gains = read_qrels(folder / "qrels" / f"{split}.tsv")
    queries = []
    for record in _records(folder / "queries.jsonl"):
        metadata = record.get("metadata") or {}
        answerable = metadata.get("answerable", True)
        if record["_id"] in gains or (not answerable and metadata.get("split", split) == split):
            queries.append(Query(record["_id"], record["text"], answerable, gains.get(record["_id"], {})))
    if not queries:
        raise UserError(f"{folder} has no query judged in qrels/{split}.tsv: check the ids")
    return queries


def _corpus(folder: Path, brief: Brief) -> dict[str, str]:
    if not (folder / "corpus.jsonl").exists():
        return {passage.id: brief.searchable(passage) for passage in brief.passages.values()}
    records = _records(folder / "corpus.jsonl")
    return {r["_id"]: f"{r.get('title', '')} {r['text']}".strip() for r in records}


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
            )
        )
    gain, recall_5, recall_10, rank, at_3, at_5 = (float(value) for value in np.mean(rows, axis=0))
    return Scores(gain, recall_5, recall_10, rank, at_3, at_5, percentile(times, 0.5), percentile(times, 0.95))


def evaluate(
    folder: Path, split: str, brief: Brief, encoder: Encoder, index_dir: Path, progress: Progress | None = None
) -> Report:
    """Judge hybrid, dense and lexical ranking on `folder`; a malformed folder raises `UserError` with file and line."""
    queries = read_queries(folder, split)
    corpus = _corpus(folder, brief)
    ids, texts = list(corpus), list(corpus.values())
    name = "passages" if ids == list(brief.passages) else f"beir-{folder.resolve().name}"
    dense = load_or_build(index_dir, name, ids, texts, encoder, progress)
    lexical = Lexical(ids, texts)

    def top(scores: NDArray[np.float32]) -> list[int]:
        order = sorted(range(len(ids)), key=lambda row: (-round(float(scores[row]), 6), ids[row]))
        return [row for row in order if scores[row] > 0]

    def by_dense(text: str) -> list[str]:
        return [ids[row] for row in top(dense.cosines(encoder.encode([text]))[0])[:DEPTH]]

    def by_words(text: str) -> list[str]:
        return [ids[row] for row in top(lexical.scores(text))[:DEPTH]]

    def by_both(text: str) -> list[str]:
        rankings = [top(dense.cosines(encoder.encode([text]))[0]), top(lexical.scores(text))]
        fused = reciprocal_rank_fusion(rankings)
        return [ids[row] for row in sorted(fused, key=lambda row: (-fused[row], ids[row]))[:DEPTH]]

    judged = [query for query in queries if query.gains]
    encoder.encode(["warm up"])
    rankers: dict[str, Ranker] = {"hybrid": by_both, "dense": by_dense, "bm25": by_words} if judged else {}
    systems = {name: _measure(judged, ranker) for name, ranker in rankers.items()}
    missed = tuple(q.id for q in judged if not success(by_both(q.text), q.gains, 5))
    refusals = _refusals(queries, Retriever(brief, dense, lexical, encoder)) if name == "passages" else (None, None)
    return Report(str(folder), split, len(ids), len(queries), systems, *refusals, missed)


def _refusals(queries: Sequence[Query], retriever: Retriever) -> tuple[float | None, float | None]:
    found = {q.id: retriever.search(q.text).found for q in queries}
    without = [not found[q.id] for q in queries if not q.answerable]
    answerable = [not found[q.id] for q in queries if q.answerable]
    return (
        float(np.mean(without)) if without else None,
        float(np.mean(answerable)) if answerable else None,
    )
