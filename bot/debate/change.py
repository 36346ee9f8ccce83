"""A change: what the rules decided, for the service to record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.debate.ballots import Ballot, Release
from bot.debate.record import Point
from bot.debate.state import DebateState


@dataclass(frozen=True, slots=True)
class Change:
    """The debate before and after, and the line for its record: who did what at which moment, and why.

    An empty `action` changes the debate without a line of its own: a speech is its own record. `heard` are the points found
    in the speech of `heard_turn`, `ballots` new or changed versions, `release` what ended the judging.
    """

    before: DebateState
    after: DebateState
    at: datetime
    actor: str = ""
    action: str = ""
    detail: str = ""
    reason: str = ""
    heard: tuple[Point, ...] = ()
    heard_turn: int = -1
    ballots: tuple[Ballot, ...] = ()
    release: Release | None = None


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """One line of a debate's record."""

    actor: str
    action: str
    detail: str
    reason: str
    at: datetime
