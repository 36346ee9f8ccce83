"""Splitting prose into sentences, and the containment test for figures and names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.brief.sentences import cited_sentences, split_sentences
from bot.brief.support import names, numbers, unsupported

WORDS = st.from_regex(r"[a-z]{2,8}", fullmatch=True)
IDS = st.from_regex(r"[a-z][a-z0-9-]{0,6}#[a-z][a-z0-9-]{0,6}", fullmatch=True)


@given(st.text())
def test_splitting_never_loses_a_word(text: str) -> None:
    letters = [c for c in text if c.isalnum()]
    assert [c for sentence in split_sentences(text) for c in sentence if c.isalnum()] == letters


@given(st.lists(st.tuples(WORDS, st.sampled_from([" ", ". ", "! ", "? ", "\n", "\n\n", "\n- ", ", ", "... ", "… "]))))
def test_splitting_keeps_words_in_order(parts: list[tuple[str, str]]) -> None:
    text = "".join(word + gap for word, gap in parts)
    found = [w.strip(".,!?…") for s in split_sentences(text) for w in s.split() if w.strip(".,!?…-")]
    assert found == [word for word, _ in parts]


@given(st.text())
def test_no_sentence_is_empty_or_ragged(text: str) -> None:
    for sentence in split_sentences(text):
        assert sentence
        assert sentence == " ".join(sentence.split())


@given(st.lists(st.tuples(st.lists(WORDS, min_size=2, max_size=6), st.lists(IDS, max_size=3)), max_size=5))
def test_cited_sentences_keep_every_citation_and_no_bracket(parts: list[tuple[list[str], list[str]]]) -> None:
    text = " ".join(f"We saw {' '.join(words)} here{' [' + '; '.join(ids) + ']' if ids else ''}." for words, ids in parts)
    found = cited_sentences(text)
    assert [s.text for s in found] == [f"We saw {' '.join(words)} here." for words, _ in parts]
    assert [s.passages for s in found] == [tuple(dict.fromkeys(ids)) for _, ids in parts]


@given(st.lists(WORDS, min_size=1), st.lists(IDS, min_size=1, max_size=2))
def test_a_citation_after_the_stop_belongs_to_the_sentence_before_it(words: list[str], ids: list[str]) -> None:
    inside = cited_sentences(f"So {' '.join(words)} here [{', '.join(ids)}]. Then more came.")
    after = cited_sentences(f"So {' '.join(words)} here. [{', '.join(ids)}] Then more came.")
    assert inside == after
    assert inside[0].passages == tuple(dict.fromkeys(ids))


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        ("One thing. Another thing.", ["One thing.", "Another thing."]),
        ("Dr. Lind spoke. We heard.", ["Dr. Lind spoke.", "We heard."]),
        ("See art. 5 of it.", ["See art. 5 of it."]),
        ("The U.S. Senate voted.", ["The U.S. Senate voted."]),
        ("She took an M.A. at Oxford.", ["She took an M.A. at Oxford."]),
        ("A Ph.D. is no proof.", ["A Ph.D. is no proof."]),
        ("J. Smith wrote it.", ["J. Smith wrote it."]),
        ("So did I. You did not.", ["So did I.", "You did not."]),
        ("It ended with etc.", ["It ended with etc."]),
        ("Points:\n- first\n- second", ["Points:", "- first", "- second"]),
        ("One line\nruns on.", ["One line runs on."]),
        ("He asked “why?” Then he left.", ["He asked “why?", "Then he left."]),
        (".", ["."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    found = [s.replace("”", "") for s in split_sentences(text)]
    assert found == sentences


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("1,100 ships", {"1100"}),
        ("in 1951–53 they met", {"1951", "1953"}),
        ("in 2015-16", {"2015", "2016"}),
        ("one of three reasons", set()),
        ("eleven schools and four buses", {"11", "4"}),
        ("3.5 per cent.", {"3.5"}),
        ("on 5 May 2020.", {"5", "2020"}),
        ("no figure", set()),
    ],
)
def test_figures_are_found_as_plain_digits(text: str, figures: set[str]) -> None:
    assert numbers(text) == figures


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Yesterday Lindqvist spoke", ("Lindqvist",)),
        ("Lindqvist spoke", ()),
        ("It ended. Buses stopped in Oslo", ("Oslo",)),
        ("UNESCO agreed", ("UNESCO",)),
        ("when Oslo's buses met Oslo", ("Oslo",)),
        ("the President and I met the Council", ()),
    ],
)
def test_names_are_capitalised_words_that_do_not_begin_a_sentence(text: str, found: tuple[str, ...]) -> None:
    assert names(text) == found


def test_a_sentence_is_supported_by_what_its_passages_hold() -> None:
    assert unsupported("In 2019 the Norwegian Lindqvist counted 300.", ["Lindqvist of Norwegia, 2019: 300 pupils"]) == ()


def test_a_missing_figure_and_a_missing_name_are_both_listed() -> None:
    assert unsupported("We asked Lindqvist about 301.", ["300 pupils"]) == ("301", "Lindqvist")


def test_number_words_and_decades_in_the_evidence_hold_a_figure() -> None:
    assert unsupported("There were 3 buses in 1990.", ["three buses in the 90s"]) == ()


def test_known_words_need_no_evidence() -> None:
    assert unsupported("We meet in Oslo at 10.", [], ["Oslo", "ten"]) == ()


def test_every_part_of_a_hyphenated_name_is_needed() -> None:
    assert unsupported("the Oslo-Bergen line", ["Oslo and Bergen"]) == ()
    assert unsupported("the Oslo-Bergen line", ["Oslo"]) == ("Oslo-Bergen",)


@given(st.text(alphabet="abc XYZ 0123,.-"))
def test_a_text_supports_itself(text: str) -> None:
    assert unsupported(text, [text]) == ()


@pytest.mark.parametrize(
    "text",
    ["They called it “anti-China.” He went home.", "(It ended.) Then more came.", "He said 'no.' She said 'yes.'", "A [1.] B."],
)
def test_what_closes_a_sentence_stays_with_it(text: str) -> None:
    assert " ".join(split_sentences(text)) == text


@given(st.text(alphabet="ab .!?\"'”’)]\n-1", max_size=60))
def test_splitting_loses_no_character(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())
