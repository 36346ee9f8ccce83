"""Transcripts: Markdown, JSON and CSV of one debate."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.debate.formats import format_named
from bot.debate.record import Citation, Point, Speech
from bot.debate.results import decide
from bot.debate.state import DebateState, Participant, Role, Status
from bot.debate.words import PointKind, Side, SpeechKind, Verdict
from bot.reports.flow_text import flow_lines, sheet_of
from bot.reports.judging import judging_of
from bot.reports.reference import Reference
from bot.reports.tables import actions_csv, as_csv, scores_csv
from bot.reports.transcript import _line, as_json, as_markdown
from tests.reports.judged import ACTIONS, RUBRIC, judged

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
    assert headings == ["## 1. Ann (proposition, rebuttal)", "## 2. Debatebot (opposition, rebuttal)", "## The flow"]
    assert "\nThey do not [1].\n\n- [1] Poll, 2020, A survey, p. 2 (survey#hours) https://example.org\n" in text


def test_the_markdown_of_a_debate_without_speeches_is_its_head() -> None:
    assert as_markdown(replace(STATE, speeches=()), told).splitlines()[0] == "# Schools start late"


@given(st.text(min_size=1, max_size=200))
def test_whatever_a_debater_types_stays_quoted_in_the_markdown(typed: str) -> None:
    text = as_markdown(replace(STATE, speeches=(replace(HUMAN, text=typed),)), told)
    body, _, flow = text.split("## 1. Ann (proposition, rebuttal)\n\n", 1)[1].partition("\n## The flow\n")
    assert all(line.startswith("> ") or not line.strip() for line in body.splitlines())
    assert all(line.startswith("- ") or not line.strip() for line in flow.splitlines())


def test_the_json_holds_the_whole_debate() -> None:
    text = as_json(STATE)
    data = json.loads(text)
    assert "Правда" in text
    assert (data["id"], data["format"], data["status"], data["opened_at"]) == ("d1", "practice", "running", NOON.isoformat())
    assert data["participants"] == [
        {"name": "Ann", "display": "Ann", "role": "debater", "side": "proposition"},
        {"name": "Mo", "display": "Mo", "role": "moderator", "side": None},
    ]
    assert (data["judging"], data["actions"], data["skipped"]) == (None, [], [])
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


def test_the_flow_stands_in_the_markdown_and_in_the_json_with_the_links_between_points() -> None:
    sheet = sheet_of(STATE)
    data = json.loads(as_json(STATE))["flow"]
    assert [row["point"] for row in data] == [row.ref.label for row in sheet.rows]
    assert [row["verdict"] for row in data] == [row.verdict.value for row in sheet.rows]
    assert any(row["answered_by"] for row in data)
    lines = as_markdown(STATE, told).split("## The flow\n\n")[1].splitlines()
    assert [line.split()[1] for line in lines if line] == [row["point"] for row in data]
    assert any("answered by" in line for line in lines)
    assert "## The flow" not in as_markdown(replace(STATE, speeches=()), told)


@given(st.text(max_size=200))
def test_what_a_point_says_cannot_leave_its_line_of_the_flow(typed: str) -> None:
    point = replace(HUMAN.points[0], text=typed)
    state = replace(STATE, speeches=(replace(HUMAN, points=(point,)),))
    (line,) = [line for line in flow_lines(state, _line) if line.startswith("- ")]
    assert len(line.splitlines()) == 1


def test_the_csv_has_a_row_for_each_point() -> None:
    assert rows(STATE) == [
        ["turn", "side", "speaker", "ordinal", "kind", "verdict", "met_by", "answers", "text", "struck"],
        ["0", "proposition", "Ann", "0", "claim", "answered", "grades-rise", "", "Grades rise.", "0"],
        ["1", "opposition", "Debatebot", "0", "claim", "new", "", "0", 'They do not, "so".', "0"],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_cell_that_a_spreadsheet_would_run_is_defused(start: str) -> None:
    point = Point(0, f"{start}HYPERLINK(1)", PointKind.CLAIM)
    (_, row) = rows(replace(STATE, speeches=(replace(HUMAN, speaker=f"{start}Ann", points=(point,)),)))
    assert row[-2] == f"'{start}HYPERLINK(1)"
    assert row[2] == f"'{start}Ann"


def test_what_was_struck_is_marked_in_every_export() -> None:
    state = replace(STATE, speeches=(replace(HUMAN, struck=True), BOT))
    assert [row[-1] for row in rows(state)] == ["struck", "1", "0"]
    assert "## 1. Ann (proposition, rebuttal, struck)" in as_markdown(state, told)
    assert json.loads(as_json(state))["speeches"][0]["struck"] is True


def test_the_json_holds_the_released_ballots_the_result_and_the_record() -> None:
    state, judging = judged()
    data = json.loads(as_json(state, judging, ACTIONS))
    result = data["judging"]["result"]
    assert (result["winner"], result["votes"]) == ("opposition", {"proposition": 1, "opposition": 2})
    assert (result["dissents"], result["missing"]) == (["Kay"], [])
    assert [(b["judge"], b["counts"], b["winner"]) for b in data["judging"]["ballots"]] == [
        ("Ida", True, "opposition"),
        ("Jon", True, "opposition"),
        ("Kay", True, "proposition"),
        ("Tim", False, "opposition"),
    ]
    assert data["judging"]["ballots"][0]["scores"][0] == {
        "side": "opposition",
        "criterion": "content",
        "score": 7.5,
        "reason": "Ida on Content of the opposition.",
    }
    assert [c["key"] for c in data["judging"]["rubric"]["criteria"]] == ["content", "evidence", "rebuttal", "style"]
    assert data["actions"][1] == {
        "at": "2025-03-01T12:30:00+00:00",
        "actor": "Mo",
        "action": "strike",
        "detail": "turn 5",
        "reason": "abuse of <the> bot",
    }


def test_the_markdown_tells_ballots_and_record_and_keeps_reasons_quoted() -> None:
    state, judging = judged()
    text = as_markdown(state, told, judging, ACTIONS)
    assert "- The opposition wins by 2 ballots to 1." in text
    assert "### Ballot of Judge Tim for the opposition, trainee, does not count\n\n> Tim decides." in text
    assert "- Proposition: 59.5 of 100\n  - Content: 6.5. Ida on Content of the proposition." in text
    assert "- 2025-03-01 12:30 UTC Mo: strike, turn 5 (abuse of \\<the\\> bot)" in text


@given(st.text(min_size=1, max_size=80))
def test_no_name_reason_or_motion_begins_a_line_of_the_markdown_by_itself(typed: str) -> None:
    state, judging = judged("Ida")
    loud = replace(
        judging.ballots[0], reason=typed, scores={k: replace(m, reason=typed) for k, m in judging.ballots[0].scores.items()}
    )
    acts = tuple(replace(act, reason=typed, detail=typed) for act in ACTIONS)
    people = tuple(replace(p, display=typed) for p in state.participants)
    named = replace(state, motion=typed, participants=people, speeches=())
    text = as_markdown(named, told, replace(judging, ballots=(loud,), result=decide(named, RUBRIC, (loud,))), acts)
    starts = ("# ", "Debate `", "## ", "### Ballot of ", "> ", "- ", "  - ", ">")
    assert [line for line in text.split("\n") if line.strip() and not line.startswith(starts)] == []
    assert len([line for line in text.split("\n") if line.startswith("#")]) == 4


def test_the_score_and_action_tables_have_a_row_for_each() -> None:
    _, judging = judged()
    scores = list(csv.reader(io.StringIO(scores_csv(judging), newline="")))
    assert len(scores) == 1 + 4 * 2 * 4
    assert scores[1] == [
        "Ida",
        "1",
        "1",
        "opposition",
        "proposition",
        "content",
        "6.5",
        "3",
        "Ida on Content of the proposition.",
    ]
    assert {row[2] for row in scores if row[0] == "Tim"} == {"0"}
    assert len(list(csv.reader(io.StringIO(scores_csv(None), newline="")))) == 1
    evil = replace(ACTIONS[1], reason="=1+1")
    assert list(csv.reader(io.StringIO(actions_csv((evil,)), newline="")))[1][-1] == "'=1+1"


def test_before_the_release_nothing_of_the_judging_is_told() -> None:
    state, judging = judged()
    assert judging_of(replace(state, released_at=None), RUBRIC, judging.ballots) is None


TRICKS = (
    "[click](https://evil.example) ![x](https://evil.example/x.png) <https://evil.example> [a][1] [1][1] [1](https://evil.example)",
    "[1]: https://evil.example",
    "<script>alert(1)</script> <img src=x onerror=alert(1)> <!-- x --> &lt;b&gt; &#60;",
    "**bold** _it_ `code` ~~gone~~ || | a | b |",
    "# head\n## head\n===\n---\n- item\n+ item\n1. item\n2) item\n> quote\n```\nfence\n```",
    "\\[x](https://evil.example) \\\\[x](https://evil.example)",
)


MARKUP = {"link_open", "image", "html_inline", "html_block", "strong_open", "em_open", "s_open", "fence", "table_open", "hr"}


def flat(text: str) -> list[Token]:
    """What a reader with links, tables and strike-through sees in `text`."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    return [token for top in tokens for token in (top, *(top.children or ()))]


@pytest.mark.parametrize("trick", TRICKS)
def test_what_people_models_and_documents_wrote_is_no_markup_in_the_markdown(trick: str) -> None:
    state, judging = judged("Ida")
    ballot = judging.ballots[0]
    loud = replace(ballot, reason=trick, scores={k: replace(m, reason=trick) for k, m in ballot.scores.items()})
    acts = tuple(replace(act, reason=trick, detail=trick) for act in ACTIONS)
    people = tuple(replace(p, display=trick) for p in state.participants)
    speeches = tuple(replace(s, text=f"{trick}\n\nSo it is [1].") for s in (HUMAN, BOT))
    noisy = replace(state, participants=people, speeches=speeches)

    def planted(citations: tuple[Citation, ...]) -> tuple[Reference, ...]:
        return tuple(replace(r, title=trick, byline=trick) for r in told(citations))

    loudly = flat(as_markdown(noisy, planted, replace(judging, ballots=(loud,)), acts))
    quietly = flat(as_markdown(replace(state, speeches=(HUMAN, BOT)), told, judging, ACTIONS))
    assert not {t.type for t in loudly} & MARKUP
    assert {t.content for t in loudly if t.type == "code_inline"} == {noisy.id}
    heads = [sum(t.type == "heading_open" for t in tokens) for tokens in (loudly, quietly)]
    assert heads[0] == heads[1] > 3
    # What somebody wrote is still there to be read.
    shown = "".join(t.content for t in loudly if t.type in ("text", "text_special"))
    assert [w for w in re.findall(r"\w{4,}", trick) if w not in shown] == []


def test_a_cell_cannot_be_cut_at_another_separator() -> None:
    point = Point(0, "a;=1+1\tb", PointKind.CLAIM)
    assert '"a;=1+1\tb"' in as_csv(replace(STATE, speeches=(replace(HUMAN, points=(point,)),)))
