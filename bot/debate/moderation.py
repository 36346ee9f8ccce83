"""What moderators do, and what the clock does by itself. Pure functions that return the change."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.debate import clock
from bot.debate.change import Change
from bot.debate.errors import NotAllowedError, SpeechTextError, WrongStatusError
from bot.debate.formats import Turn
from bot.debate.permissions import Action, require
from bot.debate.rules import due_turn, gathered, give
from bot.debate.state import DebateState, Outcome, SkippedTurn, Status
from bot.debate.words import Side

MAX_EXTENSION = 3600


def start(state: DebateState, actor: str, now: datetime, *, reason: str = "", staff: bool = False) -> Change:
    """The first turn begins; both sides must have somebody."""
    require(state, actor, Action.START, staff=staff)
    _only(state, Action.START, Status.LOBBY)
    for side in Side:
        if not state.members(side):
            raise WrongStatusError(f"nobody is on the {side} yet: somebody must join it before the debate starts")
    running = replace(state, status=Status.RUNNING)
    return Change(state, clock.fresh_turn(running, now), now, actor, Action.START, "", reason)


def pause(state: DebateState, actor: str, now: datetime, *, reason: str = "", staff: bool = False) -> Change:
    """Every clock stands until the debate is resumed."""
    require(state, actor, Action.PAUSE, staff=staff)
    _only(state, Action.PAUSE, Status.RUNNING)
    after = replace(clock.stop(state, now), status=Status.PAUSED)
    return Change(state, after, now, actor, Action.PAUSE, "", reason)


def resume(state: DebateState, actor: str, now: datetime, *, reason: str = "", staff: bool = False) -> Change:
    """The clock goes on where it stood."""
    require(state, actor, Action.RESUME, staff=staff)
    _only(state, Action.RESUME, Status.PAUSED)
    after = clock.go(replace(state, status=Status.RUNNING), now)
    return Change(state, after, now, actor, Action.RESUME, "", reason)


def close(state: DebateState, actor: str, now: datetime, *, reason: str = "", staff: bool = False) -> Change:
    """The debate ends; nobody speaks in it any more."""
    require(state, actor, Action.CLOSE, staff=staff)
    _only(state, Action.CLOSE, Status.LOBBY, Status.RUNNING, Status.PAUSED)
    return Change(state, _ended(state, now), now, actor, Action.CLOSE, "", reason)


def skip(
    state: DebateState, actor: str, now: datetime, *, turn: int | None = None, reason: str = "", staff: bool = False
) -> Change:
    """The turn now due passes without a speech. `turn` is the one that the moderator means; another one due is refused."""
    require(state, actor, Action.SKIP, staff=staff)
    _only(state, Action.SKIP, Status.RUNNING, Status.PAUSED)
    due = due_turn(state, turn)
    return Change(state, _pass(state, due, Outcome.SKIPPED, now), now, actor, Action.SKIP, named(due), reason)


def extend(state: DebateState, actor: str, seconds: int, now: datetime, *, reason: str = "", staff: bool = False) -> Change:
    """The turn now due gets `seconds` more."""
    require(state, actor, Action.EXTEND, staff=staff)
    _only(state, Action.EXTEND, Status.RUNNING, Status.PAUSED)
    due = due_turn(state)
    if state.allowance is None:
        raise WrongStatusError("this turn has no time limit: there is nothing to extend")
    if not 0 < seconds <= MAX_EXTENSION or state.extra + seconds > 2 * MAX_EXTENSION:
        raise NotAllowedError(f"an extension is 1 to {MAX_EXTENSION} seconds, and a turn at most {2 * MAX_EXTENSION} in all")
    after = clock.settle(replace(state, extra=state.extra + seconds), now)
    after = replace(after, warned=clock.passed_marks(after, now))
    return Change(state, after, now, actor, Action.EXTEND, f"{seconds} s for {named(due)}", reason)


def strike(state: DebateState, actor: str, turn: int, now: datetime, *, reason: str = "", staff: bool = False) -> Change:
    """The speech of `turn` no longer counts: it leaves the flow, and stays in the record with its mark."""
    require(state, actor, Action.STRIKE, staff=staff)
    if state.released_at is not None:
        raise WrongStatusError("the result is released: the record can no longer change")
    found = next((speech for speech in state.speeches if speech.turn == turn), None)
    if found is None:
        raise WrongStatusError(f"there is no speech {turn + 1} in this debate: nothing was struck")
    if found.struck:
        raise WrongStatusError(f"speech {turn + 1} is struck already")
    speeches = tuple(replace(s, struck=True) if s.turn == turn else s for s in state.speeches)
    return Change(state, replace(state, speeches=speeches), now, actor, Action.STRIKE, f"speech {turn + 1}", reason)


def warn(state: DebateState, actor: str, person: str, now: datetime, *, reason: str, staff: bool = False) -> Change:
    """A moderator warns a participant; the reason is what the person is told."""
    require(state, actor, Action.WARN, staff=staff)
    if not state.roles(person):
        raise NotAllowedError("only participants of this debate can be warned: nothing was recorded")
    if not reason.strip():
        raise NotAllowedError("say why you warn: the reason is shown and recorded")
    return Change(state, state, now, actor, Action.WARN, state.label(person), reason)


def expire(state: DebateState, turn: int, actor: str, now: datetime) -> Change | None:
    """The clock's own move: `turn` is over if it is due and its time is up; what was gathered of its speech is given.

    None when there is nothing to do. A clock that had jumped back is put right without a line in the record.
    """
    due = state.next_turn
    if due is None or due.number != turn or state.status is not Status.RUNNING:
        return None
    if clock.is_up(state, now):
        after = _at_deadline(state, due, now)
        return Change(state, after, now, actor, "expire", named(due), "the time was up")
    ahead = (moment for moment in (state.turn_began, state.prep_began) if moment is not None and moment > now)
    return Change(state, clock.settle(state, now), now) if any(ahead) else None


def abandon(state: DebateState, actor: str, now: datetime, *, reason: str) -> Change | None:
    """The debate ends because it has lost its place, whoever did that; None if it had ended."""
    if state.status is Status.CLOSED:
        return None
    return Change(state, _ended(state, now), now, actor, Action.CLOSE, "", reason)


def named(turn: Turn) -> str:
    """A turn as the record names it."""
    return f"speech {turn.number + 1} ({turn.side}, {turn.kind})"


def _ended(state: DebateState, now: datetime) -> DebateState:
    return replace(clock.stop(state, now), status=Status.CLOSED, closed_at=now, in_prep=False)


def _at_deadline(state: DebateState, due: Turn, now: datetime) -> DebateState:
    if state.draft:
        try:
            return give(state, gathered(state, due, now), now)
        except SpeechTextError:
            pass  # what was gathered has no words, so there is nothing to give
    return _pass(state, due, Outcome.EXPIRED, now)


def _pass(state: DebateState, due: Turn, outcome: Outcome, now: datetime) -> DebateState:
    skipped = (*state.skipped, SkippedTurn(due.number, due.side, due.kind, now, outcome))
    return clock.fresh_turn(replace(clock.stop(state, now), skipped=skipped), now)


def _only(state: DebateState, action: Action, *statuses: Status) -> None:
    if state.status not in statuses:
        raise WrongStatusError(f"the debate is {_STANDING[state.status]}: it cannot {action} now")


_STANDING = {
    Status.LOBBY: "not started yet",
    Status.RUNNING: "running",
    Status.PAUSED: "paused",
    Status.CLOSED: "closed",
}
