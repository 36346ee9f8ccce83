"""The likeness of a text to many owners, by name and in columns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.likeness import Likeness, greatest
from tests.likenesses import likenesses_of

NAMES = st.from_regex(r"(block|ours|aside):[a-z]{1,4}", fullmatch=True)
SHARES = st.floats(-1, 1)
ROWS = st.dictionaries(NAMES, st.builds(Likeness, SHARES, SHARES, st.none() | SHARES), max_size=12)


@given(ROWS)
def test_likenesses_are_the_mapping_that_they_were_made_of(rows: dict[str, Likeness]) -> None:
    like = likenesses_of(rows)
    assert list(like) == list(rows)
    assert {name: like[name] for name in like} == rows
    assert len(like) == len(rows)
    assert like.get("block:unknown") is None


@given(ROWS)
def test_the_columns_of_a_kind_are_those_of_its_owners(rows: dict[str, Likeness]) -> None:
    like = likenesses_of(rows)
    for kind in ("block", "ours", "aside", "none"):
        places, keys = like.owners.places(kind), like.owners.keys(kind)
        assert [f"{kind}:{key}" for key in keys] == [name for name in rows if name.startswith(f"{kind}:")]
        assert like.cosine[places].tolist() == [rows[f"{kind}:{key}"].cosine for key in keys]


@pytest.mark.parametrize(
    ("values", "most"),
    [([], 0.0), ([-0.5, 0.25], 0.25), ([-0.5, -0.25], -0.25), ([np.nan, -0.25], 0.0)],
)
def test_what_was_never_taught_counts_as_nothing_and_not_as_least(values: list[float], most: float) -> None:
    assert greatest(np.array(values, dtype=np.float64)) == most
