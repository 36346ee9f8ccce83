"""Coaching: what it says stands in the flow, and no drop is claimed that did not happen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.brief.load import load_brief
from bot.brief.model import Brief
from bot.debate.coaching import Coaching
from bot.debate.flowsheet import flow_sheet
from bot.debate.record import EVERYTHING, Point, Speech
from bot.debate.words import PointKind, Side, SpeechKind, Verdict
from bot.reports.coaching import coaching_markdown, coaching_text
from bot.speech.coach import MOST, coach
from tests.conftest import TINY

START = datetime(2026, 1, 1, tzinfo=UTC)
OURS, THEIRS = Side.OPPOSITION, Side.PROPOSITION
BRIEF = load_brief(TINY)
BLOCKS, CONTENTIONS = tuple(BRIEF.blocks), tuple(BRIEF.contentions)


def speech(turn: int, side: Side, points: list[Point], kind: SpeechKind = SpeechKind.REBUTTAL, *, struck: bool = False) -> Speech:
    return Speech(turn, side, kind, side.value, "words", START + timedelta(minutes=turn), tuple(points), struck=struck)


def ours(key: str, paragraph: str, verdict: Verdict = Verdict.NEW, answers: int | None = None, ordinal: int = 0) -> Point:
    return Point(ordinal, "our argument", PointKind.CLAIM, f"{key}#{paragraph}", verdict, answers, "open")


def theirs(
    key: str | None, verdict: Verdict, engages: tuple[str, ...] = (), ordinal: int = 0, text: str = "an argument"
) -> Point:
    return Point(ordinal, text, PointKind.CLAIM, key, verdict, None, "", engages)


def test_a_contention_that_was_passed_over_is_named_with_its_dispute(shipped: Brief) -> None:
    debate = [speech(0, OURS, [ours("india-refuses", "claim")]), speech(1, THEIRS, [theirs(None, Verdict.UNSUPPORTED)])]
    dropped = coach(shipped, [*debate, speech(2, OURS, [ours("asean-norm", "claim")])], OURS).dropped
    assert [d.title for d in dropped] == [shipped.contentions["india-refuses"].title.rstrip(".")]
    assert dropped[0].speeches == 1
    assert "Ratner" in dropped[0].way_in
    assert dropped[0].readings


def test_what_was_replied_to_is_not_called_dropped() -> None:
    for engages in (("families",), (EVERYTHING,)):
        debate = [speech(0, OURS, [ours("families", "claim")]), speech(1, THEIRS, [theirs(None, Verdict.NEW, engages)])]
        assert coach(BRIEF, [*debate, speech(2, OURS, [])], OURS).dropped == ()


def test_what_nobody_had_the_time_to_answer_is_not_called_dropped() -> None:
    assert coach(BRIEF, [speech(0, OURS, [ours("families", "claim")])], OURS).dropped == ()


def test_weak_evidence_in_what_was_dropped_is_to_be_questioned(shipped: Brief) -> None:
    debate = [
        speech(0, OURS, [ours("unlike-threats", "claim"), ours("burden-shifting", "reasons", ordinal=1)]),
        speech(1, THEIRS, [theirs(None, Verdict.NEW)]),
        speech(2, OURS, [ours("asean-norm", "claim")]),
    ]
    found = coach(shipped, debate, OURS).unchallenged
    assert found
    cited = set(shipped.contentions["unlike-threats"].claim.passages) | set(
        shipped.contentions["burden-shifting"].reasons.passages
    )
    assert {u.reading.passage for u in found} <= cited
    assert all("ask " in u.doubt for u in found)


def test_a_corrected_premise_comes_with_the_fact(shipped: Brief) -> None:
    said = theirs("korea-in-quad", Verdict.CORRECTED, text="Korea sits in the Quad.")
    found = coach(shipped, [speech(0, THEIRS, [said]), speech(1, OURS, [])], OURS).corrected
    assert found[0].said == "Korea sits in the Quad."
    assert "four members" in found[0].fact
    assert found[0].readings[0].passage == "quad#members"


@pytest.mark.parametrize(("engages", "named"), [((), True), (("without-india",), False)])
def test_an_argument_that_was_answered_and_not_defended_is_to_be_prepared(
    shipped: Brief, engages: tuple[str, ...], named: bool
) -> None:
    debate = [
        speech(0, THEIRS, [theirs("without-india", Verdict.ANSWERED)]),
        speech(1, OURS, [ours("without-india", "then-not-regional", Verdict.ANSWERED, answers=0)]),
        speech(2, THEIRS, [theirs(None, Verdict.NEW, engages)]),
        speech(3, OURS, []),
    ]
    prepare = coach(shipped, debate, OURS).prepare
    assert bool(prepare) is named
    assert all(p.missed and "Ratner" in p.ground for p in prepare)


def test_who_could_not_come_back_is_not_blamed_for_it(shipped: Brief) -> None:
    debate = [
        speech(0, THEIRS, [theirs("without-india", Verdict.ANSWERED)]),
        speech(1, OURS, [ours("without-india", "then-not-regional", Verdict.ANSWERED, answers=0)]),
    ]
    coaching = coach(shipped, debate, OURS)
    assert [p.missed for p in coaching.prepare] == [False]
    assert "did not come back" not in coaching_markdown(coaching)


def test_a_debate_without_a_speech_has_nothing_to_coach() -> None:
    assert "make a speech first" in coaching_text(coach(BRIEF, [], OURS))


def test_a_clean_debate_is_praised() -> None:
    debate = [speech(0, OURS, [ours("families", "claim")]), speech(1, THEIRS, [theirs(None, Verdict.NEW, ("families",))])]
    assert "Nothing of yours was left lying" in coaching_markdown(coach(BRIEF, debate, OURS))


def test_a_debaters_words_are_made_harmless_where_that_is_asked_for() -> None:
    debate = [speech(0, THEIRS, [theirs(None, Verdict.UNSUPPORTED, text="@everyone look")]), speech(1, OURS, [])]
    text = coaching_markdown(coach(BRIEF, debate, OURS), lambda said: said.replace("@", "(at)"))
    assert "@everyone" not in text
    assert "(at)everyone look" in text


KEYS = st.sampled_from([*BLOCKS, *CONTENTIONS])
POINTS = st.lists(
    st.builds(
        lambda key, slug, verdict, kind, engages: Point(
            0, "some words", kind, f"{key}#{slug}" if slug else key, verdict, 0 if slug else None, "", engages
        ),
        st.one_of(st.none(), KEYS).map(lambda k: k or "survey"),
        st.sampled_from(["", "claim", "cannot", "reasons"]),
        st.sampled_from(list(Verdict)),
        st.sampled_from(list(PointKind)),
        st.lists(st.one_of(KEYS, st.just(EVERYTHING)), max_size=2).map(tuple),
    ),
    max_size=4,
).map(lambda points: [Point(i, p.text, p.kind, p.met_by, p.verdict, p.answers, "", p.engages) for i, p in enumerate(points)])
DEBATES = st.lists(st.tuples(POINTS, st.sampled_from(list(SpeechKind)), st.booleans()), max_size=8).map(
    lambda turns: [
        speech(n, THEIRS if n % 2 == 0 else OURS, points, kind, struck=struck) for n, (points, kind, struck) in enumerate(turns)
    ]
)


@given(DEBATES)
@settings(max_examples=150)
def test_over_random_debates_what_it_names_stands_in_the_flow(debate: list[Speech]) -> None:
    coaching = coach(BRIEF, debate, OURS)
    rows = {row.ref: row for row in flow_sheet(debate, OURS).rows}
    _dropped_stands(coaching, debate)
    for wrong in coaching.corrected:
        assert rows[wrong.ref].verdict is Verdict.CORRECTED
    for item in coaching.unchallenged:
        assert rows[item.ref].verdict is Verdict.DROPPED
    for prepared in coaching.prepare:
        assert all(rows[ref].side is THEIRS and rows[ref].verdict in (Verdict.ANSWERED, Verdict.TURNED) for ref in prepared.refs)
    lists = (coaching.dropped, coaching.unchallenged, coaching.corrected, coaching.prepare, coaching.unsupported)
    assert all(len(found) <= MOST for found in lists)
    assert coaching == coach(BRIEF, debate, OURS)
    assert coaching_text(coaching)


def _dropped_stands(coaching: Coaching, debate: list[Speech]) -> None:
    rows = {row.ref: row for row in flow_sheet(debate, OURS).rows}
    for dropped in coaching.dropped:
        owner = {rows[ref].owner for ref in dropped.refs}
        later = [p for s in debate if s.side is THEIRS and not s.struck and s.turn > dropped.refs[-1].turn for p in s.points]
        assert all(rows[ref].side is OURS and rows[ref].verdict is Verdict.DROPPED for ref in dropped.refs)
        assert dropped.speeches >= 1
        assert not any(EVERYTHING in p.engages or owner & set(p.engages) for p in later)


@pytest.mark.encoder
def test_a_real_debate_in_the_terminal_is_coached(debatebot) -> None:  # type: ignore[no-untyped-def]
    done = debatebot(
        "practice", stdin=b"Teenagers need more sleep.\nGrades rose in every school that started later.\n/coach\n/quit\n"
    )
    assert b"You made" in done.stdout
    debate = debatebot("export", "list").stdout.split()[0].decode()
    out = debatebot("coach", debate)
    assert (out.returncode, b"You made" in out.stdout) == (0, True)
    assert b'"prepare"' in debatebot("coach", debate, "--json").stdout
    missing = debatebot("coach", "deadbeef")
    assert missing.returncode == 1
    assert len(missing.stderr.decode().strip().splitlines()) == 1
