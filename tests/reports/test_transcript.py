"""Transcripts: Markdown, JSON and CSV of one debate."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.debate.formats import format_named
from bot.debate.record import Citation, Point, Speech
from bot.debate.state import DebateState, Participant, Role, Status
from bot.debate.words import PointKind, Side, SpeechKind, Verdict
from bot.reports.reference import Reference
from bot.reports.transcript import as_csv, as_json, as_markdown

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
HUMAN = Speech(
    0,
    Side.PROPOSITION,
    SpeechKind.REBUTTAL,
    "Ann",
    "Grades rise.\n## 9. Debatebot (opposition, closing)\nПравда.",
    NOON,
    (Point(0, "Grades rise.", PointKind.CLAIM, "grades-rise", Verdict.ANSWERED),),
)
BOT = Speech(
    1,
    Side.OPPOSITION,
    SpeechKind.REBUTTAL,
    "Debatebot",
    "They do not [1].",
    NOON,
    (Point(0, 'They do not, "so".', PointKind.CLAIM, None, Verdict.NEW, 0, "why"),),
    (Citation(1, "survey#hours", "survey", "p. 2"),),
    "composer",
    {"cut": 2},
)
STATE = DebateState(
    "d1",
    "Schools start late",
    format_named("practice"),
    Status.RUNNING,
    (Participant("Ann", Role.DEBATER, Side.PROPOSITION), Participant("Mo", Role.MODERATOR)),
    NOON,
    (HUMAN, BOT),
)


def told(citations: tuple[Citation, ...]) -> tuple[Reference, ...]:
    return tuple(
        Reference(c.marker, c.passage, c.locator, "A survey", "Poll, 2020", "https://example.org", "Text.") for c in citations
    )


def rows(state: DebateState) -> list[list[str]]:
    return list(csv.reader(io.StringIO(as_csv(state), newline="")))


def test_a_reference_is_one_line_with_its_address_where_there_is_one() -> None:
    (reference,) = told(BOT.citations)
    assert reference.line == "[1] Poll, 2020, A survey, p. 2 (survey#hours) https://example.org"
    assert replace(reference, address="").line == "[1] Poll, 2020, A survey, p. 2 (survey#hours)"


def test_the_markdown_has_every_speech_under_its_heading_with_its_sources() -> None:
    text = as_markdown(STATE, told)
    assert text.startswith("# Schools start late\n\nDebate `d1`, format Practice, running.\n")
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings == ["## 1. Ann (proposition, rebuttal)", "## 2. Debatebot (opposition, rebuttal)"]
    assert "\nThey do not [1].\n\n- [1] Poll, 2020, A survey, p. 2 (survey#hours) https://example.org\n" in text


def test_the_markdown_of_a_debate_without_speeches_is_its_head() -> None:
    assert as_markdown(replace(STATE, speeches=()), told).splitlines()[0] == "# Schools start late"


@given(st.text(min_size=1, max_size=200))
def test_whatever_a_debater_types_stays_quoted_in_the_markdown(typed: str) -> None:
    text = as_markdown(replace(STATE, speeches=(replace(HUMAN, text=typed),)), told)
    body = text.split("## 1. Ann (proposition, rebuttal)\n\n", 1)[1]
    assert all(line.startswith("> ") or not line.strip() for line in body.splitlines())


def test_the_json_holds_the_whole_debate() -> None:
    text = as_json(STATE)
    data = json.loads(text)
    assert "Правда" in text
    assert (data["id"], data["format"], data["status"], data["opened_at"]) == ("d1", "practice", "running", NOON.isoformat())
    assert data["participants"] == [
        {"name": "Ann", "role": "debater", "side": "proposition"},
        {"name": "Mo", "role": "moderator", "side": None},
    ]
    first, second = data["speeches"]
    assert first["text"] == HUMAN.text
    assert (first["turn"], first["side"], first["kind"], first["speaker"]) == (0, "proposition", "rebuttal", "Ann")
    assert first["citations"] == []
    assert second["checks"] == {"cut": 2}
    assert second["citations"] == [{"marker": 1, "passage": "survey#hours", "source": "survey", "locator": "p. 2"}]
    assert second["points"] == [
        {
            "ordinal": 0,
            "text": 'They do not, "so".',
            "kind": "claim",
            "met_by": None,
            "verdict": "new",
            "answers": 0,
            "reason": "why",
        }
    ]


def test_the_csv_has_a_row_for_each_point() -> None:
    assert rows(STATE) == [
        ["turn", "side", "speaker", "ordinal", "kind", "verdict", "met_by", "answers", "text"],
        ["0", "proposition", "Ann", "0", "claim", "answered", "grades-rise", "", "Grades rise."],
        ["1", "opposition", "Debatebot", "0", "claim", "new", "", "0", 'They do not, "so".'],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_is_defused(start: str) -> None:
    point = Point(0, f"{start}HYPERLINK(1)", PointKind.CLAIM)
    (_, row) = rows(replace(STATE, speeches=(replace(HUMAN, speaker=f"{start}Ann", points=(point,)),)))
    assert row[-1] == f"'{start}HYPERLINK(1)"
    assert row[2] == f"'{start}Ann"
