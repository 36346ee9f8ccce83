"""Answers of one sentence: prepared, used once, and given to as many points as the words of the speech allow."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.brief.load import load_brief
from bot.brief.model import BlockKind, Brief, Paragraph, Sentence
from bot.brief.read import read_brief
from bot.debate.words import PointKind, Side, SpeechKind, Verdict
from bot.speech.filling import filled, words_in
from bot.speech.flow import flow_of
from bot.speech.matching import Match
from bot.speech.moves import Move, MoveKind
from bot.speech.plan import Hearing, Plan, Planner
from bot.speech.writers.composer import Composer
from tests.conftest import SHIPPED, TINY

OPP = Side.OPPOSITION
ADAPT, SLEEP = "parents-can-adapt", "teenagers-need-sleep"
FIRST = "In the survey 64 per cent of parents could not take children to school after nine."
SECOND = "Whoever stands in a shop at eight cannot stand at a school gate at nine."
SHIPPED_BRIEF = load_brief(SHIPPED)
BLOCKS = sorted(key for key, block in SHIPPED_BRIEF.blocks.items() if block.kind is BlockKind.BLOCK)


@pytest.fixture
def brief(tiny: Brief) -> Brief:
    shorts = (
        Paragraph(f"{ADAPT}#in-short-1", (Sentence(FIRST, ("survey#buses",)),)),
        Paragraph(f"{ADAPT}#in-short-2", (Sentence(SECOND, ()),)),
    )
    return replace(tiny, blocks={**tiny.blocks, ADAPT: replace(tiny.blocks[ADAPT], in_short=shorts)})


def points(*keys: str, score: float = 0.9) -> tuple[Match, ...]:
    return tuple(Match(f"{key} is what they said", PointKind.CLAIM, key, score) for key in keys)


def rebuttal(
    brief: Brief,
    words: int,
    matches: tuple[Match, ...],
    spare: int = 0,
    used: frozenset[str] = frozenset(),
    cited: frozenset[str] = frozenset(),
) -> Plan:
    known = replace(flow_of(brief, OPP, ()), used=used, cited=cited)
    return Planner(brief, known, words, spare=spare).rebut(SpeechKind.REBUTTAL, Hearing(matches))


def answer_to(plan: Plan, key: str) -> Move:
    return next(move for move in plan.moves if move.kind is MoveKind.ANSWER and move.key == key)


def test_where_words_are_few_the_prepared_sentence_is_said(brief: Brief) -> None:
    answer = answer_to(rebuttal(brief, 75, points(ADAPT)), ADAPT)
    assert answer.short
    assert answer.paragraph is not None
    assert answer.paragraph.text == FIRST


def test_with_words_enough_the_whole_answer_takes_its_place(brief: Brief) -> None:
    answer = answer_to(rebuttal(brief, 320, points(ADAPT)), ADAPT)
    assert not answer.short
    assert answer.paragraph in brief.blocks[ADAPT].answers


def test_a_sentence_that_was_said_gives_way_to_the_next(brief: Brief) -> None:
    plan = rebuttal(brief, 75, points(ADAPT), used=frozenset({f"{ADAPT}#in-short-1"}))
    paragraph = answer_to(plan, ADAPT).paragraph
    assert paragraph is not None
    assert paragraph.text == SECOND


def test_a_sentence_whose_evidence_was_heard_gives_way_to_the_next(brief: Brief) -> None:
    plan = rebuttal(brief, 75, points(ADAPT), cited=frozenset({"survey#buses"}))
    paragraph = answer_to(plan, ADAPT).paragraph
    assert paragraph is not None
    assert paragraph.text == SECOND


def test_when_all_sentences_were_said_one_of_an_answer_is_taken(brief: Brief) -> None:
    used = frozenset({f"{ADAPT}#in-short-1", f"{ADAPT}#in-short-2"})
    paragraph = answer_to(rebuttal(brief, 75, points(ADAPT), used=used), ADAPT).paragraph
    assert paragraph is not None
    assert paragraph.id in {answer.id for answer in brief.blocks[ADAPT].answers}


def test_a_contention_is_defended_in_one_sentence_and_then_at_length(tiny: Brief) -> None:
    short = Paragraph("buses#in-short-1", (Sentence("The fleet cannot be in two places at nine.", ()),))
    brief = replace(tiny, contentions={**tiny.contentions, "buses": replace(tiny.contentions["buses"], in_short=(short,))})
    disputed = (Match("there are plenty of drivers about", PointKind.CLAIM, None, 0.9, disputes=("buses",)),)
    few, many = rebuttal(brief, 68, disputed), rebuttal(brief, 320, disputed)
    assert [move.paragraph for move in few.moves if move.kind is MoveKind.DEFEND] == [short]
    (whole,) = [move.paragraph for move in many.moves if move.kind is MoveKind.DEFEND]
    assert whole is not None
    assert whole.words > short.words


def test_in_a_crowded_speech_what_was_heard_most_surely_is_met_first() -> None:
    keys = BLOCKS[:12]
    doubtful, sure = points(*keys[:6], score=0.4), points(*keys[6:], score=0.9)
    plan = rebuttal(SHIPPED_BRIEF, 230, (*doubtful, *sure))
    met = {place for place, (verdict, _, _) in plan.verdicts.items() if verdict is not Verdict.DROPPED}
    assert plan.without_room
    assert met
    assert all(place >= 6 for place in met) or set(range(6, 12)) <= met
    spoken = [move.point for move in plan.moves if move.kind is MoveKind.ANSWER and move.point is not None]
    assert spoken == sorted(spoken), "answers follow the order of the speech"


@given(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=14, unique=True), st.integers(100, 400))
def test_a_filled_speech_keeps_to_its_limit_and_leaves_no_more_points_out(keys: list[str], words: int) -> None:
    flow, matches, composer = flow_of(SHIPPED_BRIEF, OPP, ()), points(*keys), Composer(SHIPPED_BRIEF)
    plan, parts = filled(lambda spare: rebuttal(SHIPPED_BRIEF, words, matches, spare), lambda p: composer.write(p, flow), words)
    assert words_in(parts) <= words
    assert plan.without_room <= rebuttal(SHIPPED_BRIEF, words, matches).without_room


def test_words_that_lead_ins_leave_give_room_to_more_points() -> None:
    flow, matches, composer = flow_of(SHIPPED_BRIEF, OPP, ()), points(*BLOCKS[:14]), Composer(SHIPPED_BRIEF)
    plan, _ = filled(lambda spare: rebuttal(SHIPPED_BRIEF, 250, matches, spare), lambda p: composer.write(p, flow), 250)
    assert 0 < plan.without_room < rebuttal(SHIPPED_BRIEF, 250, matches).without_room


def test_a_falsehood_said_twice_in_a_speech_is_put_right_once(tiny: Brief) -> None:
    said = (
        Match("grades rose everywhere", PointKind.CLAIM, None, 0.9, ("grades-rise",)),
        Match("and the marks went up too", PointKind.CLAIM, ADAPT, 0.9, ("grades-rise",)),
    )
    plan = rebuttal(tiny, 320, said)
    assert [move.key for move in plan.moves if move.kind is MoveKind.CORRECT] == ["grades-rise"]
    assert [verdict for verdict, _, _ in plan.verdicts.values()] == [Verdict.CORRECTED, Verdict.CORRECTED]
    assert MoveKind.STAND not in {move.kind for move in plan.moves}


def test_every_block_and_contention_of_the_shipped_brief_has_answers_of_one_sentence() -> None:
    shorts = {key: SHIPPED_BRIEF.blocks[key].in_short for key in BLOCKS}
    shorts |= {key: contention.in_short for key, contention in SHIPPED_BRIEF.contentions.items()}
    assert [key for key, prepared in shorts.items() if len(prepared) < 3] == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Parents work. They cannot bend.", "has 2 sentences, 5 words"),
        ("Parents cannot.", "has 1 sentences, 2 words"),
        ("In the survey 46 per cent of parents could not come [survey#buses].", "no cited passage holds 46"),
        ("In the survey many parents could not come at all [survey#none].", "cites unknown passage `survey#none`"),
    ],
)
def test_a_sentence_that_cannot_be_said_is_named(tmp_path: Path, line: str, message: str) -> None:
    shutil.copytree(TINY, tmp_path / "brief")
    file = tmp_path / "brief" / "blocks" / f"{ADAPT}.md"
    file.write_text(f"{file.read_text(encoding='utf-8')}\n## In short\n- {line}\n", encoding="utf-8")
    from bot.brief.check import cross_faults

    brief, faults = read_brief(tmp_path / "brief")
    assert faults == []
    assert brief is not None
    assert [fault.message for fault in cross_faults(brief) if message in fault.message]
