"""A change: what the rules decided, for the service to record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.debate.state import DebateState


@dataclass(frozen=True, slots=True)
class Change:
    """The debate before and after, and the line for its record: who did what at which moment, and why.

    An empty `action` changes the debate without a line of its own: a speech is its own record.
    """

    before: DebateState
    after: DebateState
    at: datetime
    actor: str = ""
    action: str = ""
    detail: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """One line of a debate's record."""

    actor: str
    action: str
    detail: str
    reason: str
    at: datetime
