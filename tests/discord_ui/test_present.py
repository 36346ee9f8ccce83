"""Presenting text: what leaves the bot fits Discord and can harm nobody."""

from __future__ import annotations

import re

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.debate.steps import Drafting, Progress, Step
from bot.discord_ui import limits
from bot.discord_ui.present import clip, embed, escape, one_line, split
from bot.discord_ui.rehearsal import line

PROSE = st.lists(
    st.lists(st.text("abcdefg.!? ", min_size=1, max_size=90), min_size=1, max_size=8).map(" ".join), min_size=1, max_size=12
).map("\n\n".join)


def _bare(parts: list[str]) -> str:
    joined = "".join(re.sub(r"^\(\d+/\d+\)\n", "", part) for part in parts)
    return re.sub(r"\s", "", joined)


@given(PROSE, st.integers(min_value=120, max_value=600))
def test_parts_fit_and_lose_nothing(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(0 < len(part) <= limit for part in parts)
    assert _bare(parts) == re.sub(r"\s", "", text)


@given(st.text(max_size=5000))
def test_any_text_at_all_is_split_within_the_limit(text: str) -> None:
    assert all(0 < len(part) <= limits.CONTENT for part in split(text))


@given(st.lists(st.sampled_from(["```py", "```", "words " * 30, "x" * 400, ""]), max_size=30).map("\n".join))
def test_code_blocks_are_closed_in_every_part_when_they_are_in_the_whole(text: str) -> None:
    fences = len(re.findall(r"^```", text, re.MULTILINE))
    for part in split(text, 500):
        assert len(part) <= 500
        if fences % 2 == 0:
            assert len(re.findall(r"^```", part, re.MULTILINE)) % 2 == 0


def test_a_cut_code_block_is_opened_again_in_its_language() -> None:
    parts = split("Look:\n```python\n" + "\n".join(f"line {n} = {n}" for n in range(60)) + "\n```\nDone.", 300)
    assert len(parts) > 2
    assert all(part.count("```") == 2 for part in parts[:-1])
    assert all("```python\n" in part for part in parts[:-1])


def test_several_parts_are_numbered_and_one_is_not() -> None:
    assert split("Short.") == ["Short."]
    assert split("") == split(" \n ") == []
    parts = split("A sentence of words. " * 200)
    assert [part.split("\n")[0] for part in parts] == [f"({n}/{len(parts)})" for n in range(1, len(parts) + 1)]
    assert not split("A sentence of words. " * 200, numbered=False)[0].startswith("(")


def test_it_is_cut_between_sentences_before_words_and_words_before_letters() -> None:
    assert all(part.rstrip().endswith(".") for part in split("This is one sentence. " * 60, 200))
    assert all(part.split("\n")[-1].split()[0] == "word" for part in split("word " * 300, 200))
    assert _bare(split("x" * 1000, 200)) == "x" * 1000


@pytest.mark.parametrize(
    "text", ["@everyone", "@here", "<@123456789012345678>", "<@&1>", "<#1>", "<t:0:R>", "</claim:1>", "[free](https://x.test)"]
)
def test_nothing_in_user_text_mentions_or_links(text: str) -> None:
    shown = escape(text)
    assert not re.search(r"@(everyone|here)|<[@#t/]|\]\(", shown)


@pytest.mark.parametrize(
    "text",
    [
        "[a](b) **PWN** (c)",
        "<a:/||PWN||>",
        "x\n\n- PWN",
        "  # PWN",
        "-# PWN",
        "> PWN",
        ">>> PWN",
        "https://x.test/ **PWN**",
        "\\**PWN**",
    ],
)
def test_no_markdown_takes_effect_wherever_it_stands(text: str) -> None:
    for shown in (escape(text), one_line(text, 100)):
        assert not re.search(r"(?<!\\)(?:\\\\)*[*|]{2}PWN|^\s*(?:-|-?#|>|>>>) PWN", shown, re.MULTILINE)


def test_an_address_stays_as_it_was_typed() -> None:
    assert escape("see https://x.test/a_b_c*d.") == "see https://x.test/a_b_c*d."


@given(st.text(max_size=400))
def test_escaped_text_still_reads_the_same(text: str) -> None:
    shown = escape(text).replace("\u200b", "").replace("\\", "")
    assert shown == text.replace("\r\n", "\n").replace("\u200b", "").replace("\\", "")


@given(st.text(max_size=400), st.integers(min_value=20, max_value=100))
def test_one_line_is_one_line_within_its_limit(text: str, limit: int) -> None:
    shown = one_line(text, limit)
    assert len(shown) <= limit
    assert "\n" not in shown


def test_clipping_says_that_it_cut() -> None:
    assert clip("  short ", 10) == "short"
    assert clip("0123456789ABC", 10) == "012345678…"


@given(
    st.text(max_size=500),
    st.text(max_size=5000),
    st.lists(st.tuples(st.text(min_size=1, max_size=300), st.text(max_size=1500)), max_size=30),
)
def test_an_embed_keeps_every_limit(title: str, body: str, fields: list[tuple[str, str]]) -> None:
    made = embed(title, body, fields, footer="foot", colour=discord.Colour.blue())
    assert len(made) <= limits.EMBED_TOTAL
    assert len(made.fields) <= limits.EMBED_FIELDS
    assert len(made.title or "") <= limits.EMBED_TITLE
    assert len(made.description or "") <= limits.EMBED_DESCRIPTION
    assert all(len(f.name or "") <= limits.FIELD_NAME and 0 < len(f.value or "") <= limits.FIELD_VALUE for f in made.fields)


def test_what_a_model_drafts_is_counted_in_tens_and_never_shown() -> None:
    drafting, lines = Drafting(), set()
    for n in range(25):
        progress = Progress(Step.WRITING, text=f"secret{n} ")
        lines.add(line(progress, drafting.words(progress)))
    assert len(lines) == 3
    assert any("20 words drafted, not checked yet" in shown for shown in lines)
    assert not any("secret" in shown for shown in lines)
    assert drafting.words(Progress(Step.CHECKING)) == 0
