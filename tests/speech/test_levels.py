"""Levels change what a speech presses and how densely it argues; what it says is true at all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bootstrap import speaker_for
from bot.brief.load import load_brief
from bot.brief.model import BlockKind, Brief
from bot.debate.record import Speech
from bot.debate.words import Level, PointKind, Side, SpeechKind, Verdict
from bot.settings import read_settings
from bot.speech.flow import flow_of
from bot.speech.matching import Match
from bot.speech.moves import MoveKind
from bot.speech.plan import Hearing, Planner
from bot.speech.pressure import pressure_at
from bot.speech.request import SpeechDraft, SpeechRequest
from tests.conftest import TINY
from tests.speech.test_speaker import NOW, OPP, PRO

BRIEF = load_brief(TINY)
BLOCKS = [key for key, block in BRIEF.blocks.items() if block.kind is BlockKind.BLOCK]
FALSE = [key for key, block in BRIEF.blocks.items() if block.kind is BlockKind.CORRECTION]
CROWDED = (
    "South Korea is a member of the Quad. China threatens everybody, so they will unite against it. "
    "AUKUS is the Pacific NATO already. Japan will amend its constitution. America can push it through. "
    "Camp David made a three-way alliance. Europe was divided too. History fades, and Japan and Korea have reconciled. "
    "Trade never stopped anybody from arming."
)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory, shipped: Brief) -> dict[Level, SpeechDraft]:
    """The answer to one crowded speech at each level."""
    settings = read_settings(data_dir=tmp_path_factory.getbasetemp() / "shipped-index")
    heard = Speech(0, PRO, SpeechKind.REBUTTAL, "ann", CROWDED, NOW)

    async def answered() -> dict[Level, SpeechDraft]:
        async with speaker_for(settings, shipped) as (speaker, _):
            return {level: await speaker.answer(SpeechRequest(OPP, SpeechKind.REBUTTAL, 400, (heard,), level)) for level in Level}

    return asyncio.run(answered())


@pytest.mark.encoder
def test_a_higher_level_argues_more_densely(answers: dict[Level, SpeechDraft]) -> None:
    words = [len(answers[level].text.split()) for level in Level]
    met = [sum(p.verdict not in (Verdict.DROPPED, Verdict.UNSUPPORTED) for p in answers[level].heard) for level in Level]
    assert words == sorted(words)
    assert words[0] < words[-1]
    assert met == sorted(met)
    assert met[0] < met[-1]


@pytest.mark.encoder
def test_what_was_heard_and_what_is_true_is_the_same_at_every_level(answers: dict[Level, SpeechDraft], shipped: Brief) -> None:
    heard = [[(p.text, p.kind) for p in draft.heard] for draft in answers.values()]
    assert heard[0] == heard[1] == heard[2]
    for draft in answers.values():
        assert any(p.met_by and p.met_by.startswith("korea-in-quad") for p in draft.points if p.verdict is Verdict.CORRECTED)
        assert draft.checks["cut"] == 0
        assert {c.passage for c in draft.citations} <= set(shipped.passages)


MATCHES = st.lists(st.tuples(st.sampled_from([*BLOCKS, None]), st.sampled_from([*FALSE, None])), min_size=1, max_size=8)


def _plans(rows: Sequence[tuple[str | None, str | None]], words: int) -> dict[Level, list[tuple[MoveKind, str | None]]]:
    matches = tuple(
        Match(f"point {i} has some words in it", PointKind.CLAIM, key, 0.9, (false,) if false else ())
        for i, (key, false) in enumerate(rows)
    )
    flow = flow_of(BRIEF, Side.OPPOSITION, ())
    plans = {level: Planner(BRIEF, flow, words, level).rebut(SpeechKind.REBUTTAL, Hearing(matches, {})) for level in Level}
    return {level: [(move.kind, move.key) for move in plan.moves] for level, plan in plans.items()}


@given(MATCHES)
def test_every_level_corrects_the_same_falsehoods(rows: list[tuple[str | None, str | None]]) -> None:
    corrected = [{key for kind, key in moves if kind is MoveKind.CORRECT} for moves in _plans(rows, 4000).values()]
    assert corrected[0] == corrected[1] == corrected[2] == {false for _, false in rows if false}


@given(MATCHES, st.integers(60, 600))
def test_no_level_presses_more_than_it_may(rows: list[tuple[str | None, str | None]], words: int) -> None:
    for level, moves in _plans(rows, words).items():
        may = pressure_at(level)
        kinds = [kind for kind, _ in moves]
        assert kinds.count(MoveKind.ASK) <= may.questions
        assert kinds.count(MoveKind.OPEN) <= may.openings
        assert kinds.count(MoveKind.CONCEDE) <= may.concessions
        assert kinds.count(MoveKind.EXTEND) <= may.extensions
        assert may.second or kinds.count(MoveKind.ANSWER) <= may.points
