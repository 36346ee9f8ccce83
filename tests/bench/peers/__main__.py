"""`make bench-peers`: our look-up beside its parts alone and what others offer; a table, and JSON in build/bench.

Every system stands in a process of its own, over the same passages, queries and weights. They take turns: in each round every
system answers all queries once one by one and once handed over together, while the others wait. A ratio compares two systems
within one round, and the median over the rounds is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.bootstrap import brief_of
from bot.retrieval.beir import Query, read_queries
from bot.retrieval.encoder import packaged_weights
from bot.retrieval.metrics import ndcg, percentile, success
from bot.settings import read_settings
from tests.bench.output import save

HERE = Path(__file__).resolve().parent
OTHERS_PYTHON = Path("build/peers/bin/python")
OURS = ("debatebot", "debatebot, unrefused", "debatebot, torch", "BM25 alone", "dense alone", "dense alone, torch")
OTHERS = ("LangChain", "LangChain ensemble", "LlamaIndex", "Chroma")
BASE = "LangChain"


@dataclass(frozen=True, slots=True)
class Row:
    """One system: quality over the answerable queries in 0..1; milliseconds a query alone; look-ups a second one by one and
    handed over together, medians over the rounds; their median ratio to LangChain with the least and greatest of any round;
    milliseconds of processor time a query one by one, median, which other work on the machine hardly moves."""

    ndcg_at_10: float
    found_at_5: float
    p50_ms: float
    p95_ms: float
    per_second: float
    together_per_second: float
    ratio: tuple[float, float, float]
    together_ratio: tuple[float, float, float]
    cpu_ms: float
    cpu_ratio: float
    peak_mib: float
    build_s: float


class Worker:
    """One system in its process."""

    def __init__(self, name: str, corpus: Path, weights: Path, threads: int) -> None:
        ours = name in OURS
        command = [sys.executable, "-m", "tests.bench.peers.ours"] if ours else [str(OTHERS_PYTHON), str(HERE / "others.py")]
        names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ENCODER_THREADS")
        offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
        env = {**os.environ, **offline, **dict.fromkeys(names, str(threads))}
        self._process = subprocess.Popen(
            [*command, name, str(corpus), str(weights)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if os.environ.get("QUIET", "1") == "1" else None,
            text=True,
            env=env,
        )
        self.name = name
        self.build_s: float = self._line()["build_s"]

    def answers(self, queries: list[str], *, together: bool) -> dict[str, Any]:
        assert self._process.stdin is not None
        print(json.dumps({"queries": queries, "together": together}), file=self._process.stdin, flush=True)
        return self._line()

    def close(self) -> None:
        self._process.communicate()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended without an answer: run again with QUIET=0 to see what it said")
        data: dict[str, Any] = json.loads(line)
        return data


def measure(workers: list[Worker], queries: list[Query], rounds: int) -> dict[str, Row]:
    """Take turns for `rounds` rounds, each begun by another system."""
    texts = [query.text for query in queries]
    alone: dict[str, list[dict[str, Any]]] = {w.name: [] for w in workers}
    joint: dict[str, list[dict[str, Any]]] = {w.name: [] for w in workers}
    for number in range(rounds):
        start = number % len(workers)
        for worker in workers[start:] + workers[:start]:
            alone[worker.name].append(worker.answers(texts, together=False))
            joint[worker.name].append(worker.answers(texts, together=True))
    return {w.name: _row(w, queries, alone, joint) for w in workers}


def _row(worker: Worker, queries: list[Query], alone: dict[str, Any], joint: dict[str, Any]) -> Row:
    mine, together = alone[worker.name], joint[worker.name]
    ranked = mine[0]["found"]
    milliseconds = [1000 * s for each in mine for s in each["seconds"]]
    return Row(
        statistics.fmean(ndcg(found, q.gains) for q, found in zip(queries, ranked, strict=True)),
        statistics.fmean(success(found, q.gains, 5) for q, found in zip(queries, ranked, strict=True)),
        percentile(milliseconds, 0.5),
        percentile(milliseconds, 0.95),
        len(queries) / statistics.median(each["whole_s"] for each in mine),
        len(queries) / statistics.median(each["whole_s"] for each in together),
        _ratios(alone[BASE], mine),
        _ratios(joint[BASE], together),
        1000 * statistics.median(each["cpu_s"] for each in mine) / len(queries),
        statistics.median(theirs["cpu_s"] / own["cpu_s"] for theirs, own in zip(alone[BASE], mine, strict=True)),
        max(each["peak_mib"] for each in mine + together),
        worker.build_s,
    )


def _ratios(base: list[dict[str, Any]], own: list[dict[str, Any]]) -> tuple[float, float, float]:
    ratios = [theirs["whole_s"] / ours["whole_s"] for theirs, ours in zip(base, own, strict=True)]
    return statistics.median(ratios), min(ratios), max(ratios)


def table(rows: dict[str, Row], queries: int, passages: int, rounds: int, threads: int) -> str:
    """The rows for reading."""
    lines = [
        f"{passages} passages, {queries} answerable test questions, {rounds} rounds in turns, threads each: {threads}",
        f"{'':21}{'nDCG@10':>8}{'found@5':>8}{'p50 ms':>8}{'p95 ms':>8}{'per s':>7}{'x LangChain':>18}"
        f"{'together/s':>11}{'x LangChain':>18}{'CPU ms':>8}{'x':>6}{'MiB':>6}",
    ]
    for name, r in rows.items():
        alone, joint = (f"{m:.1f} ({low:.1f}-{high:.1f})" for m, low, high in (r.ratio, r.together_ratio))
        lines.append(
            f"{name:21}{r.ndcg_at_10:8.3f}{r.found_at_5:8.3f}{r.p50_ms:8.2f}{r.p95_ms:8.2f}{r.per_second:7.0f}{alone:>18}"
            f"{r.together_per_second:11.0f}{joint:>18}{r.cpu_ms:8.2f}{r.cpu_ratio:6.1f}{r.peak_mib:6.0f}"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1, help="threads that every library may use in a process (default 1)")
    parser.add_argument("--only", help="names of systems, separated by semicolons; LangChain is always among them")
    options = parser.parse_args()
    if not OTHERS_PYTHON.exists():
        parser.error("the other systems are not installed: run `make bench-peers`")
    only = {name.strip() for name in options.only.split(";")} if options.only else None
    names = [name for name in (*OURS, *OTHERS) if only is None or name in only or name == BASE]
    brief = brief_of(read_settings())
    queries = [q for q in read_queries(Path("knowledge/gold/lookups"), "test") if q.gains]
    corpus = Path("build/bench/passages.jsonl")
    corpus.parent.mkdir(parents=True, exist_ok=True)
    texts = {passage.id: brief.searchable(passage) for passage in brief.passages.values()}
    corpus.write_text("".join(json.dumps({"_id": i, "text": t}) + "\n" for i, t in texts.items()), encoding="utf-8")
    workers: list[Worker] = []
    try:
        workers.extend(Worker(name, corpus, packaged_weights(), options.threads) for name in names)
        rows = measure(workers, queries, options.rounds)
    finally:
        for worker in workers:
            worker.close()
    print(table(rows, len(queries), len(texts), options.rounds, options.threads))
    save(
        f"peers-{options.threads}",
        {
            "passages": len(texts),
            "queries": len(queries),
            "rounds": options.rounds,
            "threads": options.threads,
            "systems": {name: asdict(row) for name, row in rows.items()},
        },
    )


if __name__ == "__main__":
    main()
