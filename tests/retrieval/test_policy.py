"""A large collection is searched by candidates and finds what comparing everything finds; a small one is compared whole."""

from __future__ import annotations

import faiss
import numpy as np
from numpy.typing import NDArray

from bot.retrieval.dense import Dense
from bot.retrieval.encoder import Vectors
from bot.retrieval.hybrid import Hybrid
from bot.retrieval.lexical import Lexical
from bot.retrieval.policy import BY_SIZE, IndexPolicy

SMALL = IndexPolicy(exact_up_to=100, candidates=40, probes=12)
WORDS = ["bus", "school", "lesson", "sleep", "driver", "exam", "teacher", "morning", "budget", "parent"]


def unit(rows: NDArray[np.float64]) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def collection(number: int = 600) -> tuple[list[str], Vectors, Vectors, list[int], list[str]]:
    """Ids, vectors of texts, vectors of their one to three sentences, where these start, and texts."""
    rng = np.random.default_rng(7)
    centres = rng.standard_normal((20, 32))
    whole = unit(centres[np.arange(number) % 20] + 0.7 * rng.standard_normal((number, 32)))
    counts = rng.integers(1, 4, number)
    sentences = unit(np.repeat(whole, counts, axis=0) + 0.1 * rng.standard_normal((int(counts.sum()), 32)))
    texts = [" ".join(rng.choice(WORDS, 4)) for _ in range(number)]
    return [f"{i:04}" for i in range(number)], whole, sentences, (np.cumsum(counts) - counts).tolist(), texts


def hybrid(policy: IndexPolicy) -> Hybrid:
    ids, whole, sentences, starts, texts = collection()
    owners = [str(i) for i in range(len(sentences))]
    parts = Dense(owners, sentences, policy)
    return Hybrid(Dense(ids, whole, policy), parts, starts, Lexical(ids, texts), policy)


def test_the_policy_compares_all_up_to_its_bound_and_not_one_more() -> None:
    vectors = collection()[1]
    assert isinstance(SMALL.index(vectors[:100]), faiss.IndexFlatIP)
    assert isinstance(SMALL.index(vectors[:101]), faiss.IndexIVFScalarQuantizer)
    assert SMALL.index(vectors).ntotal == len(vectors)
    assert BY_SIZE.exact(10_000)


def test_candidates_have_the_very_nearness_that_comparing_everything_gives_them() -> None:
    vectors = collection()[1][:5]
    queries = ["bus driver", "school", "sleep exam", "nothing known", "budget"]
    for every, few in zip(hybrid(BY_SIZE).near(queries, vectors), hybrid(SMALL).near(queries, vectors), strict=True):
        assert len(few.rows) < len(every.rows)
        np.testing.assert_allclose(few.cosines, every.cosines[few.rows], atol=1e-5)
        np.testing.assert_array_equal(few.shares, every.shares[few.rows])
        assert abs(few.sentence - every.sentence) < 1e-5
        assert few.terms == every.terms


def test_the_best_by_both_are_nearly_always_among_the_candidates() -> None:
    exact, by_candidates = hybrid(BY_SIZE), hybrid(SMALL)
    vectors = collection()[1][:60]
    queries = [f"{WORDS[i % 10]} {WORDS[(i * 3 + 1) % 10]}" for i in range(60)]
    kept = 0
    for every, few in zip(exact.near(queries, vectors), by_candidates.near(queries, vectors), strict=True):
        best = {int(every.rows[place]) for place in exact.order(every, every.scores, 5)}
        kept += len(best & {int(few.rows[place]) for place in by_candidates.order(few, few.scores, 5)})
    assert kept >= 0.95 * 5 * 60


def test_a_text_that_shares_only_words_with_the_query_is_a_candidate() -> None:
    ids, whole, sentences, starts, texts = collection()
    texts[300] = "zyzzyva"
    index = Hybrid(Dense(ids, whole, SMALL), Dense([""] * len(sentences), sentences, SMALL), starts, Lexical(ids, texts), SMALL)
    far = -whole[300:301]
    assert 300 in index.near(["zyzzyva"], far)[0].rows
    assert 300 not in index.near(["nothing"], far)[0].rows


def test_the_inverted_file_finds_what_is_nearest() -> None:
    _, whole, *_ = collection()
    dense = Dense([""] * len(whole), whole, SMALL)
    truth = np.argsort(-dense.cosines(whole[:50]), axis=1)[:, :10]
    found = [set(rows[:10].tolist()) for rows in dense.nearest(whole[:50], 40)]
    assert np.mean([len(set(t.tolist()) & f) for t, f in zip(truth, found, strict=True)]) >= 8


def test_a_word_that_many_texts_hold_gives_no_more_candidates_than_the_policy_says_and_the_best_ones() -> None:
    ids, whole, sentences, starts, _ = collection()
    texts = ["bus bus bus" if i % 20 == 3 else "bus lesson exam" for i in range(len(ids))]
    index = Hybrid(Dense(ids, whole, SMALL), Dense([""] * len(sentences), sentences, SMALL), starts, Lexical(ids, texts), SMALL)
    near = index.near(["bus"], -whole[3:4])[0]
    assert set(range(3, len(ids), 20)) <= set(near.rows.tolist())
    assert len(near.rows) <= 3 * SMALL.candidates
