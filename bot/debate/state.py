"""The state of one debate, rebuilt from the log each time it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.debate.formats import Format, Turn
from bot.debate.record import Speech
from bot.debate.words import Side


class Status(StrEnum):
    """Where a debate stands."""

    RUNNING = "running"
    PAUSED = "paused"
    CLOSED = "closed"


class Role(StrEnum):
    """What a person is in one debate."""

    DEBATER = "debater"
    MODERATOR = "moderator"
    JUDGE = "judge"
    BOT = "bot"


@dataclass(frozen=True, slots=True)
class Participant:
    """One person (or the bot) in a debate; judges and moderators have no side."""

    name: str
    role: Role
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class DebateState:
    """One debate. `turn_began` is when the turn now due began; `extra` are seconds that a moderator added to it."""

    id: str
    motion: str
    format: Format
    status: Status
    participants: tuple[Participant, ...]
    opened_at: datetime
    speeches: tuple[Speech, ...] = ()
    skipped: int = 0
    turn_began: datetime | None = None
    extra: int = 0

    @property
    def next_turn(self) -> Turn | None:
        """The turn that is due, or None when the format has run its course or the debate is closed."""
        if self.status is Status.CLOSED:
            return None
        return self.format.turn(len(self.speeches) + self.skipped)

    @property
    def deadline(self) -> datetime | None:
        """When the turn that is due ends; None if it is untimed or the debate does not run."""
        turn = self.next_turn
        if turn is None or turn.seconds is None or self.turn_began is None or self.status is not Status.RUNNING:
            return None
        return self.turn_began + timedelta(seconds=turn.seconds + self.extra)

    def participant(self, name: str) -> Participant | None:
        """The participant called `name`."""
        return next((p for p in self.participants if p.name == name), None)

    def bot_side(self) -> Side | None:
        """The side on which the bot debates, if it does."""
        return next((p.side for p in self.participants if p.role is Role.BOT), None)
