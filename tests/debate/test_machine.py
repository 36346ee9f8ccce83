"""Any sequence of acts by anybody, with any clock: no turn is lost or doubled, and outsiders change nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.debate import clock, moderation, people, rules
from bot.debate.change import Change
from bot.debate.errors import DebateError
from bot.debate.formats import format_named, formats
from bot.debate.record import Speech
from bot.debate.state import DebateState, Participant, Role, Status
from bot.debate.words import Side

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
NAMES = st.sampled_from(["ann", "bo", "cy", "mo", "nia", "judy", "zoe", "Debatebot"])
SIDES = st.sampled_from(Side)
ROLES = st.sampled_from(Role)


class Debate(RuleBasedStateMachine):
    """A debate in the hands of people who try everything."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.state: DebateState
        self.spoken: dict[int, str] = {}
        self.extended = 0

    @initialize(key=st.sampled_from(sorted(formats())), bot=st.booleans())
    def open(self, key: str, bot: bool) -> None:
        form = format_named(key)
        chair = (Participant("mo", Role.MODERATOR), Participant("judy", Role.JUDGE))
        other = (Participant("Debatebot", Role.BOT, Side.OPPOSITION),) if bot else ()
        banks = {side: float(form.prep) for side in Side} if form.prep else {}
        self.state = DebateState("d", "Motion", form, Status.LOBBY, (*chair, *other), NOON, prep_left=banks, guild_id="9")
        self.take(people.join(self.state, "ann", Side.PROPOSITION, self.now))
        if not bot:
            self.take(people.join(self.state, "bo", Side.OPPOSITION, self.now))

    def take(self, change: Change) -> None:
        before, after = change.before, change.after
        assert before is self.state
        assert after.speeches[: len(before.speeches)] == tuple(
            replace(old, struck=new.struck) for old, new in zip(before.speeches, after.speeches, strict=False)
        )
        assert after.skipped[: len(before.skipped)] == before.skipped
        assert after.turns_taken - before.turns_taken in (0, 1)
        for old, new in zip(before.speeches, after.speeches, strict=False):
            assert new.struck or not old.struck
        self.state = after

    def attempt(self, change: Callable[[], Change | None]) -> None:
        """Take what the rules allow; a refusal changes nothing."""
        before, refusal = self.state, ""
        done = None
        try:
            done = change()
        except DebateError as error:
            refusal = str(error)
        assert self.state is before
        assert "\n" not in refusal
        if done is not None:
            self.take(done)

    @rule(seconds=st.one_of(st.floats(0, 400), st.floats(-4000, 4000)))
    def time_passes_or_jumps(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def start(self) -> None:
        self.attempt(lambda: moderation.start(self.state, "mo", self.now))

    @rule(name=NAMES, side=SIDES)
    def join(self, name: str, side: Side) -> None:
        self.attempt(lambda: people.join(self.state, name, side, self.now))

    @rule(name=NAMES)
    def leave(self, name: str) -> None:
        self.attempt(lambda: people.leave(self.state, name, self.now))

    @rule(actor=NAMES, name=NAMES, role=ROLES, side=SIDES)
    def appoint(self, actor: str, name: str, role: Role, side: Side) -> None:
        self.attempt(lambda: people.appoint(self.state, actor, name, role, self.now, side=side))

    @rule(actor=NAMES, name=NAMES)
    def hand_over(self, actor: str, name: str) -> None:
        self.attempt(lambda: people.hand_over(self.state, actor, name, self.now))

    @rule(actor=NAMES, name=NAMES)
    def remove(self, actor: str, name: str) -> None:
        self.attempt(lambda: people.remove(self.state, actor, name, self.now))

    @rule(name=NAMES, turn=st.one_of(st.none(), st.integers(0, 12)))
    def speak(self, name: str, turn: int | None) -> None:
        self.attempt(lambda: rules.deliver(self.state, name, f"Words of {name}.", self.now, turn))

    @rule(name=NAMES, key=st.sampled_from(["", "m1", "m2"]))
    def gather(self, name: str, key: str) -> None:
        self.attempt(lambda: rules.add_part(self.state, name, f"Part by {name}.", self.now, key=key))

    @rule(name=NAMES)
    def finish(self, name: str) -> None:
        self.attempt(lambda: rules.finish(self.state, name, self.now))

    @rule(name=NAMES)
    def drop(self, name: str) -> None:
        self.attempt(lambda: rules.discard(self.state, name, self.now))

    @rule(name=NAMES)
    def begin_prep(self, name: str) -> None:
        self.attempt(lambda: rules.begin_prep(self.state, name, self.now))

    @rule(name=NAMES)
    def end_prep(self, name: str) -> None:
        self.attempt(lambda: rules.end_prep(self.state, name, self.now))

    @rule(name=NAMES)
    def pause(self, name: str) -> None:
        self.attempt(lambda: moderation.pause(self.state, name, self.now))

    @rule(name=NAMES)
    def resume(self, name: str) -> None:
        self.attempt(lambda: moderation.resume(self.state, name, self.now))

    @rule(name=NAMES, turn=st.one_of(st.none(), st.integers(0, 12)))
    def skip(self, name: str, turn: int | None) -> None:
        self.attempt(lambda: moderation.skip(self.state, name, self.now, turn=turn))

    @rule(name=NAMES, seconds=st.integers(-5, 4000))
    def extend(self, name: str, seconds: int) -> None:
        self.attempt(lambda: moderation.extend(self.state, name, seconds, self.now))

    @rule(name=NAMES, turn=st.integers(0, 12))
    def strike(self, name: str, turn: int) -> None:
        self.attempt(lambda: moderation.strike(self.state, name, turn, self.now))

    @rule(turn=st.integers(0, 12))
    def expire_twice(self, turn: int) -> None:
        before = self.state.turns_taken
        for _ in range(2):
            change = moderation.expire(self.state, turn, "Debatebot", self.now)
            if change is not None:
                self.take(change)
        assert self.state.turns_taken - before <= 1

    @rule()
    def expire_what_is_due(self) -> None:
        self.attempt(lambda: moderation.expire(self.state, self.state.turns_taken, "Debatebot", self.now))

    @rule()
    def warn_of_the_deadline_twice(self) -> None:
        found = clock.warn_of_deadline(self.state, self.now)
        if found is not None:
            self.take(found[0])
            assert clock.warn_of_deadline(self.state, self.now) is None

    @rule()
    def wake(self) -> None:
        self.attempt(lambda: clock.wake(self.state, "Debatebot", self.now))

    @rule(name=NAMES)
    def close_seldom(self, name: str) -> None:
        if self.state.turns_taken > 4:
            self.attempt(lambda: moderation.close(self.state, name, self.now))

    @rule(data=st.data())
    def an_outsider_tries_everything(self, data: st.DataObject) -> None:
        before, now = self.state, self.now
        acts = [
            lambda: moderation.start(before, "zed", now),
            lambda: moderation.pause(before, "zed", now),
            lambda: moderation.resume(before, "zed", now),
            lambda: moderation.skip(before, "zed", now),
            lambda: moderation.extend(before, "zed", 10, now),
            lambda: moderation.strike(before, "zed", 0, now),
            lambda: moderation.close(before, "zed", now),
            lambda: moderation.warn(before, "zed", "ann", now, reason="x"),
            lambda: people.leave(before, "zed", now),
            lambda: people.remove(before, "zed", "ann", now),
            lambda: people.hand_over(before, "zed", "zed", now),
            lambda: people.appoint(before, "zed", "zed", Role.MODERATOR, now),
            lambda: rules.deliver(before, "zed", "Words.", now),
            lambda: rules.add_part(before, "zed", "Words.", now),
            lambda: rules.finish(before, "zed", now),
            lambda: rules.discard(before, "zed", now),
            lambda: rules.begin_prep(before, "zed", now),
            lambda: rules.end_prep(before, "zed", now),
        ]
        with pytest.raises(DebateError):
            data.draw(st.sampled_from(acts))()

    @invariant()
    def turns_are_the_format_s_each_once(self) -> None:
        if not hasattr(self, "state"):
            return
        passed = [(s.turn, s.side) for s in self.state.speeches] + [(s.turn, s.side) for s in self.state.skipped]
        assert sorted(turn for turn, _ in passed) == list(range(len(passed)))
        for turn, side in passed:
            foreseen = self.state.format.turn(turn)
            assert foreseen is not None
            assert foreseen.side is side

    @invariant()
    def words_once_spoken_stay(self) -> None:
        speeches: tuple[Speech, ...] = self.state.speeches if hasattr(self, "state") else ()
        for speech in speeches:
            assert self.spoken.setdefault(speech.turn, speech.text) == speech.text

    @invariant()
    def the_clock_is_sane(self) -> None:
        if not hasattr(self, "state"):
            return
        state = self.state
        assert state.used >= 0
        assert all(0 <= left <= state.format.prep for left in state.prep_left.values())
        left = clock.remaining(state, self.now)
        assert left is None or 0 <= left <= (state.allowance or 0)
        for side in Side:
            assert 0 <= clock.prep_remaining(state, side, self.now) <= state.format.prep
        if state.status is not Status.RUNNING:
            assert state.turn_began is None
            assert state.prep_began is None
            assert state.deadline is None
        assert not (state.turn_began and state.prep_began)

    @invariant()
    def nobody_who_debates_moderates_or_judges(self) -> None:
        for person in self.state.participants if hasattr(self, "state") else ():
            if person.role is Role.DEBATER:
                assert self.state.roles(person.name) == {Role.DEBATER}


TestDebate = Debate.TestCase
TestDebate.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
