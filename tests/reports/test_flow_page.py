"""The flow sheet's columns, grid and page."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.debate.flowsheet import Ref
from bot.debate.record import EVERYTHING
from bot.debate.state import DebateState
from bot.debate.words import Verdict
from bot.reports.flow_columns import ArrowKind, flow_columns
from bot.reports.flow_layout import MAX_LANES, layout
from bot.reports.flow_page import flow_page
from bot.reports.marks import MARKS
from bot.reports.plain import plain, shortened
from tests.reports.html import Element, assert_sound, read, skeleton
from tests.reports.samples import ANY_TEXT, OPP, PRO, debate, debates, long, small, speech


def test_the_arrows_run_from_answers_to_points_and_from_extensions_to_what_they_take_up() -> None:
    flow = flow_columns(small())
    assert [(a.source.label, a.target.label, a.kind) for a in flow.arrows] == [
        ("2.1", "1.1", ArrowKind.ANSWERS),
        ("2.2", "1.1", ArrowKind.ANSWERS),
        ("2.3", "1.2", ArrowKind.ANSWERS),
        ("3.1", "2.1", ArrowKind.ANSWERS),
        ("3.1", "2.2", ArrowKind.ANSWERS),
        ("4.1", "2.4", ArrowKind.EXTENDS),
    ]


def test_a_point_that_might_reply_to_anything_has_no_arrow_to_everything() -> None:
    vague = replace(small().speeches[2].points[0], engages=(EVERYTHING,))
    flow = flow_columns(debate(*small().speeches[:2], speech(2, vague)))
    assert flow.tally(OPP)[Verdict.ANSWERED] == 3
    assert [arrow for arrow in flow.arrows if arrow.source == Ref(2, 0)] == []


def test_a_point_that_is_answered_late_has_the_arrow_of_its_first_answer() -> None:
    late = replace(small().speeches[3].points[0], met_by="drivers#x", answers=0, verdict=Verdict.NEW)
    asked = replace(small().speeches[0].points[2], met_by="drivers")
    opening = replace(small().speeches[0], points=(*small().speeches[0].points[:2], asked))
    flow = flow_columns(debate(opening, *small().speeches[1:3], speech(3, late)))
    assert [(a.source.label, a.target.label) for a in flow.arrows if a.source == Ref(3, 0)] == [("4.1", "1.3"), ("4.1", "3.1")]


def test_a_side_is_counted_without_its_struck_speeches() -> None:
    flow = flow_columns(small())
    assert flow.tally(PRO) == {Verdict.ANSWERED: 1, Verdict.TURNED: 1, Verdict.DROPPED: 2}
    assert flow.tally(OPP) == {Verdict.ANSWERED: 1, Verdict.CONCEDED: 1, Verdict.EXTENDED: 2, Verdict.DROPPED: 1}
    assert [column.struck for column in flow.columns] == [False, False, False, False, True]
    assert [row.text for row in flow.columns[4].rows] == ["You are a toaster."]


@given(debates())
def test_no_speech_and_no_point_is_lost_or_invented(state: DebateState) -> None:
    flow = flow_columns(state)
    said = [(s.turn, p.ordinal, p.text) for s in state.speeches for p in s.points]
    assert [(r.ref.turn, r.ref.ordinal, r.text) for c in flow.columns for r in c.rows] == said
    assert [c.turn for c in flow.columns] == [s.turn for s in state.speeches]
    there = {r.ref for c in flow.columns if not c.struck for r in c.rows}
    assert all(a.source in there and a.target in there and a.target.turn < a.source.turn for a in flow.arrows)


@given(debates())
def test_in_both_layouts_every_cell_has_a_place_of_its_own(state: DebateState) -> None:
    flow = flow_columns(state)
    grid = layout(flow)
    assert len(grid.cells) == len(flow.columns) + sum(len(column.rows) for column in flow.columns)
    assert sorted(cell.narrow for cell in grid.cells) == list(range(1, len(grid.cells) + 1))
    assert [cell.narrow for cell in grid.cells] == sorted(cell.narrow for cell in grid.cells)
    taken = [(cell.column.side, row) for cell in grid.cells for row in range(cell.wide, cell.wide + cell.tall)]
    assert len(taken) == len(set(taken))


@given(debates())
def test_arrows_that_run_past_each_other_share_no_lane_while_there_are_lanes(state: DebateState) -> None:
    grid = layout(flow_columns(state))
    assert max(grid.wide_lanes, grid.narrow_lanes) <= MAX_LANES
    for lane, row in (("narrow_lane", "narrow"), ("wide_lane", "wide")):
        spans: dict[tuple[int, Ref], set[int]] = {}
        for path in grid.paths:
            if row == "wide" and path.level:
                continue
            ends = sorted((getattr(path.source, row), getattr(path.target, row)))
            rows = spans.setdefault((getattr(path, lane), path.arrow.target), set())
            rows.update(range(ends[0], ends[1] + 1))
        for (one, target), rows in spans.items():
            for (other, elsewhere), others in spans.items():
                if one == other != MAX_LANES - 1 and target != elsewhere:
                    assert not rows & others


def test_an_answer_stands_beside_the_point_that_it_answers() -> None:
    at = {cell.row.ref.label: cell for cell in layout(flow_columns(small())).cells if cell.row}
    assert at["1.1"].wide == at["2.1"].wide
    assert at["1.1"].tall == 2
    assert at["2.2"].wide == at["2.1"].wide + 1
    assert at["1.2"].wide == at["2.3"].wide
    assert at["2.4"].wide > at["1.3"].wide


def point(page: Element, label: str) -> Element:
    return page.one("article", id=f"p{label.replace('.', '-')}")


def test_the_page_shows_every_point_with_its_verdict_in_words_and_shape_and_with_what_it_meets() -> None:
    page = read(flow_page(small()))
    assert_sound(page)
    first = point(page, "1.1")
    assert first.one("p", class_="said").text == "Grades rise."
    assert first.one("span", class_="verdict").text == "answered"
    assert first.one("polygon").attributes["points"]
    assert [a.attributes["href"] for a in point(page, "3.1").all("a")] == ["#p2-1", "#p2-2"]
    assert point(page, "3.1").one(class_="meets").text == "answers 2.1, answers 2.2"
    assert point(page, "4.1").one(class_="meets").text == "extends 2.4"
    assert [len(page.all("div", class_=name)) for name in ("wide", "narrow")] == [6, 6]


def test_the_page_marks_dropped_points_and_struck_speeches_in_words() -> None:
    page = read(flow_page(small()))
    fell = [a.attributes["id"] for a in page.all("article", class_="dropped")]
    assert sorted(fell) == ["p1-3", "p2-3", "p3-1"]
    for id in fell:
        assert page.one("article", id=id).one("span", class_="verdict").text == "dropped"
    assert page.one("article", id="p5-1").one(class_="flag").text == "struck"
    assert page.one("h2", id="t5").one(class_="flag").text == "struck"
    assert page.one("article", id="p1-3").one(class_="why").text == "the next speech did not reach it"


def test_no_two_verdicts_look_alike_without_their_colour() -> None:
    assert list(MARKS) == list(Verdict)
    assert len({mark.word for mark in MARKS.values()}) == len(MARKS)
    assert len({(mark.outline, mark.filled) for mark in MARKS.values()}) == len(MARKS)
    assert all(-1.01 <= v <= 1.01 for mark in MARKS.values() for corner in mark.outline for v in corner)


def test_a_long_note_opens_on_demand_and_keeps_every_word() -> None:
    words = " ".join(f"word{n}" for n in range(80))
    state = debate(replace(small().speeches[0], points=(replace(small().speeches[0].points[0], text=words),)))
    note = point(read(flow_page(state)), "1.1").one("details")
    assert note.one("summary").text.endswith(" …")
    assert note.one("p").text == words


def test_a_debate_without_speeches_has_a_page_that_says_so() -> None:
    page = read(flow_page(debate()))
    assert_sound(page)
    assert "No speech has been given yet." in page.one("main").text
    assert "no points" in page.one("main").text


def test_a_speech_without_points_is_on_the_sheet() -> None:
    page = read(flow_page(debate(speech(0))))
    assert "no points on the sheet" in page.one("h2", id="t1").text


@settings(max_examples=60, deadline=None)
@given(debates())
def test_whatever_people_write_is_text_and_never_markup(state: DebateState) -> None:
    page = read(flow_page(state))
    assert_sound(page)
    tame = replace(
        state,
        motion="x",
        speeches=tuple(
            replace(
                s, speaker="x", text="x", points=tuple(replace(p, text="x", reason="x" if p.reason else "") for p in s.points)
            )
            for s in state.speeches
        ),
    )
    plainly = [tag for tag in skeleton(read(flow_page(tame))) if tag not in ("details", "summary")]
    assert [tag for tag in skeleton(page) if tag not in ("details", "summary")] == plainly
    assert page.one("h1").text == plain(state.motion)
    for s in state.speeches:
        for p in s.points:
            shown = point(page, f"{s.turn + 1}.{p.ordinal + 1}").all(class_="said")[0]
            assert (shown.all("p") or [shown])[0].text == plain(p.text)


@given(ANY_TEXT)
def test_plain_text_is_what_a_file_can_hold_and_is_already_plain(text: str) -> None:
    once = plain(text)
    assert once.encode().decode() == plain(once) == once
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", once)
    if text.isprintable():
        assert once == text


@given(st.text(st.sampled_from("ab. !?\n")), st.integers(1, 12))
def test_a_shortened_text_is_the_beginning_of_the_whole_and_short_enough(text: str, words: int) -> None:
    short = shortened(text, words)
    whole = text.split()
    if len(whole) <= words:
        assert short == " ".join(whole)
    else:
        assert short.endswith(" …")
        kept = short.removesuffix(" …").split()
        assert words // 2 < len(kept) <= words
        assert whole[: len(kept)] == kept


def test_the_same_debate_gives_the_same_bytes_and_its_policy_names_its_own_style() -> None:
    page = flow_page(small())
    assert page == flow_page(small())
    style = re.search(r"<style>(.*?)</style>", page, re.S)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = read(page).one("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_a_debate_of_two_hundred_turns_is_a_page_within_five_seconds_of_work() -> None:
    state = long()
    began = time.process_time()
    page = flow_page(state)
    assert time.process_time() - began < 5
    assert page.count("<article") == 1000
