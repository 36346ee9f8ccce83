"""Taking a file of the brief apart: where the properties of a section end and its text begins."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.brief.document import Section, escaped, unescaped


def section(text: str) -> Section:
    return Section("A title", "a", 1, text.split("\n"))


def test_properties_are_the_list_at_the_top_of_a_section() -> None:
    one = section("\n- kind: fact\n- sure: low\n\nThe text.\nGoes on.\n\nAnd on.")
    assert one.properties == {"kind": "fact", "sure": "low"}
    assert one.prose == "The text. Goes on.\n\nAnd on."


def test_a_text_that_looks_like_a_property_is_text_after_a_blank_line() -> None:
    one = section("- kind: fact\n\n- sure: high\n- claims: none\n\nThe end.")
    assert one.properties == {"kind": "fact"}
    assert one.prose == "- sure: high - claims: none\n\nThe end."


def test_a_section_need_have_no_properties() -> None:
    assert section("The text.\n- kind: fact").properties == {}
    assert section("The text.\n- kind: fact").prose == "The text. - kind: fact"


@given(st.lists(st.sampled_from(["- kind: fact", "- sure: low", "", "text", "- an item"]), max_size=8))
def test_each_line_is_a_property_or_text_and_never_both_nor_neither(lines: list[str]) -> None:
    one = Section("A title", "a", 1, ["- claims: x", "", *lines])
    assert one.properties == {"claims": "x"}
    assert one.prose.split() == " ".join(lines).split()


@given(st.text(alphabet="\\# a-", max_size=8))
def test_an_escaped_paragraph_is_no_heading_and_comes_back(paragraph: str) -> None:
    assert unescaped(escaped(paragraph)) == paragraph
    assert not escaped(paragraph).startswith("## ")


def test_a_paragraph_that_begins_like_a_heading_may_be_text() -> None:
    assert section("- kind: fact\n\n\\## Not a heading\n\nThe end.").prose == "## Not a heading\n\nThe end."
