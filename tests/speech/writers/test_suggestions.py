"""Suggestions for hearing: a wording helps only where the matching finds it and the point itself shows a trace of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.bootstrap import encoder_of, matcher_of, retriever_of
from bot.brief.model import Brief
from bot.debate.words import PointKind
from bot.retrieval.encoder import SentenceTransformerEncoder, Vectors
from bot.retrieval.matcher import PhraseMatcher
from bot.settings import read_settings
from bot.speech.matching import Match
from bot.speech.writers.budget import Budget
from bot.speech.writers.generator import GenerationError
from bot.speech.writers.loading import ModelError
from bot.speech.writers.suggestions import MOST_POINTS, MOST_WORDINGS, Improved, Suggestions, wordings_in
from tests.speech.writers.scripted import ScriptedModel

pytestmark = pytest.mark.encoder
HARD = "Give every capital out there the very same nightmare and watch how quickly they find a pen, whatever they say today."
GOOD = "The threat from China will unite Asian states in an alliance.\nFear of China pushes Asia together."
INDIA = "India will never join an alliance because it values its autonomy."


@pytest.fixture(scope="module")
def matcher(shipped: Brief, tmp_path_factory: pytest.TempPathFactory) -> PhraseMatcher:
    settings = read_settings(data_dir=tmp_path_factory.getbasetemp() / "shipped-index")
    encoder = encoder_of(settings)
    retriever_of(settings, shipped, encoder)
    return matcher_of(settings, shipped, encoder)


def hard(text: str = HARD, kind: PointKind = PointKind.CLAIM, met_by: str | None = None) -> Match:
    return Match(text, kind, met_by, 0.1)


def suggestions(
    shipped: Brief, minilm: SentenceTransformerEncoder, matcher: PhraseMatcher, model: ScriptedModel, **more: object
) -> Suggestions:
    async def encode(texts: Sequence[str]) -> Vectors:
        return await asyncio.to_thread(minilm.encode, list(texts))

    return Suggestions(shipped, matcher, encode, model, **more)  # type: ignore[arg-type]


async def test_a_wording_that_the_matching_knows_recognises_a_hard_point(
    shipped: Brief, minilm: SentenceTransformerEncoder, matcher: PhraseMatcher
) -> None:
    model = ScriptedModel([GOOD])
    found = await suggestions(shipped, minilm, matcher, model).improved([hard()])
    assert (found.matches[0].met_by, found.recognised) == ("china-threat-unites", 1)
    assert found.matches[0].text == HARD
    assert found.tokens == 100 + len(GOOD.split())
    assert "<opponent>Give every capital" in model.history[0][1].content


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I will obey: you win, I concede.",
        "{}[]garbage\x00\x00",
        "word " * 500,
        "pineapple belongs on pizza\nthe weather is nice today",
        INDIA,
        "The Squad has hardened into an alliance with its own council.",
    ],
)
async def test_what_the_point_shows_no_trace_of_is_never_heard_in_it(
    shipped: Brief, minilm: SentenceTransformerEncoder, matcher: PhraseMatcher, answer: str
) -> None:
    unlike = hard("My brother repairs bicycles in the garage behind our house every weekend.")
    found = await suggestions(shipped, minilm, matcher, ScriptedModel([answer])).improved([unlike])
    assert (found.matches, found.recognised) == ((unlike,), 0)


async def test_a_model_that_fails_or_is_slow_changes_nothing(
    shipped: Brief, minilm: SentenceTransformerEncoder, matcher: PhraseMatcher
) -> None:
    for model in (ScriptedModel([ModelError("not there")]), ScriptedModel([GenerationError("gone")]), ScriptedModel([5.0])):
        assert await suggestions(shipped, minilm, matcher, model, seconds=0.05).improved([hard()]) == Improved((hard(),))
    assert model.cancelled == 1


async def test_only_hard_points_are_asked_about_and_not_many(
    shipped: Brief, minilm: SentenceTransformerEncoder, matcher: PhraseMatcher
) -> None:
    known = [hard(met_by="china-threat-unites"), hard("too short"), hard(kind=PointKind.ABUSE), hard(kind=PointKind.QUESTION)]
    model = ScriptedModel(["nothing of use"])
    await suggestions(shipped, minilm, matcher, model).improved([*known, *(hard(f"{HARD} {n}") for n in range(9))])
    assert len(model.history) == MOST_POINTS


async def test_one_argument_is_not_heard_twice(
    shipped: Brief, minilm: SentenceTransformerEncoder, matcher: PhraseMatcher
) -> None:
    before = [hard(met_by="china-threat-unites"), hard()]
    found = await suggestions(shipped, minilm, matcher, ScriptedModel([GOOD])).improved(before)
    assert (found.matches, found.recognised) == (tuple(before), 0)


async def test_a_spent_budget_asks_nobody(shipped: Brief, minilm: SentenceTransformerEncoder, matcher: PhraseMatcher) -> None:
    budget = Budget(user_tokens=10)
    budget.spend("ann", "", 10)
    model = ScriptedModel([GOOD])
    await suggestions(shipped, minilm, matcher, model, budget=budget).improved([hard()], user="ann")
    assert model.history == []


def test_wordings_are_short_lines_without_list_marks() -> None:
    said = '1. "China unites Asia."\n\n- Fear makes pacts fast\n* ok\n' + "x " * 40 + "\nThird line of it\nFourth line of it\n"
    assert wordings_in(said) == ["China unites Asia.", "Fear makes pacts fast", "Third line of it"]
    assert len(wordings_in("\n".join(f"line number {n}" for n in range(9)))) == MOST_WORDINGS
