"""Who takes part: joining, leaving, appointing, handing over. Pure functions that return the change."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.debate.change import Change
from bot.debate.errors import NotAllowedError, WrongStatusError
from bot.debate.permissions import Action, debated, require
from bot.debate.state import DebateState, Joining, Participant, Role, Status
from bot.debate.words import Side

MAX_PER_SIDE = 10
APPOINTED = (Role.DEBATER, Role.MODERATOR, Role.JUDGE, Role.TRAINEE)


def join(state: DebateState, name: str, side: Side, now: datetime, display: str = "") -> Change:
    """`name` takes `side`, or changes to it, while the lobby is open."""
    require(state, name, Action.JOIN)
    if state.status is not Status.LOBBY:
        raise WrongStatusError("the debate has begun: ask a moderator to add you")
    if state.joining is Joining.INVITED:
        raise NotAllowedError("this debate is by invitation: ask a moderator to add you")
    after = _seat(state, name, side, display)
    return Change(state, after, now, name, Action.JOIN, side)


def leave(state: DebateState, name: str, now: datetime) -> Change:
    """A debater leaves the debate; speeches that he or she gave stay."""
    require(state, name, Action.LEAVE)
    _open(state)
    return Change(state, _without(state, name, (Role.DEBATER,)), now, name, Action.LEAVE)


def appoint(
    state: DebateState,
    actor: str,
    person: str,
    role: Role,
    now: datetime,
    *,
    side: Side | None = None,
    display: str = "",
    reason: str = "",
    staff: bool = False,
) -> Change:
    """A moderator gives `person` a task: a side to debate on, the chair, or a ballot."""
    require(state, actor, Action.APPOINT, staff=staff)
    if role not in APPOINTED:
        raise NotAllowedError("nobody can be appointed as the bot")
    if role is Role.DEBATER:
        _open(state)
        if side is None:
            raise NotAllowedError("say which side the debater takes: proposition or opposition")
        if state.roles(person) - {Role.DEBATER}:
            raise NotAllowedError(f"{state.label(person)} has another task in this debate: remove it first")
        after = _seat(state, person, side, display)
    else:
        after = _with_task(state, person, role, display)
    what = f"{display or state.label(person)} as {role}" + (f", {side}" if role is Role.DEBATER else "")
    return Change(state, after, now, actor, Action.APPOINT, what, reason)


def remove(state: DebateState, actor: str, person: str, now: datetime, *, reason: str = "", staff: bool = False) -> Change:
    """A moderator releases `person` from every task except the chair, which is handed over."""
    require(state, actor, Action.REMOVE, staff=staff)
    _unreleased(state)
    removable = state.roles(person) & {Role.DEBATER, Role.JUDGE, Role.TRAINEE}
    if not removable:
        raise NotAllowedError(f"{state.label(person)} neither debates nor judges here: nothing was changed")
    if Role.DEBATER in removable:
        _open(state)
    after = _without(state, person, tuple(removable))
    return Change(state, after, now, actor, Action.REMOVE, state.label(person), reason)


def hand_over(
    state: DebateState, actor: str, person: str, now: datetime, *, display: str = "", reason: str = "", staff: bool = False
) -> Change:
    """The chair goes from `actor` to `person`; a moderator of the server who has no chair here takes it from whoever has."""
    require(state, actor, Action.HAND_OVER, staff=staff)
    if Role.MODERATOR in state.roles(person):
        raise NotAllowedError(f"{state.label(person)} moderates this debate already: name somebody else")
    after = _with_task(state, person, Role.MODERATOR, display)
    leaving = (actor,) if Role.MODERATOR in state.roles(actor) else tuple(p.name for p in state.people(Role.MODERATOR))
    for name in leaving:
        after = _without(after, name, (Role.MODERATOR,))
    return Change(state, after, now, actor, Action.HAND_OVER, display or state.label(person), reason)


def _open(state: DebateState) -> None:
    if state.status is Status.CLOSED:
        raise WrongStatusError("the debate is closed: open a new one")


def _unreleased(state: DebateState) -> None:
    if state.released_at is not None:
        raise WrongStatusError("the result is released: tasks can no longer change")


def _seat(state: DebateState, name: str, side: Side, display: str) -> DebateState:
    if side is state.bot_side():
        raise NotAllowedError(f"the bot argues the {side}: take the {side.other}")
    seated = next((p for p in state.participants if p.name == name), None)
    if seated and seated.side is side:
        raise NotAllowedError(f"{seated.label} is on the {side} already")
    if any(speech.speaker == name and speech.side is not side for speech in state.speeches):
        raise NotAllowedError(f"{state.label(name)} has spoken for the {side.other}: nobody changes sides after that")
    if len(state.members(side)) >= MAX_PER_SIDE:
        raise NotAllowedError(f"the {side} has {MAX_PER_SIDE} debaters: no more fit")
    others = tuple(p for p in state.participants if p.name != name)
    return replace(state, participants=(*others, Participant(name, Role.DEBATER, side, display)))


def _with_task(state: DebateState, person: str, role: Role, display: str) -> DebateState:
    _unreleased(state)
    roles = state.roles(person)
    if role in roles:
        raise NotAllowedError(f"{state.label(person)} is {role} already: nothing was changed")
    if Role.BOT in roles:
        raise NotAllowedError("the bot neither moderates nor judges: name a person")
    if debated(state, person):
        doing = "moderate" if role is Role.MODERATOR else "judge"
        raise NotAllowedError(f"{state.label(person)} debates in this round and may not {doing} it: name somebody else")
    judging = (Role.JUDGE, Role.TRAINEE)
    kept = state.participants
    if role in judging:  # a trainee becomes a judge, or the other way round
        kept = tuple(p for p in kept if p.name != person or p.role not in judging)
    return replace(state, participants=(*kept, Participant(person, role, None, display)))


def _without(state: DebateState, name: str, roles: tuple[Role, ...]) -> DebateState:
    return replace(state, participants=tuple(p for p in state.participants if p.name != name or p.role not in roles))
