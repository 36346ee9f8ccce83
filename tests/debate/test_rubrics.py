"""Rubrics: those that ship, and a server's own from text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.debate.errors import RubricError
from bot.debate.rubrics import MAX_CRITERIA, MAX_TEXT, Criterion, rubric_of, rubric_of_text, rubrics

OWN = """
name = "Ours"
criteria = [
  {key = "truth", name = "Truth", low = 0, high = 20, step = 5, weight = 2},
  {key = "wit", high = 3},
]
"""


def test_the_default_rubric_scores_content_evidence_rebuttal_and_style() -> None:
    assert [c.key for c in rubrics()["default"].criteria] == ["content", "evidence", "rebuttal", "style"]
    assert rubrics()["default"].highest == 100
    assert rubrics()["novice"].criterion("listening") is not None
    assert rubrics()["novice"].criterion("wit") is None
    for rubric in rubrics().values():
        assert len(rubric.criteria) <= MAX_CRITERIA
        assert all(c.name and c.description for c in rubric.criteria)


def test_a_server_s_own_rubric_is_read_with_its_defaults() -> None:
    own = rubric_of_text(OWN, "ours")
    assert (own.key, own.name, own.highest) == ("ours", "Ours", 43)
    assert own.criteria[1] == Criterion("wit", "Wit", "", 0, 3, 1, 1)
    assert own.criteria[0].scale == "0 to 20 in steps of 5"
    assert rubric_of("ours", own.definition) == own
    assert rubric_of_text(json.dumps({"key": "k", "name": "N", "criteria": [{"key": "a"}]})).key == "k"
    assert rubric_of_text('name="N"\ncriteria=[{key="a"}]').key == "own"


def test_an_unknown_rubric_is_refused_with_the_known_ones_named() -> None:
    with pytest.raises(RubricError, match="there is no rubric 'odd': use one of default, novice"):
        rubric_of("odd")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name = ", "neither TOML nor JSON"),
        ('{"name": ', "neither TOML nor JSON"),
        ("x" * (MAX_TEXT + 1), "4,001 characters"),
        ("criteria = []", "needs a `name`"),
        ('name = "N"', "needs `criteria`"),
        ('name = "N"\ncriteria = []', "1 to 5"),
        ('name = "N"\ncriteria = [' + '{key="a"},' * 6 + "]", "1 to 5"),
        ('name = "N"\ncriteria = [3]', "criterion 1 must be a table"),
        ('name = "N"\ncriteria = [{key="a"}, {key="a"}]', "two criteria have the key 'a'"),
        ('name = "N"\ncriteria = [{key="A b"}]', "needs a `key`"),
        ('name = "N"\ncriteria = [{key="a", wieght=2}]', "unknown field 'wieght'"),
        ('name = "N"\ncriteria = [{key="a", name=""}]', "`name` has 1 to 45"),
        ('name = "N"\ncriteria = [{key="a", high="ten"}]', "`high` must be a number"),
        ('name = "N"\ncriteria = [{key="a", high=true}]', "`high` must be a number"),
        ('name = "N"\ncriteria = [{key="a", high=nan}]', "`high` must be a number"),
        ('name = "N"\ncriteria = [{key="a", low=5, high=5}]', "`low` must lie under `high`"),
        ('name = "N"\ncriteria = [{key="a", step=0}]', "`step` must be more than 0"),
        ('name = "N"\ncriteria = [{key="a", weight=0}]', "`weight` must be more than 0"),
        ('key = "Bad Key"\nname = "N"\ncriteria = [{key="a"}]', "key 'Bad Key' must be lower-case"),
    ],
)
def test_a_faulty_rubric_is_refused_with_its_fault(text: str, why: str) -> None:
    with pytest.raises(RubricError) as refused:
        rubric_of_text(text)
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)


@given(st.text(max_size=200))
def test_any_text_is_a_rubric_or_a_clear_refusal(text: str) -> None:
    refusal = ""
    try:
        rubric = rubric_of_text(text)
    except RubricError as error:
        refusal = str(error)
    assert "\n" not in refusal
    assert refusal or rubric.criteria


@given(st.integers(0, 20), st.sampled_from([0.5, 1.0, 0.1]))
def test_every_step_of_the_range_is_a_score_and_nothing_between(n: int, step: float) -> None:
    criterion = Criterion("a", "A", "", 2, 2 + 20 * step, step, 1)
    assert criterion.allows(2 + n * step)
    assert not criterion.allows(2 + (n + 0.5) * step)
    assert not criterion.allows(2 - step)
    assert not criterion.allows(2 + 21 * step)
    assert not criterion.allows(float("nan"))
