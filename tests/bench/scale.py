"""How search grows with the collection: `python -m tests.bench.scale --sizes 1000 10000 100000 1000000`.

There are no million passages about a motion, so they are made, from a seed, of the brief's own sentences: a made sentence
is a real one and the second half of another, its vector the real one's plus half of the other's plus noise, of length one
again; a passage is two made sentences, its vector the direction of their sum plus noise. Vectors drawn evenly from the sphere
would be unfair: in 384 dimensions all would be about equally far from a query, which no inverted file can search, and nobody's
texts lie like that; an encoder's lie in bundles by subject. Queries are the real questions of the gold look-ups with their
real vectors. Words are the brief's few thousand only, so that a query's words stand in far more passages than they would in a
real collection of that size: a hard case for BM25. Times are for one query on one thread, encoding left out.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.bootstrap import brief_of, encoder_of
from bot.brief.sentences import split_sentences
from bot.retrieval.beir import read_queries
from bot.retrieval.dense import Dense
from bot.retrieval.encoder import Vectors
from bot.retrieval.hybrid import Hybrid
from bot.retrieval.lexical import Lexical
from bot.retrieval.metrics import percentile
from bot.retrieval.policy import BY_SIZE, IndexPolicy
from bot.settings import read_settings
from tests.bench.output import save

SIZES = (1000, 10_000, 100_000, 1_000_000)
NOISE = 0.4
CHUNK = 50_000
TOP = 10


def resident() -> float:
    """MiB that this process holds now, what it has freed given back first (Linux with glibc)."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def say(text: str) -> None:
    """How far it is, on standard error."""
    print(text, file=sys.stderr, flush=True)


def noisy(vectors: Vectors, rng: np.random.Generator) -> Vectors:
    """`vectors` of length one with noise of length NOISE added, of length one again."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    unit += rng.standard_normal(unit.shape, dtype=np.float32) * np.float32(NOISE / unit.shape[1] ** 0.5)
    return np.asarray(unit / np.linalg.norm(unit, axis=1, keepdims=True), dtype=np.float32)


def made(size: int, real: Sequence[str], vectors: Vectors) -> tuple[list[str], Vectors, Vectors]:
    """`size` texts, their vectors, and those of their sentences, two each."""
    rng = np.random.default_rng(size)
    halves = [" ".join(sentence.split()[len(sentence.split()) // 2 :]) for sentence in real]
    first, second = rng.integers(0, len(real), (2, size * 2))
    whole = np.empty((size, vectors.shape[1]), dtype=np.float32)
    sentences = np.empty((size * 2, vectors.shape[1]), dtype=np.float32)
    for start in range(0, size, CHUNK):
        end = min(start + CHUNK, size)
        rows = slice(2 * start, 2 * end)
        sentences[rows] = noisy(vectors[first[rows]] + vectors[second[rows]] / 2, rng)
        whole[start:end] = noisy(sentences[rows][::2] + sentences[rows][1::2], rng)
    parts = [f"{real[a]} {halves[b]}" for a, b in zip(first.tolist(), second.tolist(), strict=True)]
    return [f"{a} {b}" for a, b in zip(parts[::2], parts[1::2], strict=True)], whole, sentences


def timed(run: Callable[[int], object], number: int) -> tuple[float, float]:
    """Milliseconds, 50th and 95th percentile, of `run(i)` for i below `number`, after three that do not count."""
    times = []
    for i in (0, 1, 2, *range(number)):
        began = time.perf_counter()
        run(i)
        times.append((time.perf_counter() - began) * 1000)
    return percentile(times[3:], 0.5), percentile(times[3:], 0.95)


def measure(size: int, real: Sequence[str], vectors: Vectors, asked: Sequence[str], queries: Vectors) -> dict[str, Any]:
    """Everything about one size."""
    texts, whole, sentences = made(size, real, vectors)
    ids = [f"{i:07}" for i in range(size)]
    before = resident()
    say(f"{size}: made; building the dense indexes")
    began = time.perf_counter()
    dense, parts = Dense(ids, whole), Dense([""] * (2 * size), sentences)  # nobody reads the ids of sentences
    built_dense = time.perf_counter() - began
    say(f"{size}: dense built in {built_dense:.0f} s; building BM25")
    began = time.perf_counter()
    lexical = Lexical(ids, texts)
    built_words = time.perf_counter() - began
    say(f"{size}: BM25 built in {built_words:.0f} s; searching")
    hybrid = Hybrid(dense, parts, range(0, 2 * size, 2), lexical)
    exact_vectors = 0 if dense.exact else (whole.nbytes + sentences.nbytes) / 2**20
    held = resident() - before + exact_vectors
    number = len(asked)

    def fused(i: int) -> list[int]:
        near = hybrid.near([asked[i]], queries[i : i + 1])[0]
        return hybrid.order(near, near.scores, TOP)

    truth = [set(np.argpartition(-row, TOP)[:TOP].tolist()) for i in range(number) for row in dense.cosines(queries[i : i + 1])]
    candidates = dense.nearest(queries, BY_SIZE.candidates)
    found = [
        set(rows[np.argsort(-dense.cosines_of(q, rows))[:TOP]].tolist()) for q, rows in zip(queries, candidates, strict=True)
    ]
    row = {
        "passages": size,
        "index": "flat" if dense.exact else "IVF-SQ8",
        "build_dense_s": built_dense,
        "build_words_s": built_words,
        "mib": held,
        "exact_ms": timed(lambda i: dense.cosines(queries[i : i + 1]), min(number, 30)),
        "dense_ms": timed(lambda i: dense.nearest(queries[i : i + 1], BY_SIZE.candidates), number),
        "lexical_ms": timed(lambda i: lexical.shares(lexical.terms(asked[i])), number),
        "fused_ms": timed(fused, number),
        "recall": float(np.mean([len(t & f) / TOP for t, f in zip(truth, found, strict=True)])),
    }
    say(line(row))
    return row


def line(row: dict[str, Any]) -> str:
    """A row of the table."""
    times = " | ".join(f"{p50:.2f} / {p95:.2f}" for p50, p95 in (row[f"{n}_ms"] for n in ("exact", "dense", "lexical", "fused")))
    built = f"{row['build_dense_s']:.1f} | {row['build_words_s']:.1f} | {row['mib']:.0f}"
    return f"| {row['passages']} | {row['index']} | {built} | {times} | {row['recall']:.3f} |"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--queries", type=int, default=100)
    options = parser.parse_args()
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":  # read when numpy is imported, which has happened
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        os.execv(sys.executable, [sys.executable, "-m", "tests.bench.scale", *sys.argv[1:]])
    settings = read_settings()
    brief, encoder = brief_of(settings), encoder_of(settings)
    real = list(dict.fromkeys(s for passage in brief.passages.values() for s in split_sentences(passage.text)))
    vectors = encoder.encode(real)
    asked = [q.text for q in read_queries(Path("knowledge/gold/lookups"), "test") if q.gains][: options.queries]
    queries = encoder.encode(asked)
    rows = [measure(size, real, vectors, asked, queries) for size in sorted(options.sizes)]
    print(f"{len(asked)} questions; passages made of {len(real)} real sentences; times in ms, p50 / p95, one thread")
    print("| passages | index | build dense s | build BM25 s | MiB | every row | dense | BM25 | all joined | recall@10 |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    print("\n".join(line(row) for row in rows))
    save("scale", {"policy": {s: getattr(BY_SIZE, s) for s in IndexPolicy.__slots__}, "queries": len(asked), "sizes": rows})


if __name__ == "__main__":
    main()
