"""The rules: pure functions of state and request. They return what happens or raise an error with its own message."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.debate.errors import NotAllowedError, NotYourTurnError, SpeechTextError, WrongStatusError
from bot.debate.formats import Turn
from bot.debate.state import DebateState, Role, Status

MAX_CHARACTERS = 20_000


class Action(StrEnum):
    """What people do to a debate."""

    SPEAK = "speak"
    PAUSE = "pause"
    RESUME = "resume"
    SKIP = "skip"
    EXTEND = "extend"
    STRIKE = "strike"
    CLOSE = "close"
    JUDGE = "judge"


# Who may do what. A debater neither moderates nor judges the round that he or she debates in.
PERMISSIONS: dict[Role, frozenset[Action]] = {
    Role.DEBATER: frozenset({Action.SPEAK}),
    Role.BOT: frozenset({Action.SPEAK}),
    Role.MODERATOR: frozenset(Action) - {Action.SPEAK, Action.JUDGE},
    Role.JUDGE: frozenset({Action.JUDGE}),
}
# Practice in the terminal has no moderator: the debater runs the clock.
ALONE = frozenset({Action.SPEAK, Action.PAUSE, Action.RESUME, Action.CLOSE})


def may(state: DebateState, name: str, action: Action) -> bool:
    """Whether `name` may take `action` in this debate."""
    person = state.participant(name)
    if person is None:
        return False
    moderated = any(p.role is Role.MODERATOR for p in state.participants)
    if person.role is Role.DEBATER and not moderated:
        return action in ALONE
    return action in PERMISSIONS[person.role]


def require(state: DebateState, name: str, action: Action) -> None:
    """Raise unless `name` may take `action`."""
    if not may(state, name, action):
        raise NotAllowedError(f"{name} may not {action} in this debate: ask a moderator")


def turn_for(state: DebateState, name: str) -> Turn:
    """The turn that `name` may take now."""
    if state.status is Status.CLOSED:
        raise WrongStatusError("the debate is closed: open a new one")
    if state.status is Status.PAUSED:
        raise WrongStatusError("the debate is paused: it goes on when it is resumed")
    turn = state.next_turn
    if turn is None:
        raise WrongStatusError("all speeches have been given: the debate is over")
    require(state, name, Action.SPEAK)
    person = state.participant(name)
    if person is None or person.side is not turn.side:
        raise NotYourTurnError(f"it is the {turn.side}'s turn ({turn.kind}): wait for it to end")
    return turn


def change(state: DebateState, name: str, action: Action) -> Status:
    """The status after `name` pauses, resumes or closes the debate."""
    require(state, name, action)
    allowed = {
        Action.PAUSE: ((Status.RUNNING,), Status.PAUSED),
        Action.RESUME: ((Status.PAUSED,), Status.RUNNING),
        Action.CLOSE: ((Status.RUNNING, Status.PAUSED), Status.CLOSED),
    }
    if action not in allowed:
        raise NotAllowedError(f"{action} does not change a debate's status")
    before, after = allowed[action]
    if state.status not in before:
        raise WrongStatusError(f"the debate is {state.status}: it cannot {action} now")
    return after


def speech_text(text: str) -> str:
    """`text` as a speech may be recorded: stripped, with letters in it, not too long and not binary."""
    if "\0" in text or "�" in text:
        raise SpeechTextError("the speech holds binary data: send plain UTF-8 text")
    stripped = text.strip()
    if not stripped:
        raise SpeechTextError("the speech is empty: say something on the motion")
    if len(stripped) > MAX_CHARACTERS:
        raise SpeechTextError(f"the speech has {len(stripped):,} characters: keep it under {MAX_CHARACTERS:,}")
    if not re.search(r"[^\W\d_]", stripped):
        raise SpeechTextError("the speech has no words: say something on the motion")
    return stripped
