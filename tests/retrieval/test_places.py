"""Numbered places: "Article 5" before its neighbours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bootstrap import encoder_of, retriever_of
from bot.brief.model import Brief
from bot.retrieval.places import by_place, numbered
from bot.settings import read_settings

FOUND = [("nat", "Art. 4"), ("essay", "¶2"), ("nat", "Art. 5 in use, 2001"), ("nat", "Art. 5"), ("other", "Art. 9")]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Article 5", (5,)),
        ("art. IV and Article 10", (4, 10)),
        ("articles IX", (9,)),
        ("Art XIV", (14,)),
        ("¶5, p. 4, in 1955", ()),
        ("a particle 5", ()),
    ],
)
def test_articles_are_read_in_either_numbering(text: str, numbers: tuple[int, ...]) -> None:
    assert numbered(text) == numbers


def test_the_article_that_is_asked_after_comes_first_of_its_source_and_sources_keep_their_ranks() -> None:
    assert [FOUND[at] for at in by_place("What does Article V oblige?", FOUND)] == [
        ("nat", "Art. 5"),
        ("essay", "¶2"),
        ("nat", "Art. 5 in use, 2001"),
        ("nat", "Art. 4"),
        ("other", "Art. 9"),
    ]


@pytest.mark.parametrize("query", ["mutual defence", "Article 4 or Article 5?", "Article 77"])
def test_a_query_that_names_no_one_article_among_them_changes_nothing(query: str) -> None:
    assert by_place(query, FOUND) == list(range(len(FOUND)))


@given(
    st.sampled_from(["Article 5", "art. ix and art. 4", "nothing"]),
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["Art. 5", "Art. IX", "Art. 5 in use", "p. 5"])), max_size=12),
)
def test_no_hit_is_lost_and_no_source_moves(query: str, found: list[tuple[str, str]]) -> None:
    order = by_place(query, found)
    assert sorted(order) == list(range(len(found)))
    assert [found[at][0] for at in order] == [source for source, _ in found]


@pytest.mark.encoder
def test_a_look_up_of_an_article_of_the_shipped_brief_finds_it_first(
    shipped: Brief, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = read_settings(data_dir=tmp_path_factory.getbasetemp() / "shipped-index")
    retriever = retriever_of(settings, shipped, encoder_of(settings))
    for query, passage in (
        ("Article 5", "nat-1949#art-5"),
        ("Article 4", "nat-1949#art-4"),
        ("Article 10 NATO", "nat-1949#art-10"),
    ):
        assert retriever.search(query).hits[0].passage.id == passage
