"""What judges type: read with care, and given back where it cannot be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.debate.ballots import Mark
from bot.debate.rubrics import rubrics
from bot.debate.words import Side
from bot.discord_ui.ballot_text import read_marks, refused_marks, typed_mark

RUBRIC = rubrics()["default"]
PRO = Side.PROPOSITION


@pytest.mark.parametrize(
    ("typed", "score", "reason"),
    [
        ("7: clear", 7, "clear"),
        ("7.5 - clear", 7.5, "clear"),
        ("7,5 clear", 7.5, "clear"),
        ("8/10: clear, with 2 sources", 8, "clear, with 2 sources"),
        (" 0 – nothing\nat all ", 0, "nothing\nat all"),
        ("9", 9, ""),
    ],
)
def test_a_score_and_its_reason_are_read_as_people_write_them(typed: str, score: float, reason: str) -> None:
    read = read_marks(RUBRIC, PRO, {"content": typed})
    assert read.marks == {(PRO, "content"): Mark(score, reason)}
    assert read.unread == ()


@pytest.mark.parametrize("typed", ["very good", "11: too much", "-1: too little", "7.3: no such step", "seven: words", "1e3: x"])
def test_what_is_no_score_is_given_back_with_the_scale(typed: str) -> None:
    read = read_marks(RUBRIC, PRO, {"content": typed, "style": "5: fine"})
    assert list(read.marks) == [(PRO, "style")]
    assert typed.split(":")[0] in refused_marks(read)
    assert "0 to 10 in steps of 0.5" in refused_marks(read)


def test_an_empty_field_changes_nothing() -> None:
    read = read_marks(RUBRIC, PRO, {"content": "  "})
    assert read.marks == {}
    assert refused_marks(read) == ""


@given(st.integers(0, 20).map(lambda n: n / 2), st.from_regex(r"[a-z][a-z .,0-9]{0,80}[a-z]", fullmatch=True))
def test_a_mark_survives_being_typed_and_read(score: float, reason: str) -> None:
    mark = Mark(score, reason)
    assert read_marks(RUBRIC, PRO, {"content": typed_mark(mark)}).marks == {(PRO, "content"): mark}


def test_no_mark_is_typed_as_nothing() -> None:
    assert typed_mark(None) == ""
