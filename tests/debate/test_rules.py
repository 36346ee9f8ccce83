"""The rules: turn order, who may do what, what a speech may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.debate.change import Change
from bot.debate.errors import (
    DebateError,
    NotAllowedError,
    NotYourTurnError,
    SpeechTextError,
    UnknownFormatError,
    WrongStatusError,
)
from bot.debate.formats import MAX_TURNS, Format, Turn, format_named, formats
from bot.debate.moderation import close, pause, resume
from bot.debate.permissions import ALONE, PERMISSIONS, Action, may, require
from bot.debate.record import Citation, Point, Speech
from bot.debate.rules import MAX_CHARACTERS, speech_text, turn_for
from bot.debate.state import DebateState, Participant, Role, SkippedTurn, Status
from bot.debate.words import PointKind, Side, SpeechKind, Verdict
from bot.errors import UserError

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
ANN = Participant("Ann", Role.DEBATER, Side.PROPOSITION)
BOT = Participant("Debatebot", Role.BOT, Side.OPPOSITION)
MOD = Participant("Mo", Role.MODERATOR)
JUDGE = Participant("Judy", Role.JUDGE)
TRAINEE = Participant("Tim", Role.TRAINEE)
ALL = (ANN, BOT, MOD, JUDGE, TRAINEE)
KEYS = sorted(formats())
TIMED = Format(
    "timed",
    "Timed",
    "For tests.",
    False,
    (
        Turn(0, Side.PROPOSITION, SpeechKind.OPENING, 100, 60),
        Turn(1, Side.OPPOSITION, SpeechKind.OPENING, 100, None),
    ),
)
LOOP = replace(TIMED, key="loop", repeats=True)


def debate(
    form: Format = TIMED,
    status: Status = Status.RUNNING,
    people: tuple[Participant, ...] = ALL,
    given_speeches: int = 0,
    skipped: int = 0,
) -> DebateState:
    told = []
    for number in range(given_speeches):
        turn = form.turn(number)
        assert turn is not None
        told.append(Speech(number, turn.side, turn.kind, "x", "Words.", NOON))
    passed = tuple(
        SkippedTurn(n, Side.PROPOSITION, SpeechKind.OPENING, NOON) for n in range(given_speeches, given_speeches + skipped)
    )
    return DebateState("d", "This house tests", form, status, people, NOON, tuple(told), passed, NOON)


def test_every_error_of_the_rules_is_shown_to_the_user() -> None:
    for error in (UnknownFormatError, NotYourTurnError, NotAllowedError, WrongStatusError, SpeechTextError):
        assert issubclass(error, DebateError)
        assert issubclass(error, UserError)


def test_the_other_side_of_the_other_side_is_the_side_itself() -> None:
    for side in Side:
        assert side.other is not side
        assert side.other.other is side


@pytest.mark.parametrize("key", KEYS)
def test_a_format_is_found_by_its_key_and_has_usable_turns(key: str) -> None:
    form = format_named(key)
    assert form.key == key
    assert form.name
    assert form.description
    assert [turn.number for turn in form.turns] == list(range(len(form.turns)))
    assert {turn.side for turn in form.turns} == set(Side)
    assert all(turn.words > 0 and (turn.seconds is None or turn.seconds > 0) for turn in form.turns)


def test_an_unknown_format_is_refused_with_the_known_ones_named() -> None:
    with pytest.raises(UnknownFormatError) as refused:
        format_named("shouting")
    assert "`shouting`" in str(refused.value)
    assert all(key in str(refused.value) for key in KEYS)


@given(st.sampled_from(KEYS), st.integers(0, 2 * MAX_TURNS))
def test_a_format_gives_the_turn_its_table_foresees_and_ends(key: str, number: int) -> None:
    form = format_named(key)
    turn = form.turn(number)
    end = MAX_TURNS if form.repeats else len(form.turns)
    assert (turn is None) == (number >= end)
    if turn is not None:
        assert replace(turn, number=0) == replace(form.turns[number % len(form.turns)], number=0)
        assert turn.number == number


@given(st.sampled_from(KEYS), st.lists(st.sampled_from(["Ann", "Debatebot", "Mo", "Judy", "Nobody"]), max_size=40))
def test_whoever_tries_to_speak_the_order_of_sides_is_the_format_s(key: str, tries: list[str]) -> None:
    form = format_named(key)
    state = debate(form)
    for name in tries:
        due = state.next_turn
        try:
            turn = turn_for(state, name)
        except DebateError:
            person = state.participant(name)
            # A refusal is right: over, a stranger, without a side, or out of turn.
            assert due is None or person is None or person.side is not due.side
            continue
        assert turn == due
        speech = Speech(turn.number, turn.side, turn.kind, name, "Words.", NOON)
        state = replace(state, speeches=(*state.speeches, speech))
    foreseen = [form.turns[n % len(form.turns)] for n in range(len(state.speeches))]
    assert [(s.side, s.kind) for s in state.speeches] == [(t.side, t.kind) for t in foreseen]
    for before, after in zip(state.speeches, state.speeches[1:], strict=False):
        if before.side is after.side:
            assert foreseen[before.turn].side is foreseen[after.turn].side
    assert len({s.turn for s in state.speeches}) == len(state.speeches)


@given(
    st.sampled_from(KEYS),
    st.sampled_from(["Ann", "Debatebot", "Mo", "Judy", "Nobody", ""]),
    st.booleans(),
)
def test_a_closed_debate_refuses_everything(key: str, name: str, moderated: bool) -> None:
    people = ALL if moderated else (ANN, BOT)
    state = debate(format_named(key), Status.CLOSED, people)
    assert state.next_turn is None
    assert state.deadline is None
    with pytest.raises(WrongStatusError, match="closed"):
        turn_for(state, name)
    for change in (pause, resume, close):
        with pytest.raises(DebateError):
            change(state, name, NOON)


def test_a_paused_debate_refuses_speeches_until_it_is_resumed() -> None:
    with pytest.raises(WrongStatusError, match="paused"):
        turn_for(debate(status=Status.PAUSED), "Ann")
    assert turn_for(debate(), "Ann") == TIMED.turns[0]


def test_a_speech_for_a_turn_that_has_passed_or_before_the_start_is_refused() -> None:
    assert turn_for(debate(), "Ann", 0) == TIMED.turns[0]
    with pytest.raises(NotYourTurnError, match="speech 3 is not due: it is the proposition's turn"):
        turn_for(debate(), "Ann", 2)
    with pytest.raises(WrongStatusError, match="has not started"):
        turn_for(debate(status=Status.LOBBY), "Ann")


def test_a_debate_whose_speeches_are_all_given_refuses_another() -> None:
    with pytest.raises(WrongStatusError, match="over"):
        turn_for(debate(given_speeches=2), "Ann")


def test_nobody_speaks_out_of_turn_and_no_stranger_judge_or_moderator_speaks_at_all() -> None:
    with pytest.raises(NotYourTurnError, match="proposition's turn"):
        turn_for(debate(), "Debatebot")
    for name in ("Mo", "Judy", "Nobody"):
        with pytest.raises(NotAllowedError, match="only its debaters speak"):
            turn_for(debate(), name)


def test_a_debater_without_a_side_has_no_turn() -> None:
    with pytest.raises(NotYourTurnError):
        turn_for(debate(people=(Participant("Ann", Role.DEBATER), BOT)), "Ann")


def test_a_repeating_format_ends_at_its_bound() -> None:
    assert turn_for(debate(LOOP, given_speeches=2), "Ann").number == 2
    last = debate(LOOP, skipped=MAX_TURNS - 1)
    assert turn_for(last, "Debatebot").number == MAX_TURNS - 1
    assert debate(LOOP, skipped=MAX_TURNS).next_turn is None


def test_a_skipped_turn_passes_to_the_next() -> None:
    assert turn_for(debate(skipped=1), "Debatebot").number == 1


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", list(Action))
def test_in_a_moderated_debate_each_role_may_do_what_its_row_says(role: Role, action: Action) -> None:
    name = next(p.name for p in ALL if p.role is role)
    assert may(debate(), name, action) == (action in PERMISSIONS[role])


@pytest.mark.parametrize("action", list(Action))
def test_a_debater_alone_runs_the_clock_and_nothing_more(action: Action) -> None:
    state = debate(people=(ANN, BOT))
    assert may(state, "Ann", action) == (action in ALONE)
    assert may(state, "Debatebot", action) == (action is Action.SPEAK)
    assert may(state, "Nobody", action) == (action is Action.JOIN)


def test_what_may_not_be_done_is_refused_with_what_to_do() -> None:
    require(debate(), "Mo", Action.PAUSE)
    with pytest.raises(NotAllowedError, match="you debate in this round, so you may not moderate it"):
        require(debate(), "Ann", Action.PAUSE)
    with pytest.raises(NotAllowedError, match="you may not pause this debate: ask a moderator"):
        require(debate(), "Nobody", Action.PAUSE)


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        (Status.RUNNING, pause, Status.PAUSED),
        (Status.PAUSED, resume, Status.RUNNING),
        (Status.LOBBY, close, Status.CLOSED),
        (Status.RUNNING, close, Status.CLOSED),
        (Status.PAUSED, close, Status.CLOSED),
        (Status.PAUSED, pause, None),
        (Status.RUNNING, resume, None),
        (Status.CLOSED, close, None),
        (Status.LOBBY, pause, None),
        (Status.LOBBY, resume, None),
    ],
)
def test_a_status_changes_only_along_its_arrows(before: Status, change: Callable[..., Change], after: Status | None) -> None:
    state = debate(status=before)
    if after is not None:
        assert change(state, "Mo", NOON).after.status is after
        return
    with pytest.raises(WrongStatusError, match=f"it cannot {change.__name__} now"):
        change(state, "Mo", NOON)


def test_a_deadline_is_the_turn_s_time_and_what_a_moderator_added() -> None:
    state = debate()
    assert state.deadline == NOON + timedelta(seconds=60)
    assert replace(state, extra=30).deadline == NOON + timedelta(seconds=90)


def test_there_is_no_deadline_while_nothing_timed_runs() -> None:
    assert debate(given_speeches=1).deadline is None
    assert debate(given_speeches=2).deadline is None
    assert debate(status=Status.PAUSED).deadline is None
    assert replace(debate(), turn_began=None).deadline is None


def test_the_bot_s_side_is_known_where_it_debates() -> None:
    assert debate().bot_side() is Side.OPPOSITION
    assert debate(people=(ANN, MOD)).bot_side() is None
    assert debate().participant("Nobody") is None


def test_a_record_has_the_defaults_of_a_human_s_speech() -> None:
    speech = Speech(0, Side.PROPOSITION, SpeechKind.OPENING, "Ann", "Words.", NOON)
    assert (speech.writer, speech.points, speech.citations, speech.checks, speech.struck) == ("human", (), (), {}, False)
    point = Point(0, "Words.", PointKind.CLAIM)
    assert (point.met_by, point.verdict, point.answers, point.reason) == (None, Verdict.NEW, None, "")
    assert Citation(1, "p", "s", "p. 3").marker == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("words\0", "binary"),
        ("words \N{REPLACEMENT CHARACTER}", "binary"),
        ("12 34 ... __ !", "no words"),
        ("a" * (MAX_CHARACTERS + 1), "20,001 characters"),
    ],
)
def test_a_text_that_cannot_be_a_speech_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(SpeechTextError, match=why):
        speech_text(text)


def test_a_speech_of_just_the_longest_length_passes() -> None:
    assert len(speech_text("  " + "a" * MAX_CHARACTERS + "\n")) == MAX_CHARACTERS


@given(st.text(max_size=300))
def test_a_text_passes_stripped_and_once_passed_always_passes(text: str) -> None:
    try:
        passed = speech_text(text)
    except SpeechTextError:
        return
    assert passed == text.strip()
    assert any(letter.isalnum() and not letter.isdecimal() for letter in passed)
    assert len(passed) <= MAX_CHARACTERS
    assert speech_text(passed) == passed
