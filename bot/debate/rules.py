"""The rules of speaking: pure functions of state and request that return the change, or raise with the user's line."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.debate import clock
from bot.debate.change import Change
from bot.debate.errors import NotAllowedError, NotYourTurnError, SpeechTextError, TimeIsUpError, WrongStatusError
from bot.debate.formats import Turn
from bot.debate.permissions import Action, may, require
from bot.debate.record import Speech
from bot.debate.state import DebateState, Part, Status

MAX_CHARACTERS = 20_000
MAX_PARTS = 200
# A speech that was sent in time may arrive a little late; whoever records the turn first decides.
GRACE_SECONDS = 5


def due_turn(state: DebateState, expected: int | None = None) -> Turn:
    """The turn now due. `expected` is the number that the asker means: a turn that has passed is refused."""
    if state.status is Status.CLOSED:
        raise WrongStatusError("the debate is closed: open a new one")
    turn = state.next_turn
    if turn is None:
        raise WrongStatusError("all speeches have been given: the debate is over")
    if expected is not None and expected != turn.number:
        raise NotYourTurnError(f"speech {expected + 1} is not due: it is the {turn.side}'s turn ({turn.kind})")
    return turn


def turn_for(state: DebateState, name: str, expected: int | None = None) -> Turn:
    """The turn that `name` may take now."""
    if state.status is Status.LOBBY:
        raise WrongStatusError("the debate has not started: a moderator starts it when both sides are there")
    if state.status is Status.PAUSED:
        raise WrongStatusError("the debate is paused: it goes on when it is resumed")
    turn = due_turn(state, expected)
    require(state, name, Action.SPEAK)
    person = state.participant(name)
    if person is None or person.side is not turn.side:
        raise NotYourTurnError(f"it is the {turn.side}'s turn ({turn.kind}): wait for it to end")
    return turn


def speech_text(text: str) -> str:
    """`text` as a speech may be recorded: stripped, with letters in it, not too long and not binary."""
    stripped = _plain(text)
    if not re.search(r"[^\W\d_]", stripped):
        raise SpeechTextError("the speech has no words: say something on the motion")
    return stripped


def _plain(text: str) -> str:
    if "\0" in text or "�" in text:
        raise SpeechTextError("the speech holds binary data: send plain UTF-8 text")
    stripped = text.strip()
    if not stripped:
        raise SpeechTextError("the speech is empty: say something on the motion")
    if len(stripped) > MAX_CHARACTERS:
        raise SpeechTextError(f"the speech has {len(stripped):,} characters: keep it under {MAX_CHARACTERS:,}")
    return stripped


def deliver(state: DebateState, name: str, text: str, now: datetime, turn: int | None = None) -> Change:
    """`name` gives the speech that is due; parts that he or she had gathered come before `text`."""
    due = _in_time(state, name, now, turn)
    parts = (*_own_draft(state, name), Part(name, speech_text(text), now))
    return Change(state, give(state, gathered(replace(state, draft=parts), due, now), now), now)


def add_part(state: DebateState, name: str, text: str, now: datetime, *, key: str = "", turn: int | None = None) -> Change:
    """A piece of the speech that is due is kept until the speech is finished. A known `key` is that piece, edited."""
    _in_time(state, name, now, turn)
    draft = _own_draft(state, name)
    part = Part(name, _plain(text), now, key)
    known = next((old for old in draft if key and old.key == key), None)
    parts = tuple(replace(old, text=part.text) if old is known else old for old in draft) if known else (*draft, part)
    if len(parts) > MAX_PARTS:
        raise SpeechTextError(f"a speech has at most {MAX_PARTS} parts: finish it")
    _plain(_joined(parts))
    return Change(state, replace(clock.settle(state, now), draft=parts), now)


def finish(state: DebateState, name: str, now: datetime, turn: int | None = None) -> Change:
    """What was gathered is the speech; anybody of the speaker's side may say so."""
    due = _in_time(state, name, now, turn)
    if not state.draft:
        raise SpeechTextError("nothing has been gathered for this speech yet: say it first")
    return Change(state, give(state, gathered(state, due, now), now), now)


def discard(state: DebateState, actor: str, now: datetime, *, reason: str = "", staff: bool = False) -> Change:
    """What was gathered is dropped, by its author or by a moderator."""
    if not state.draft:
        raise SpeechTextError("nothing has been gathered for this speech: there is nothing to drop")
    if actor != state.draft[0].author and not may(state, actor, Action.STRIKE, staff=staff):
        raise NotAllowedError("only its author or a moderator drops what was gathered of a speech")
    after = replace(clock.settle(state, now), draft=())
    return Change(
        state, after, now, actor, "discard", f"{len(state.draft)} parts by {state.label(state.draft[0].author)}", reason
    )


def begin_prep(state: DebateState, name: str, now: datetime) -> Change:
    """The side that is due spends prep time; the turn's clock stands meanwhile."""
    require(state, name, Action.PREP)
    due = _in_time(state, name, now)
    if state.allowance is None:
        raise WrongStatusError("this turn has no time limit: take the time you need")
    if clock.settle(state, now).in_prep:
        raise WrongStatusError("prep time is running already")
    if clock.prep_remaining(state, due.side, now) <= 0:
        raise WrongStatusError(f"the {due.side} has no prep time left: speak when you are ready")
    after = clock.go(replace(clock.stop(state, now), in_prep=True), now)
    return Change(state, after, now, name, Action.PREP, "begin")


def end_prep(state: DebateState, name: str, now: datetime) -> Change:
    """The side that is due stops spending prep time; the turn's clock goes on."""
    require(state, name, Action.PREP)
    turn_for(state, name)
    if not clock.settle(state, now).in_prep:
        raise WrongStatusError("no prep time is running")
    after = clock.go(replace(clock.stop(state, now), in_prep=False), now)
    return Change(state, after, now, name, Action.PREP, "end")


def give(state: DebateState, speech: Speech, now: datetime) -> DebateState:
    """The state after `speech`: recorded, and the next turn's clock fresh."""
    return clock.fresh_turn(replace(clock.stop(state, now), speeches=(*state.speeches, speech)), now)


def gathered(state: DebateState, due: Turn, now: datetime) -> Speech:
    """The speech that the gathered parts make."""
    return Speech(due.number, due.side, due.kind, state.draft[0].author, speech_text(_joined(state.draft)), now)


def _joined(parts: tuple[Part, ...]) -> str:
    return "\n\n".join(part.text for part in parts)


def _own_draft(state: DebateState, name: str) -> tuple[Part, ...]:
    if state.draft and state.draft[0].author != name:
        author = state.label(state.draft[0].author)
        raise NotYourTurnError(f"{author} has begun this speech: finish it or drop it before another is given")
    return state.draft


def _in_time(state: DebateState, name: str, now: datetime, turn: int | None = None) -> Turn:
    due = turn_for(state, name, turn)
    deadline = clock.settle(state, now).deadline
    if deadline is not None and now > deadline + timedelta(seconds=GRACE_SECONDS):
        raise TimeIsUpError("the time for this speech is over: ask a moderator for more before the next deadline")
    return due
