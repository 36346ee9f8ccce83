"""The clock of a turn: pauses, prep time, extensions, warnings, expiry, and a wall clock that jumps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.debate import clock, moderation, rules
from bot.debate.change import Change
from bot.debate.errors import NotAllowedError, NotYourTurnError, SpeechTextError, TimeIsUpError, WrongStatusError
from bot.debate.formats import format_named
from bot.debate.state import DebateState, Outcome, Part, Participant, Role, Status
from bot.debate.steps import Progress, Step
from bot.debate.words import Side

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
PRO, OPP = Side.PROPOSITION, Side.OPPOSITION
PEOPLE = (
    Participant("ann", Role.DEBATER, PRO, "Ann"),
    Participant("abe", Role.DEBATER, PRO, "Abe"),
    Participant("bo", Role.DEBATER, OPP),
    Participant("mo", Role.MODERATOR),
)


def debate(key: str = "classroom", status: Status = Status.RUNNING) -> DebateState:
    form = format_named(key)
    banks = {side: float(form.prep) for side in Side} if form.prep else {}
    began = NOON if status is Status.RUNNING else None
    return DebateState("d", "Motion", form, status, PEOPLE, NOON, turn_began=began, prep_left=banks, guild_id="9")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def after(change: Change | None) -> DebateState:
    assert change is not None
    return change.after


def test_time_left_is_the_turn_s_less_what_ran() -> None:
    state = debate()
    assert clock.remaining(state, at(40)) == 200
    paused = after(moderation.pause(state, "mo", at(40)))
    assert clock.remaining(paused, at(4000)) == 200
    assert clock.remaining(after(moderation.resume(paused, "mo", at(4000))), at(4100)) == 100
    assert clock.remaining(state, at(9999)) == 0
    assert clock.remaining(debate("one-on-one"), at(9999)) is None


def test_the_bot_s_own_turn_has_no_deadline() -> None:
    people = (Participant("Debatebot", Role.BOT, PRO), *PEOPLE[2:])
    state = replace(debate(), participants=people)
    assert (state.deadline, clock.remaining(state, at(10))) == (None, None)
    with pytest.raises(WrongStatusError, match="no time limit"):
        moderation.extend(state, "mo", 60, NOON)


def test_a_wall_clock_that_jumps_back_takes_no_time_and_gives_none() -> None:
    state = debate()
    assert clock.remaining(state, at(-5000)) == 240
    paused = after(moderation.pause(state, "mo", at(-5000)))
    assert paused.used == 0
    settled = after(moderation.expire(state, 0, "Debatebot", at(-5000)))
    assert settled.deadline == at(-5000 + 240)
    assert settled.turns_taken == 0
    assert moderation.expire(settled, 0, "Debatebot", at(-5000)) is None
    prepping = after(rules.begin_prep(state, "ann", NOON))
    assert clock.prep_remaining(prepping, PRO, at(-60)) == 120
    assert clock.settle(prepping, at(-60)).prep_began == at(-60)


def test_prep_time_runs_from_the_side_s_bank_and_ends_by_itself() -> None:
    state = after(rules.begin_prep(debate(), "ann", at(40)))
    assert (clock.remaining(state, at(100)), clock.prep_remaining(state, PRO, at(100))) == (200, 60)
    assert clock.prep_remaining(state, OPP, at(100)) == 120
    assert state.deadline == at(40 + 120 + 200)
    assert clock.warnings_due(state, at(355)) is None or not state.in_prep
    with pytest.raises(WrongStatusError, match="running already"):
        rules.begin_prep(state, "ann", at(50))
    assert clock.remaining(state, at(170)) == 190
    spent = after(rules.deliver(state, "ann", "Words.", at(170)))
    assert spent.prep_left == {PRO: 0.0, OPP: 120.0}
    with pytest.raises(WrongStatusError, match="no prep time is running"):
        rules.end_prep(spent, "bo", at(171))
    third = replace(spent, speeches=(*spent.speeches, replace(spent.speeches[0], turn=1, side=OPP)))
    with pytest.raises(WrongStatusError, match="the proposition has no prep time left"):
        rules.begin_prep(third, "ann", at(172))
    with pytest.raises(WrongStatusError, match="take the time you need"):
        rules.begin_prep(debate("one-on-one"), "ann", NOON)


def test_a_pause_keeps_prep_time_for_later() -> None:
    state = after(rules.begin_prep(debate(), "ann", NOON))
    paused = after(moderation.pause(state, "mo", at(30)))
    assert (paused.prep_left[PRO], paused.in_prep, paused.deadline) == (90, True, None)
    state = after(moderation.resume(paused, "mo", at(1000)))
    state = after(rules.end_prep(state, "ann", at(1010)))
    assert (state.prep_left[PRO], state.deadline) == (80, at(1010 + 240))


def test_warnings_come_once_each_and_the_last_of_several_is_said() -> None:
    state = debate()
    assert clock.warn_of_deadline(state, at(10)) is None
    assert clock.warnings_due(state, at(180)) == 60
    change, mark = clock.warn_of_deadline(state, at(230)) or (None, 0)
    assert mark == 15
    assert after(change).warned == (60, 15)
    assert clock.warn_of_deadline(after(change), at(235)) is None
    assert clock.warnings_due(state, at(240)) is None
    assert clock.warnings_due(replace(state, status=Status.PAUSED), at(200)) is None
    short = replace(state, format=replace(state.format, warn_at=(300, 60)))
    assert clock.warnings_due(short, at(10)) is None


def test_an_extension_lets_the_marks_that_lie_ahead_again_be_said() -> None:
    warned = replace(debate(), warned=(60, 15))
    longer = after(moderation.extend(warned, "mo", 100, at(230)))
    assert longer.warned == ()
    assert clock.warnings_due(longer, at(280)) == 60
    little = after(moderation.extend(warned, "mo", 10, at(230)))
    assert little.warned == (60,)
    for seconds in (0, -3, moderation.MAX_EXTENSION + 1):
        with pytest.raises(NotAllowedError, match="an extension is 1 to"):
            moderation.extend(warned, "mo", seconds, NOON)
    twice = after(moderation.extend(debate(), "mo", moderation.MAX_EXTENSION, NOON))
    twice = after(moderation.extend(twice, "mo", moderation.MAX_EXTENSION, NOON))
    with pytest.raises(NotAllowedError):
        moderation.extend(twice, "mo", 1, NOON)


def test_time_that_is_up_passes_the_turn_and_what_was_gathered_is_given() -> None:
    state = debate()
    assert moderation.expire(state, 0, "Debatebot", at(239.9)) is None
    assert moderation.expire(state, 1, "Debatebot", at(9999)) is None
    assert moderation.expire(debate(status=Status.LOBBY), 0, "Debatebot", at(9999)) is None
    passed = after(moderation.expire(state, 0, "Debatebot", at(240)))
    assert [(t.turn, t.outcome) for t in passed.skipped] == [(0, Outcome.EXPIRED)]
    assert passed.turn_began == at(240)
    gathered = replace(state, draft=(Part("ann", "One.", NOON), Part("ann", "Two.", NOON)))
    given_ = after(moderation.expire(gathered, 0, "Debatebot", at(240)))
    assert [(s.speaker, s.text) for s in given_.speeches] == [("ann", "One.\n\nTwo.")]
    wordless = replace(state, draft=(Part("ann", "👍", NOON),))
    assert after(moderation.expire(wordless, 0, "Debatebot", at(240))).speeches == ()


def test_a_speech_a_little_late_is_heard_and_a_later_one_is_not() -> None:
    state = debate()
    assert after(rules.deliver(state, "ann", "Words.", at(240 + rules.GRACE_SECONDS))).turns_taken == 1
    late = at(240 + rules.GRACE_SECONDS + 1)
    with pytest.raises(TimeIsUpError):
        rules.deliver(state, "ann", "Words.", late)
    with pytest.raises(TimeIsUpError):
        rules.add_part(state, "ann", "Words.", late)
    with pytest.raises(TimeIsUpError):
        rules.finish(replace(state, draft=(Part("ann", "x", NOON),)), "ann", late)


def test_after_a_sleep_the_speaker_gets_a_minute_and_no_stale_warning() -> None:
    assert clock.wake(debate(), "Debatebot", at(100)) is None
    assert clock.wake(debate("one-on-one"), "Debatebot", at(100)) is None
    change = clock.wake(debate(), "Debatebot", at(5000))
    woken = after(change)
    assert clock.remaining(woken, at(5000)) == 61
    assert clock.warnings_due(woken, at(5001)) == 60
    assert change is not None
    assert (change.action, change.reason) == ("extend", "the bot was away at the deadline")


def test_one_person_at_a_time_gathers_a_side_s_speech_and_its_side_may_finish_it() -> None:
    state = after(rules.add_part(debate(), "ann", " One. ", NOON, key="m1"))
    with pytest.raises(NotYourTurnError, match="Ann has begun this speech"):
        rules.add_part(state, "abe", "Mine.", NOON)
    with pytest.raises(NotYourTurnError, match="Ann has begun"):
        rules.deliver(state, "abe", "Mine.", NOON)
    state = after(rules.add_part(state, "ann", "One, edited.", NOON, key="m1"))
    assert [p.text for p in state.draft] == ["One, edited."]
    assert after(rules.finish(state, "abe", NOON)).speeches[0].speaker == "ann"
    whole = after(rules.deliver(state, "ann", "Two.", NOON))
    assert whole.speeches[0].text == "One, edited.\n\nTwo."
    assert after(rules.discard(state, "mo", NOON)).draft == ()
    with pytest.raises(NotAllowedError, match="only its author or a moderator"):
        rules.discard(state, "abe", NOON)


def test_what_cannot_be_gathered_is_refused() -> None:
    with pytest.raises(SpeechTextError, match="nothing has been gathered"):
        rules.finish(debate(), "ann", NOON)
    with pytest.raises(SpeechTextError, match="nothing to drop"):
        rules.discard(debate(), "ann", NOON)
    many = replace(debate(), draft=tuple(Part("ann", "x", NOON) for _ in range(rules.MAX_PARTS)))
    with pytest.raises(SpeechTextError, match="at most 200 parts"):
        rules.add_part(many, "ann", "One more.", NOON)
    long = replace(debate(), draft=(Part("ann", "x" * 15_000, NOON),))
    with pytest.raises(SpeechTextError, match="keep it under 20,000"):
        rules.add_part(long, "ann", "y" * 6_000, NOON)


def test_a_warning_and_a_strike_need_somebody_and_something() -> None:
    with pytest.raises(NotAllowedError, match="only participants"):
        moderation.warn(debate(), "mo", "zoe", NOON, reason="loud")
    with pytest.raises(NotAllowedError, match="say why"):
        moderation.warn(debate(), "mo", "ann", NOON, reason=" ")
    with pytest.raises(WrongStatusError, match="there is no speech 1"):
        moderation.strike(debate(), "mo", 0, NOON)
    spoken = after(rules.deliver(debate(), "ann", "Words.", NOON))
    struck = after(moderation.strike(spoken, "mo", 0, NOON))
    with pytest.raises(WrongStatusError, match="struck already"):
        moderation.strike(struck, "mo", 0, NOON)
    with pytest.raises(WrongStatusError, match="released"):
        moderation.strike(replace(spoken, released_at=NOON), "mo", 0, NOON)
    with pytest.raises(WrongStatusError, match="nobody is on the opposition"):
        moderation.start(replace(debate(status=Status.LOBBY), participants=(PEOPLE[0], PEOPLE[3])), "mo", NOON)


def test_a_step_says_how_many_come_before() -> None:
    assert Progress(Step.HEARING).place == 0
    assert [step.value for step in Step] == ["queued", "hearing", "retrieving", "writing", "checking"]


@given(st.lists(st.tuples(st.sampled_from(["pause", "resume", "prep", "end"]), st.floats(0, 60)), max_size=12))
def test_pauses_and_prep_never_take_from_the_turn(acts: list[tuple[str, float]]) -> None:
    state, now, ran = debate(), NOON, 0.0
    for act, seconds in acts:
        before = clock.settle(state, now)
        later = now + timedelta(seconds=seconds)
        settled = clock.settle(state, later)
        if settled.turn_began is not None:
            ran += (later - max(settled.turn_began, now)).total_seconds()
        assert clock.remaining(before, now) is not None
        now = later
        try:
            if act == "pause":
                state = after(moderation.pause(state, "mo", now))
            elif act == "resume":
                state = after(moderation.resume(state, "mo", now))
            elif act == "prep":
                state = after(rules.begin_prep(state, "ann", now))
            else:
                state = after(rules.end_prep(state, "ann", now))
        except (WrongStatusError, TimeIsUpError):
            continue
    assert clock.remaining(state, now) == pytest.approx(max(0.0, 240 - ran), abs=1e-3)
