from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.metrics import ndcg, percentile, recall, reciprocal_rank, success

RANKINGS = st.lists(st.sampled_from("abcdefgh"), unique=True)
GAINS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3))


def test_ndcg_of_a_known_ranking() -> None:
    assert ndcg(["x", "a", "b"], {"a": 1, "b": 2}) == pytest.approx((1 / math.log2(3) + 2 / 2) / (2 + 1 / math.log2(3)))


def test_recall_and_rank_of_a_known_ranking() -> None:
    ranked, gains = ["x", "a", "y", "b"], {"a": 1, "b": 1, "c": 0}
    assert recall(ranked, gains, 2) == 0.5
    assert reciprocal_rank(ranked, gains) == 0.5
    assert success(ranked, gains, 1) == 0
    assert success(ranked, gains, 2) == 1


def test_without_relevant_items_everything_is_zero() -> None:
    assert (ndcg(["a"], {}), recall(["a"], {}, 5), reciprocal_rank(["a"], {})) == (0, 0, 0)


def test_percentiles_are_nearest_ranks() -> None:
    assert percentile([3, 1, 2, 4], 0.5) == 2
    assert percentile([3, 1, 2, 4], 0.95) == 4
    assert percentile([], 0.5) == 0


@given(RANKINGS, GAINS)
def test_every_measure_stays_between_zero_and_one(ranked: list[str], gains: dict[str, int]) -> None:
    for value in (ndcg(ranked, gains), recall(ranked, gains, 5), reciprocal_rank(ranked, gains), success(ranked, gains, 5)):
        assert 0 <= value <= 1 + 1e-9


@given(GAINS)
def test_the_ideal_ranking_has_ndcg_one(gains: dict[str, int]) -> None:
    ideal = sorted(gains, key=lambda item: -gains[item])
    assert ndcg(ideal, gains) == pytest.approx(1 if any(gains.values()) else 0)
