"""The gold speeches are well labelled, and the judging of an answer finds what it is there to find."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from bot.brief.load import load_brief
from bot.brief.model import Brief
from bot.debate.record import Citation, Point
from bot.debate.words import PointKind, Verdict
from bot.speech.request import SpeechDraft
from tests.bench.gold_speeches import (
    ASIDE,
    SPLITS,
    STYLES,
    UNSUPPORTED,
    GoldPoint,
    GoldSpeech,
    Outcome,
    content,
    judge,
    outcome,
    overlap,
    read_gold,
    unsupported,
)
from tests.conftest import SHIPPED

GOLDS = read_gold()


@pytest.fixture(scope="module")
def brief() -> Brief:
    return load_brief(SHIPPED)


def draft_of(
    *heard: Point,
    points: tuple[Point, ...] = (),
    text: str = "",
    citations: tuple[Citation, ...] = (),
    dropped: tuple[str, ...] = (),
) -> SpeechDraft:
    return SpeechDraft(text, points, citations, heard, (), dropped, "composer")


def gold_of(*points: GoldPoint, engages: tuple[str, ...] = (), never: tuple[str, ...] = ()) -> GoldSpeech:
    return GoldSpeech("s000", "dev", "chat", "text", points, engages, never)


QUAD = GoldPoint("the quad is an asian nato", ("quad-asian-nato",), (), None)
HEARD = Point(0, "The Quad is already an Asian NATO", PointKind.CLAIM, "quad-asian-nato", Verdict.ANSWERED)
SPOKEN = Point(0, "It binds nobody.", PointKind.CLAIM, "quad-asian-nato#deny", answers=0)


def test_every_label_names_something_that_the_brief_holds(brief: Brief) -> None:
    known = {*brief.blocks, *brief.contentions, *brief.sources, UNSUPPORTED}
    corrections = {key for key, block in brief.blocks.items() if block.kind.value == "correction"}
    for gold in GOLDS:
        for point in gold.points:
            assert set(point.accept) <= known, (gold.id, point.gist)
            assert set(point.corrections) <= corrections, (gold.id, point.gist)
            # Something must be able to meet the point, and a point of a kind that needs no argument is met by none.
            assert bool(point.accept or point.corrections) == (point.kind is None), (gold.id, point.gist)
            assert point.kind is None or point.kind in ASIDE, (gold.id, point.kind)
        assert set(gold.engages) <= set(brief.contentions), gold.id


def test_every_gist_is_in_words_of_its_speech() -> None:
    for gold in GOLDS:
        words = content(gold.text)
        for point in gold.points:
            assert content(point.gist), (gold.id, point.gist)
            assert content(point.gist) <= words, (gold.id, point.gist, content(point.gist) - words)


def test_every_argument_that_the_brief_prepares_for_is_made_in_every_split(brief: Brief) -> None:
    for split in SPLITS:
        points = [point for gold in GOLDS if gold.split == split for point in gold.points]
        covered = {key for point in points for key in (*point.accept, *point.corrections)}
        # A new block or correction needs a gold speech; one may be missing from one of the splits, none from both.
        assert len({*brief.blocks, *brief.contentions} - covered) <= 3, split
    points = [point for gold in GOLDS for point in gold.points]
    missing = {*brief.blocks, *brief.contentions} - {key for p in points for key in (*p.accept, *p.corrections)}
    assert not missing, f"no gold speech makes {sorted(missing)}: add one to knowledge/gold/speeches"
    corrected = {key for point in points for key in point.corrections}
    assert {key for key, block in brief.blocks.items() if block.kind.value == "correction"} == corrected


def test_there_are_a_hundred_speeches_from_a_line_to_a_wall() -> None:
    assert len(GOLDS) >= 100
    assert sum(len(gold.points) for gold in GOLDS) >= 320
    assert min(len(gold.points) for gold in GOLDS) == 1
    assert max(len(gold.points) for gold in GOLDS) >= 10
    assert max(len(gold.text) for gold in GOLDS) >= 3500


def test_ids_texts_and_styles_are_sound() -> None:
    assert len({gold.id for gold in GOLDS}) == len(GOLDS)
    assert len({gold.text for gold in GOLDS}) == len(GOLDS)
    assert {gold.split for gold in GOLDS} == set(SPLITS)
    assert Counter(gold.split for gold in GOLDS)["test"] == 34
    for split in SPLITS:
        assert {gold.style for gold in GOLDS if gold.split == split} == set(STYLES)


def test_what_must_never_be_said_compiles_and_is_not_said_by_silence() -> None:
    for gold in GOLDS:
        for pattern in gold.never:
            assert not re.search(pattern, "", re.IGNORECASE), gold.id


@pytest.mark.parametrize("other", ["dev", "dev2"])
def test_the_speeches_that_are_held_back_share_no_sentence_with_others(other: str) -> None:
    def sentences(split: str) -> set[str]:
        return {
            " ".join(s.lower().split())
            for g in GOLDS
            if g.split == split
            for s in re.split(r"[.!?\n]+", g.text)
            if len(s.split()) > 3
        }

    assert not sentences(other) & sentences("test")


def test_a_point_is_met_only_when_an_accepted_key_is_spoken_for_it() -> None:
    assert outcome(QUAD, draft_of(HEARD, points=(SPOKEN,))) is Outcome.MET
    silent = Point(0, HEARD.text, PointKind.CLAIM, "quad-asian-nato", Verdict.NEW)
    assert outcome(QUAD, draft_of(silent)) is Outcome.NO_ROOM
    asked = Point(0, "Whom does it bind?", PointKind.QUESTION, "quad-asian-nato#question", answers=None)
    assert outcome(QUAD, draft_of(HEARD, points=(asked,))) is Outcome.NO_ROOM
    other = Point(0, HEARD.text, PointKind.CLAIM, "nato-started-small", Verdict.ANSWERED)
    reply = Point(0, "It grew.", PointKind.CLAIM, "nato-started-small#deny", answers=0)
    assert outcome(QUAD, draft_of(other, points=(reply,))) is Outcome.WRONG
    blank = Point(0, HEARD.text, PointKind.CLAIM, None, Verdict.UNSUPPORTED)
    assert outcome(QUAD, draft_of(blank)) is Outcome.UNRECOGNISED
    assert outcome(QUAD, draft_of(Point(0, "Trade will not hold them back", PointKind.CLAIM))) is Outcome.UNHEARD


def test_an_argument_heard_in_pieces_is_found_by_one_of_them() -> None:
    point = GoldPoint("norms change Sweden threw two centuries of neutrality away in one morning", ("quad-asian-nato",), (), None)
    piece = Point(0, "Norms change.", PointKind.CLAIM, "quad-asian-nato", Verdict.ANSWERED)
    assert outcome(point, draft_of(piece, points=(SPOKEN,))) is Outcome.MET
    scrap = Point(0, "Sweden.", PointKind.CLAIM, "quad-asian-nato", Verdict.ANSWERED)
    assert outcome(point, draft_of(scrap, points=(SPOKEN,))) is Outcome.UNHEARD


def test_an_insult_is_met_by_silence_and_not_by_an_argument() -> None:
    insult = GoldPoint("you are a toaster", (), (), "abuse")
    aside = Point(0, "You are a toaster", PointKind.ABUSE, None, Verdict.SET_ASIDE)
    assert outcome(insult, draft_of(aside)) is Outcome.MET
    argued = Point(0, "You are a toaster", PointKind.CLAIM, "bare-assertion", Verdict.ANSWERED)
    reply = Point(0, "It is not obvious.", PointKind.CLAIM, "bare-assertion#deny", answers=0)
    assert outcome(insult, draft_of(argued, points=(reply,))) is Outcome.WRONG


def test_a_missed_and_an_undue_correction_are_both_found(brief: Brief) -> None:
    ended = GoldPoint("Seoul ended GSOMIA", (), ("gsomia-ended",), None)
    undue = Point(0, "The rulings came in 2018.", PointKind.CLAIM, "ruling-2019#correct", answers=0)
    found = judge(brief, gold_of(ended), draft_of(points=(undue,)), draft_of())
    assert found.uncorrected == ["gsomia-ended"]
    assert found.unduly_corrected == ["ruling-2019"]
    due = Point(0, "It never lapsed.", PointKind.CLAIM, "gsomia-ended#correct", answers=0)
    assert judge(brief, gold_of(ended), draft_of(points=(due,)), draft_of()).uncorrected == []


def test_a_claim_of_a_drop_that_did_not_happen_is_found(brief: Brief) -> None:
    gold = gold_of(QUAD, engages=("india-refuses",))
    found = judge(brief, gold, draft_of(text="You have not answered India."), draft_of(dropped=("india-refuses", "asean-norm")))
    assert found.false_drops == ["india-refuses", "You have not answered India."]
    honest = judge(brief, gold, draft_of(text="The export curbs were dropped."), draft_of(dropped=("asean-norm",)))
    assert honest.false_drops == []


def test_a_forbidden_sentence_is_found_and_its_denial_is_not(brief: Brief) -> None:
    never = next(gold for gold in GOLDS if any("gsomia-ended" in p.corrections for p in gold.points)).never
    assert judge(brief, gold_of(never=never), draft_of(text="Seoul ended GSOMIA."), draft_of()).forbidden
    assert not judge(brief, gold_of(never=never), draft_of(text="Seoul never ended GSOMIA."), draft_of()).forbidden
    turned = draft_of(text="I agree that an Asian NATO will emerge.")
    assert judge(brief, gold_of(), turned, draft_of()).forbidden == [turned.text]


def test_a_figure_that_its_passage_does_not_hold_is_found(brief: Brief) -> None:
    passage = next(iter(brief.passages.values()))
    cited = (Citation(1, passage.id, passage.source, passage.locator),)
    assert unsupported(brief, draft_of(text="There were 987654 of them [1].", citations=cited)) == ["There were 987654 of them."]
    assert unsupported(brief, draft_of(text="There were some of them [1].", citations=cited)) == []


def test_overlap_is_the_share_of_the_gist_that_was_heard() -> None:
    assert overlap("China threatens everyone", "Everyone is threatened by China") == 1.0
    assert overlap("China threatens everyone", "Trade with Chile") == 0.0
    assert overlap("the and", "the and") == 0.0
