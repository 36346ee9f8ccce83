"""The clock of a turn: pure functions of the state and the moment.

Only time that ran counts: a pause, the bot's own turns and prep time stop a turn's clock. A wall clock that jumps back
counts as no time at all, and what it did is put right the next time anybody looks (`settle`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.debate.change import Change
from bot.debate.permissions import Action
from bot.debate.state import DebateState, Status
from bot.debate.words import Side

# What the speaker gets whose deadline passed while the bot was away.
WAKE_SECONDS = 60


def _since(began: datetime | None, now: datetime) -> float:
    return max(0.0, (now - began).total_seconds()) if began else 0.0


def settle(state: DebateState, now: datetime) -> DebateState:
    """The state with its clocks right at `now`: none began in the future, and prep time that is used up has ended."""
    if state.turn_began and state.turn_began > now:
        state = replace(state, turn_began=now)
    if state.prep_began and state.prep_began > now:
        state = replace(state, prep_began=now)
    turn = state.next_turn
    if turn is None or state.prep_began is None or _since(state.prep_began, now) < state.prep_left.get(turn.side, 0.0):
        return state
    ended = state.prep_began + timedelta(seconds=state.prep_left.get(turn.side, 0.0))
    left = {**state.prep_left, turn.side: 0.0}
    return replace(state, in_prep=False, prep_began=None, prep_left=left, turn_began=ended)


def stop(state: DebateState, now: datetime) -> DebateState:
    """The state with every clock standing; what ran until now is kept."""
    state = settle(state, now)
    turn = state.next_turn
    if turn is not None and state.prep_began is not None:
        left = state.prep_left.get(turn.side, 0.0) - _since(state.prep_began, now)
        state = replace(state, prep_left={**state.prep_left, turn.side: left}, prep_began=None)
    return replace(state, used=state.used + _since(state.turn_began, now), turn_began=None)


def go(state: DebateState, now: datetime) -> DebateState:
    """The state with the clock running that should: the prep bank's or the turn's."""
    return replace(state, prep_began=now) if state.in_prep else replace(state, turn_began=now)


def fresh_turn(state: DebateState, now: datetime) -> DebateState:
    """The state with an unused clock for the turn now due; it runs if the debate does."""
    began = now if state.status is Status.RUNNING else None
    return replace(state, used=0.0, extra=0, warned=(), in_prep=False, prep_began=None, draft=(), turn_began=began)


def remaining(state: DebateState, now: datetime) -> float | None:
    """Seconds left of the turn now due, at least 0; None if it is untimed. Prep time and pauses do not lessen it."""
    state = settle(state, now)
    allowed = state.allowance
    return None if allowed is None else max(0.0, allowed - state.used - _since(state.turn_began, now))


def prep_remaining(state: DebateState, side: Side, now: datetime) -> float:
    """Seconds left in the bank of `side`."""
    state = settle(state, now)
    turn = state.next_turn
    running = state.prep_began if turn is not None and turn.side is side else None
    return max(0.0, state.prep_left.get(side, 0.0) - _since(running, now))


def _marks(state: DebateState) -> tuple[int, ...]:
    """The format's marks that make sense for the turn: those that lie within it."""
    allowed = state.allowance
    return tuple(mark for mark in state.format.warn_at if allowed is not None and mark < allowed)


def passed_marks(state: DebateState, now: datetime) -> tuple[int, ...]:
    """The marks before the deadline that are reached or passed, the longest first."""
    left = remaining(state, now)
    return tuple(mark for mark in _marks(state) if left is not None and left <= mark)


def warnings_due(state: DebateState, now: datetime) -> int | None:
    """The seconds-left mark to announce now, or None. Of several that came together only the last is worth saying."""
    left = remaining(state, now)
    if state.status is not Status.RUNNING or state.in_prep or not left:
        return None
    due = [mark for mark in passed_marks(state, now) if mark not in state.warned]
    return min(due, default=None)


def warn_of_deadline(state: DebateState, now: datetime) -> tuple[Change, int] | None:
    """The change that marks the due warning as given, and its mark; None when there is none."""
    due = warnings_due(state, now)
    if due is None:
        return None
    given = tuple(dict.fromkeys((*state.warned, *passed_marks(state, now))))
    return Change(state, replace(settle(state, now), warned=given), now), due


def is_up(state: DebateState, now: datetime) -> bool:
    """Whether the time of the turn now due is over."""
    deadline = settle(state, now).deadline
    return deadline is not None and now >= deadline


def wake(state: DebateState, actor: str, now: datetime) -> Change | None:
    """At start: a minute for the speaker whose deadline passed while nobody watched the clock; None if none did."""
    settled = settle(state, now)
    deadline = settled.deadline
    if deadline is None or now < deadline:
        return None
    late = int((now - deadline).total_seconds()) + 1
    after = replace(settled, extra=settled.extra + late + WAKE_SECONDS)
    after = replace(after, warned=passed_marks(after, now))
    return Change(state, after, now, actor, Action.EXTEND, f"{WAKE_SECONDS} s", "the bot was away at the deadline")
