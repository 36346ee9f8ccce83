"""The panel of a debate: where it stands, whose turn it is, its record and its buttons."""

from __future__ import annotations

from datetime import datetime

import discord

from bot.debate.clock import prep_remaining
from bot.debate.formats import Turn
from bot.debate.state import DebateState, Participant, Role, Status
from bot.debate.words import Side
from bot.discord_ui.present import embed, one_line
from bot.discord_ui.speeches import heading
from bot.discord_ui.views.press import PressItem, button, view_of

_COLOURS = {
    Status.LOBBY: discord.Colour.blue(),
    Status.RUNNING: discord.Colour.green(),
    Status.PAUSED: discord.Colour.orange(),
    Status.CLOSED: discord.Colour.dark_grey(),
}
# The newest speeches that the panel lists; /debate record has all of them.
_LISTED = 8
_GO = discord.ButtonStyle.success
_STOP = discord.ButtonStyle.danger
_MAIN = discord.ButtonStyle.primary


def shown(state: DebateState, now: datetime) -> discord.Embed:
    """The panel's text."""
    fields = [("Now", standing(state))]
    fields += [(side.capitalize(), _people(state.members(side)) or "nobody yet") for side in Side]
    fields += [("Moderator", _people(state.people(Role.MODERATOR)) or "any moderator of the server")]
    judges = [*state.people(Role.JUDGE), *state.people(Role.TRAINEE)]
    if judges:
        fields.append(("Judges", _people(judges)))
    if state.prep_left:
        banks = (f"{side}: {_minutes(prep_remaining(state, side, now))}" for side in Side if side is not state.bot_side())
        fields.append(("Prep time left", ", ".join(banks)))
    if state.speeches:
        fields.append(("Speeches", "\n".join(heading(state, speech) for speech in state.speeches[-_LISTED:])))
    return embed(state.motion, state.format.description, fields, footer=footer(state), colour=_COLOURS[state.status])


def footer(state: DebateState) -> str:
    """The panel's last line, which tells the panel of one debate from that of another."""
    return f"Debate {state.id} · {state.format.name} · level {state.level} · rubric {state.rubric}"


def standing(state: DebateState) -> str:
    """Where the debate stands, in one line."""
    turn = state.next_turn
    if state.status is Status.LOBBY:
        return "In the lobby: take a side below. A moderator starts it when both sides are there."
    if state.status is Status.CLOSED:
        return "Closed." if state.released_at is None else "Closed; the result is out."
    if turn is None:
        return "All speeches have been given. Judges fill in their ballots."
    due = f"Speech {turn.number + 1}: **{turn.side}**, {turn.kind}"
    if state.status is Status.PAUSED:
        return f"Paused at {due[0].lower()}{due[1:]}"
    return f"{due}{until(state)}"


def until(state: DebateState) -> str:
    """Until when the turn that is due lasts, as Discord shows it in every reader's own time."""
    deadline = state.deadline
    if deadline is None:
        return ""
    prep = ", on prep time" if state.in_prep else ""
    return f", until {discord.utils.format_dt(deadline, 'T')} ({discord.utils.format_dt(deadline, 'R')}){prep}"


def _people(people: tuple[Participant, ...] | list[Participant]) -> str:
    return ", ".join(f"{one_line(p.label, 80)}{' (trainee)' if p.role is Role.TRAINEE else ''}" for p in people)


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def buttons(state: DebateState) -> discord.ui.View:
    """What can be done with the debate as it stands."""
    turn = state.next_turn
    if state.status is Status.LOBBY:
        items = _lobby(state)
    elif state.status is Status.CLOSED or turn is None:
        items = [button("ballot", state.id, "Fill in a ballot", style=_MAIN, row=0)]
        if state.status is not Status.CLOSED:
            items.append(button("end", state.id, "Close the debate", style=_STOP, row=0))
    else:
        items = _turn(state, turn)
    return view_of(*items, button("flow", state.id, "Flow sheet", row=4), button("record", state.id, "Record", row=4))


def _lobby(state: DebateState) -> list[PressItem]:
    sides = [side for side in Side if side is not state.bot_side()]
    joins = [button("join", state.id, f"Join the {side}", detail=side.value, style=_MAIN, row=0) for side in sides]
    start = button("start", state.id, "Start", style=_GO, row=1)
    return [*joins, button("leave", state.id, "Leave", row=0), start, button("end", state.id, "Cancel", style=_STOP, row=1)]


def _turn(state: DebateState, turn: Turn) -> list[PressItem]:
    number = str(turn.number)
    items = []
    if turn.side is not state.bot_side() and state.status is Status.RUNNING:
        items = [
            button("speak", state.id, "Speak", detail=number, style=_MAIN, row=0),
            button("finish", state.id, "Finish speech", detail=number, row=0),
        ]
        if state.prep_left.get(turn.side, 0) > 0 and state.allowance is not None:
            label = "End prep time" if state.in_prep else "Use prep time"
            items.append(button("prep", state.id, label, detail="end" if state.in_prep else "begin", row=0))
    if state.status is Status.PAUSED:
        items.append(button("resume", state.id, "Resume", style=_GO, row=1))
    else:
        items.append(button("pause", state.id, "Pause", row=1))
    items.append(button("skip", state.id, "Skip this turn", detail=number, row=1))
    if state.allowance is not None:
        items.append(button("extend", state.id, "One minute more", detail=number, row=1))
    return [*items, button("end", state.id, "End", style=_STOP, row=1)]
