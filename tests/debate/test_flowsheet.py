"""The flow sheet: no point lost or invented, drops only where there was an occasion to reply."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.debate.flowsheet import FlowSheet, Ref, flow_sheet, occasions
from bot.debate.record import EVERYTHING, Point, Speech
from bot.debate.words import PointKind, Side, SpeechKind, Verdict

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PRO, OPP = Side.PROPOSITION, Side.OPPOSITION


def speech(turn: int, side: Side, *points: Point, kind: SpeechKind = SpeechKind.REBUTTAL, struck: bool = False) -> Speech:
    return Speech(turn, side, kind, str(side), "Words.", NOW, points, struck=struck)


def theirs(ordinal: int = 0, *engaged: str, met_by: str | None = None, kind: PointKind = PointKind.CLAIM) -> Point:
    return Point(ordinal, f"their point {ordinal}", kind, met_by, engages=engaged)


def ours(ordinal: int, met_by: str, answers: int | None = None, verdict: Verdict = Verdict.NEW) -> Point:
    return Point(ordinal, f"our point {ordinal}", PointKind.CLAIM, met_by, verdict, answers)


def verdicts(sheet: FlowSheet, side: Side) -> list[Verdict]:
    return [row.verdict for row in sheet.of(side)]


def test_a_point_is_new_until_the_other_side_had_an_occasion_to_reply() -> None:
    made = speech(0, OPP, ours(0, "buses#reasons"))
    assert verdicts(flow_sheet([made], OPP), OPP) == [Verdict.NEW]
    for kind in (SpeechKind.OPENING, SpeechKind.QUESTION, SpeechKind.REPLY):
        assert verdicts(flow_sheet([made, speech(1, PRO, theirs(), kind=kind)], OPP), OPP) == [Verdict.NEW]


def test_a_point_that_a_rebuttal_passes_over_is_dropped() -> None:
    sheet = flow_sheet([speech(0, OPP, ours(0, "buses#reasons")), speech(1, PRO, theirs())], OPP)
    assert [row.ref for row in sheet.dropped(OPP)] == [Ref(0, 0)]
    assert sheet.dropped(OPP)[0].reason == "the other side spoke once and passed it over"


def test_a_speech_that_nobody_has_heard_yet_drops_nothing() -> None:
    unheard = speech(1, PRO)
    assert verdicts(flow_sheet([speech(0, OPP, ours(0, "buses#reasons")), unheard], OPP), OPP) == [Verdict.NEW]


def test_a_speech_without_any_point_is_an_occasion_once_the_bot_has_gone_on() -> None:
    made, silent, on = speech(0, OPP, ours(0, "buses#reasons")), speech(1, PRO), speech(2, OPP)
    assert occasions([made, silent, on], 0, OPP) == (silent,)


def test_a_reply_and_a_reply_to_everything_answer_a_point() -> None:
    for engaged in ("buses", EVERYTHING):
        sheet = flow_sheet([speech(0, OPP, ours(0, "buses#reasons")), speech(1, PRO, theirs(0, engaged))], OPP)
        assert verdicts(sheet, OPP) == [Verdict.ANSWERED]
        assert sheet.of(OPP)[0].answered_by == (Ref(1, 0),)
    assert flow_sheet([speech(0, OPP, ours(0, "buses#a")), speech(1, PRO, theirs(0, "buses"))], OPP).of(PRO)[0].answers == (
        Ref(0, 0),
    )


def test_a_point_that_was_granted_is_conceded() -> None:
    granted = theirs(0, "buses", kind=PointKind.CONCESSION)
    sheet = flow_sheet([speech(0, OPP, ours(0, "buses#reasons")), speech(1, PRO, granted)], OPP)
    assert verdicts(sheet, OPP) == [Verdict.CONCEDED]


def test_a_point_that_was_let_fall_and_taken_up_again_is_extended() -> None:
    told = [speech(0, OPP, ours(0, "buses#reasons")), speech(1, PRO, theirs()), speech(2, OPP, ours(0, "buses#extension"))]
    sheet = flow_sheet(told, OPP)
    assert verdicts(sheet, OPP) == [Verdict.EXTENDED, Verdict.NEW]
    assert sheet.of(OPP)[1].extends == Ref(0, 0)


def test_concessions_and_asides_of_ours_are_never_dropped() -> None:
    own = ours(0, "sleep#concede", 0, Verdict.CONCEDED)
    assert verdicts(flow_sheet([speech(0, OPP, own), speech(1, PRO, theirs())], OPP), OPP) == [Verdict.CONCEDED]


def test_an_opponents_point_is_answered_directly_or_later_or_else_dropped_by_the_bot() -> None:
    heard = speech(0, PRO, theirs(0, met_by="sleep"), theirs(1, met_by="work"), theirs(2))
    sheet = flow_sheet([heard, speech(1, OPP, ours(0, "sleep#a", 0)), speech(2, PRO), speech(3, OPP, ours(0, "work#b", 0))], OPP)
    assert verdicts(sheet, PRO) == [Verdict.ANSWERED, Verdict.ANSWERED, Verdict.DROPPED]
    assert sheet.of(PRO)[0].answered_by == (Ref(1, 0),)
    assert sheet.of(PRO)[1].reason == "it was answered in a later speech"
    assert verdicts(flow_sheet([heard], OPP), PRO) == [Verdict.NEW] * 3


def test_a_recorded_verdict_stays() -> None:
    turned = replace(theirs(), verdict=Verdict.TURNED, reason="it helps us")
    sheet = flow_sheet([speech(0, PRO, turned), speech(1, OPP)], OPP)
    assert (sheet.rows[0].verdict, sheet.rows[0].reason) == (Verdict.TURNED, "it helps us")


def test_a_struck_speech_is_off_the_sheet_and_no_occasion() -> None:
    sheet = flow_sheet([speech(0, OPP, ours(0, "buses#a")), speech(1, PRO, theirs(), struck=True)], OPP)
    assert verdicts(sheet, OPP) == [Verdict.NEW]
    assert sheet.of(PRO) == ()


def test_a_point_is_found_by_its_place_and_labelled_as_people_count() -> None:
    sheet = flow_sheet([speech(0, OPP, ours(0, "buses#a"))], OPP)
    assert sheet.at(Ref(0, 0)) == sheet.rows[0]
    assert sheet.at(Ref(0, 1)) is None
    assert Ref(0, 0).label == "1.1"


KEYS = st.sampled_from(["a", "b", "c"])


@st.composite
def debates(draw: st.DrawFn) -> list[Speech]:
    """Random debates of either side's points, with struck speeches and points that answer anything or nothing."""
    told = []
    for turn in range(draw(st.integers(0, 7))):
        side = draw(st.sampled_from(Side))
        points = []
        for ordinal in range(draw(st.integers(0, 4))):
            kind = draw(st.sampled_from(PointKind))
            key, verdict = draw(KEYS), draw(st.sampled_from(Verdict))
            answers = draw(st.none() | st.integers(0, 3))
            engaged = tuple(draw(st.lists(KEYS | st.just(EVERYTHING), max_size=2)))
            met = draw(st.none() | st.just(f"{key}#x"))
            points.append(Point(ordinal, f"{turn}.{ordinal}", kind, met, verdict, answers, "", engaged))
        told.append(speech(turn, side, *points, kind=draw(st.sampled_from(SpeechKind)), struck=draw(st.booleans())))
    return told


@given(debates())
def test_the_sheet_loses_and_invents_no_point(told: list[Speech]) -> None:
    sheet = flow_sheet(told, OPP)
    made = [(s.turn, p.ordinal, p.text) for s in told if not s.struck for p in s.points]
    assert [(row.ref.turn, row.ref.ordinal, row.text) for row in sheet.rows] == made


@given(debates())
def test_a_drop_is_never_claimed_for_what_was_replied_to_or_had_no_later_speech(told: list[Speech]) -> None:
    for row in flow_sheet(told, OPP).dropped(OPP):
        recorded = next(p for s in told if s.turn == row.ref.turn for p in s.points if p.ordinal == row.ref.ordinal)
        if recorded.verdict is Verdict.DROPPED:
            continue
        later = [s for s in told if s.turn > row.ref.turn and s.side is PRO and not s.struck]
        assert any(s.kind in (SpeechKind.REBUTTAL, SpeechKind.CLOSING) for s in later)
        assert not any(EVERYTHING in p.engages or row.owner in p.engages for s in later for p in s.points)


@given(debates())
def test_every_arrow_of_the_sheet_ends_at_a_point_of_the_other_side_or_at_an_unrecorded_one(told: list[Speech]) -> None:
    sheet = flow_sheet(told, OPP)
    for row in sheet.rows:
        for ref in row.answered_by:
            there = sheet.at(ref)
            assert there is not None
            assert there.side is not row.side
            assert ref.turn > row.ref.turn
