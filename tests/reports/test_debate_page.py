"""The debate report as one page."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.debate.ballots import Mark
from bot.debate.state import DebateState
from bot.reports.debate_page import debate_page, web_address
from bot.reports.judging import judging_of
from bot.reports.plain import plain
from tests.reports.html import Element, assert_sound, read, skeleton
from tests.reports.judged import ACTIONS, RUBRIC, judged
from tests.reports.samples import ANY_TEXT, debate, debates, long, small, told


def page_of(state: DebateState) -> Element:
    return read(debate_page(state, told))


def whole() -> Element:
    state, judging = judged()
    return read(debate_page(state, told, judging, ACTIONS))


def test_the_report_has_every_part_and_is_sound() -> None:
    page = whole()
    assert_sound(page)
    assert [h.text for h in page.all("h2")] == ["Result", "People", "Transcript", "Flow", "Ballots", "Record"]
    assert page.one("h1").text == "Schools start late"
    assert [li.text for li in page.one("ul", class_="people").all("li")][:2] == [
        "Ann debater, proposition",
        "Debatebot bot, opposition",
    ]
    assert len(page.all("article", class_="speech")) == 5
    assert len(page.all("article", class_="point")) == 10
    assert len(page.all("article", class_="ballot")) == 4


def test_a_citation_leads_to_its_source_and_back_and_from_there_to_the_web() -> None:
    page = whole()
    speech = page.one("article", id="s2")
    marks = speech.all("a", class_="mark")
    assert [(m.text, m.attributes["href"], m.attributes.get("id")) for m in marks] == [
        ("[1]", "#s2-r1", "s2-c1"),
        ("[1]", "#s2-r1", None),
        ("[2]", "#s2-r2", "s2-c2"),
    ]
    first, second = (page.one("li", id=f"s2-r{n}") for n in (1, 2))
    assert first.all("a")[0].attributes["href"] == "#s2-c1"
    out = first.all("a")[1].attributes
    assert (out["href"], out["rel"]) == ("https://example.org/a?b=1&c=2", "noopener noreferrer external")
    assert [a.attributes["href"] for a in second.all("a")] == ["#s2-c2"]
    assert "Teenagers slept nine hours." in first.text


def test_brackets_that_cite_nothing_stay_text() -> None:
    assert "[9]" in page_of(small()).one("article", id="s2").one(class_="text").text
    assert page_of(small()).one("article", id="s1").all("a", class_="mark") == []


@pytest.mark.parametrize("marker", ["[01]", "[١]", "[1 ]", "[²]"])
def test_a_marker_in_another_spelling_is_no_citation(marker: str) -> None:
    speech = replace(small().speeches[1], text=f"So it is {marker}.")
    shown = page_of(debate(small().speeches[0], speech)).one("article", id="s2")
    assert shown.all("a", class_="mark") == []
    assert shown.one(class_="text").text.strip() == f"So it is {marker}."


def test_composed_text_is_marked_with_its_writer_and_what_the_check_cut() -> None:
    page = whole()
    badge = page.one("article", id="s2").one(class_="written")
    assert badge.one(class_="badge").text == "composed"
    assert "written by the writer “composer”: 4 sentences, 3 cited, 2 sentences cut by the check" in badge.text
    assert page.one("article", id="s1").all(class_="written") == []


def test_a_struck_speech_is_marked() -> None:
    assert page_of(small()).one("article", id="s5").one("div", class_="meta").one(class_="flag").text == "struck"
    assert "struck" in page_of(small()).one("article", id="s5").attributes["class"].split()


def test_the_ballots_show_every_score_with_its_reason_and_trainees_apart() -> None:
    page = whole()
    ballots = page.all("article", class_="ballot")
    assert [b.one("h3").one("bdi").text for b in ballots] == ["Judge Ida", "Judge Jon", "Judge Kay", "Judge Tim"]
    assert [b.attributes["class"] for b in ballots] == ["ballot", "ballot", "ballot", "ballot trainee"]
    assert "trainee, does not count" in ballots[3].text
    assert ballots[0].all("dt")[0].text == "Content 6.5"
    assert ballots[0].all("dd")[0].text == "Ida on Content of the proposition."
    assert ballots[0].all("h4")[0].text == "Proposition 59.5 of 100"
    assert "Ida decides." in ballots[0].text


def test_a_low_point_win_and_its_reason_are_shown() -> None:
    state, judging = judged("Ida")
    upset = replace(
        judging.ballots[0], winner=judging.ballots[0].winner and judging.ballots[0].winner.other, low_point_reason="Why not."
    )
    again = judging_of(state, RUBRIC, (upset,))
    (ballot,) = read(debate_page(state, told, again)).all("article", class_="ballot")
    assert "low-point win" in ballot.text
    assert "Why not." in ballot.text


def test_the_points_are_a_table_with_means_over_the_judges_who_count() -> None:
    page = whole()
    rows = page.one("figure", class_="chart").one("tbody").all("tr")
    assert [[td.text for td in row.all("td") if "aria-hidden" not in td.attributes] for row in rows[:4]] == [
        ["proposition", "66", "59.5–73.5"],
        ["opposition", "72.33", "68.5–74.5"],
        ["proposition", "7.17", "6.5–8"],
        ["opposition", "7.17", "7–7.5"],
    ]
    assert len(page.all("svg", class_="dot")) == 5 * 2 * 4
    assert len([d for d in page.all("svg", class_="dot") if "hollow" in d.attributes["class"]]) == 5 * 2


def test_the_record_names_who_did_what_and_why() -> None:
    lines = [" ".join(li.text.split()) for li in whole().one("ol", class_="record").all("li")]
    assert lines[1] == "2025-03-01 12:30 UTC Mo: strike, turn 5abuse of <the> bot"


def test_before_the_release_the_report_tells_no_score() -> None:
    page = page_of(small())
    assert_sound(page)
    assert "No result has been released." in page.text
    assert "Ballots are shown when the result has been released." in page.text


def test_a_judging_of_trainees_alone_has_no_mean() -> None:
    state, judging = judged("Tim")
    page = read(debate_page(state, told, judging))
    assert_sound(page)
    assert page.one("figure", class_="chart").one("tbody").all("strong")[0].text == "none"
    assert page.all(class_="winner") == []


def test_a_debate_without_anything_is_a_sound_report() -> None:
    page = read(debate_page(replace(debate(), participants=()), told))
    assert_sound(page)
    assert "Nobody has joined yet." in page.text


@settings(max_examples=40, deadline=None)
@given(debates(), ANY_TEXT)
def test_whatever_people_write_in_a_report_is_text_and_never_markup(state: DebateState, typed: str) -> None:
    _, judging = judged("Ida")
    ballot = judging.ballots[0]

    def marked(text: str) -> Element:
        people = tuple(replace(p, display=text or "-") for p in (*state.participants, *judged("Ida")[0].participants[3:]))
        one = replace(ballot, reason=text, scores={key: Mark(m.score, text) for key, m in ballot.scores.items()})
        told_state = replace(state, participants=people, released_at=judged("Ida")[0].released_at, motion=text)
        acts = tuple(replace(act, detail=text or "-", reason=text or "-") for act in ACTIONS)
        return read(debate_page(told_state, told, judging_of(told_state, RUBRIC, (one,)), acts))

    page = marked(typed)
    assert_sound(page)
    assert skeleton(page) == skeleton(marked("x"))
    assert page.one("h1").text == plain(typed)
    assert page.one("article", class_="ballot").all(class_="quoted")[0].text == plain(typed)
    assert page.one("ol", class_="record").all(class_="reason")[0].text == (plain(typed) or "-")


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_the_transcript_keeps_every_word_of_a_speech(typed: str) -> None:
    page = page_of(debate(replace(small().speeches[0], text=typed)))
    assert page.one("article", id="s1").one(class_="text").text.split() == plain(typed).split()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " https://example.org",
        "java\nscript:alert(1)",
        "data:text/html,<script>",
        "//example.org",
        "/etc/passwd",
        "https://",
        "http://[::1",
        "ftp://example.org",
        "",
    ],
)
def test_an_address_that_no_browser_should_be_sent_to_is_no_link(address: str) -> None:
    assert web_address(address) is None


def test_a_web_address_is_a_link() -> None:
    for address in ("https://example.org", "http://example.org/a?b=1&c=%22#d"):
        assert web_address(address) == address


def test_an_evil_address_is_shown_as_text() -> None:
    page = read(debate_page(small(), lambda cited: tuple(replace(r, address="javascript:alert(1)") for r in told(cited))))
    assert_sound(page)
    assert "javascript:alert(1)" in page.one("li", id="s2-r1").text


def test_the_same_report_has_the_same_bytes() -> None:
    state, judging = judged()
    assert debate_page(state, told, judging, ACTIONS) == debate_page(state, told, judging, ACTIONS)


def test_a_report_of_two_hundred_turns_is_written_within_eight_seconds_of_work() -> None:
    began = time.process_time()
    page = debate_page(long(), told)
    assert time.process_time() - began < 8
    assert page.count('class="speech ') == 200
