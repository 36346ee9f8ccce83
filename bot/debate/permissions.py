"""Who may do what in a debate."""

from __future__ import annotations

from enum import StrEnum

from bot.debate.errors import NotAllowedError
from bot.debate.state import DebateState, Role


class Action(StrEnum):
    """What people do to a debate; the values are the words of its record."""

    JOIN = "join"
    LEAVE = "leave"
    APPOINT = "appoint"
    REMOVE = "remove"
    HAND_OVER = "hand over"
    START = "start"
    SPEAK = "speak"
    PREP = "prep"
    PAUSE = "pause"
    RESUME = "resume"
    SKIP = "skip"
    EXTEND = "extend"
    STRIKE = "strike"
    WARN = "warn"
    CLOSE = "close"
    JUDGE = "judge"
    RELEASE = "release"


_DEBATING = frozenset({Action.SPEAK, Action.PREP, Action.LEAVE})
_ANYBODY = frozenset({Action.JOIN})
_MODERATING = frozenset(Action) - _DEBATING - _ANYBODY - {Action.JUDGE}
# Who may do what. A debater neither moderates nor judges the round that he or she debates in.
PERMISSIONS: dict[Role, frozenset[Action]] = {
    Role.DEBATER: _DEBATING | {Action.JOIN},
    Role.BOT: frozenset({Action.SPEAK}),
    Role.MODERATOR: _MODERATING,
    Role.JUDGE: frozenset({Action.JUDGE}),
    Role.TRAINEE: frozenset({Action.JUDGE}),
}
# Practice in the terminal has no moderator: the debater runs the clock.
ALONE = frozenset({Action.SPEAK, Action.PREP, Action.PAUSE, Action.RESUME, Action.CLOSE})


def debated(state: DebateState, name: str) -> bool:
    """Whether `name` debates in this round or has spoken in it."""
    return Role.DEBATER in state.roles(name) or any(speech.speaker == name for speech in state.speeches)


def may(state: DebateState, name: str, action: Action, *, staff: bool = False) -> bool:
    """Whether `name` may take `action` in this debate.

    `staff` says that the front end vouches for a moderator of the server. Who debates here moderates nothing here, whatever
    he or she is elsewhere.
    """
    roles = state.roles(name)
    if Role.DEBATER in roles:
        alone = not state.guild_id and not state.people(Role.MODERATOR)
        return action in (ALONE if alone else PERMISSIONS[Role.DEBATER])
    if Role.BOT in roles:
        return action in PERMISSIONS[Role.BOT]
    granted = frozenset[Action]().union(*(PERMISSIONS[role] for role in roles))
    if staff:
        granted |= PERMISSIONS[Role.MODERATOR]
    if debated(state, name):
        granted = frozenset()
    return action in granted or (not roles and action in _ANYBODY)


def require(state: DebateState, name: str, action: Action, *, staff: bool = False) -> None:
    """Raise unless `name` may take `action`."""
    if may(state, name, action, staff=staff):
        return
    if debated(state, name) and action in _MODERATING | {Action.JUDGE}:
        doing = "judge" if action is Action.JUDGE else "moderate"
        raise NotAllowedError(f"you debate in this round, so you may not {doing} it: ask a moderator")
    wanted = {
        Action.SPEAK: "only its debaters speak in this debate: join a side before it starts, or ask a moderator",
        Action.PREP: "only a debater uses prep time",
        Action.LEAVE: "you are not debating here",
        Action.JOIN: "you have another task in this debate: ask a moderator to release you from it",
        Action.JUDGE: "only a judge of this debate submits a ballot: ask a moderator to appoint you",
    }
    raise NotAllowedError(wanted.get(action, f"you may not {action} this debate: ask a moderator"))
