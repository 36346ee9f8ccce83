"""The state of one debate, rebuilt from the log each time it is needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.debate.formats import Format, Turn
from bot.debate.record import Speech
from bot.debate.words import Level, Side, SpeechKind


class Status(StrEnum):
    """Where a debate stands. In the lobby people take their sides; no clock runs yet."""

    LOBBY = "lobby"
    RUNNING = "running"
    PAUSED = "paused"
    CLOSED = "closed"


class Role(StrEnum):
    """What a person is in one debate. A trainee judges for practice: the ballot does not count."""

    DEBATER = "debater"
    MODERATOR = "moderator"
    JUDGE = "judge"
    TRAINEE = "trainee"
    BOT = "bot"


class Joining(StrEnum):
    """Who may take a side: everybody, or those whom a moderator adds."""

    OPEN = "open"
    INVITED = "invited"


class Outcome(StrEnum):
    """Why a turn passed without a speech."""

    SKIPPED = "skipped"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Participant:
    """One person (or the bot) in one role; judges and moderators have no side.

    `name` identifies the person and never changes; `display` is what people read, where it differs.
    """

    name: str
    role: Role
    side: Side | None = None
    display: str = ""

    @property
    def label(self) -> str:
        """The name that people read."""
        return self.display or self.name


@dataclass(frozen=True, slots=True)
class SkippedTurn:
    """A turn that passed without a speech."""

    turn: int
    side: Side
    kind: SpeechKind
    at: datetime
    outcome: Outcome = Outcome.SKIPPED


@dataclass(frozen=True, slots=True)
class Part:
    """One gathered piece of the speech that is being given; `key` names the message it came in."""

    author: str
    text: str
    at: datetime
    key: str = ""


@dataclass(frozen=True, slots=True)
class DebateState:
    """One debate.

    The clock of the turn now due: `turn_began` is when it was last set going (None: it stands), `used` the seconds that
    ran before that, `extra` those that a moderator added, `warned` the marks before the deadline that were announced.
    `prep_left` are the seconds in each side's bank; while `in_prep`, the turn's clock stands and the bank of the side that
    is due runs from `prep_began`. `draft` are the gathered parts of the speech that is due.
    `rubric_definition` is the text of a server's own rubric as it was when the debate was opened. `version` counts the changes.
    """

    id: str
    motion: str
    format: Format
    status: Status
    participants: tuple[Participant, ...]
    opened_at: datetime
    speeches: tuple[Speech, ...] = ()
    skipped: tuple[SkippedTurn, ...] = ()
    turn_began: datetime | None = None
    extra: int = 0
    used: float = 0.0
    warned: tuple[int, ...] = ()
    in_prep: bool = False
    prep_began: datetime | None = None
    prep_left: dict[Side, float] = field(default_factory=dict)
    draft: tuple[Part, ...] = ()
    level: Level = Level.VARSITY
    rubric: str = "default"
    rubric_definition: str = ""
    joining: Joining = Joining.OPEN
    blind: bool = False
    guild_id: str = ""
    channel_id: str = ""
    message_id: str = ""
    closed_at: datetime | None = None
    released_at: datetime | None = None
    version: int = 0

    @property
    def turns_taken(self) -> int:
        """How many turns have passed, with a speech or without; also the number of the turn now due."""
        return len(self.speeches) + len(self.skipped)

    @property
    def next_turn(self) -> Turn | None:
        """The turn that is due, or None when the format has run its course or the debate is closed."""
        if self.status is Status.CLOSED:
            return None
        return self.format.turn(self.turns_taken)

    @property
    def over(self) -> bool:
        """Whether no further speech can be given."""
        return self.next_turn is None

    @property
    def allowance(self) -> float | None:
        """The seconds that the turn now due has in all; None if it is untimed, the bot's own, or there is none."""
        turn = self.next_turn
        if turn is None or turn.seconds is None or turn.side is self.bot_side():
            return None
        return turn.seconds + self.extra

    @property
    def deadline(self) -> datetime | None:
        """When the turn that is due ends; None if it is untimed, the bot's own, or the debate does not run.

        While prep time runs, it is when the bank and then the turn would be used up.
        """
        turn, allowed = self.next_turn, self.allowance
        if turn is None or allowed is None or self.status is not Status.RUNNING:
            return None
        if self.in_prep:
            began, left = self.prep_began, self.prep_left.get(turn.side, 0.0)
        else:
            began, left = self.turn_began, 0.0
        return began + timedelta(seconds=left + allowed - self.used) if began else None

    def participant(self, name: str) -> Participant | None:
        """The participant called `name`, in the role that he or she took first."""
        return next((p for p in self.participants if p.name == name), None)

    def roles(self, name: str) -> frozenset[Role]:
        """Every role that `name` has here."""
        return frozenset(p.role for p in self.participants if p.name == name)

    def people(self, *roles: Role) -> tuple[Participant, ...]:
        """The participants with one of these roles, in the order in which they came."""
        return tuple(p for p in self.participants if p.role in roles)

    def members(self, side: Side) -> tuple[Participant, ...]:
        """Who debates on `side`, the bot included."""
        return tuple(p for p in self.participants if p.side is side)

    def label(self, name: str) -> str:
        """What people read for `name`; a name that is not a participant's stands for itself."""
        person = self.participant(name)
        return person.label if person else name

    def bot_side(self) -> Side | None:
        """The side on which the bot debates, if it does."""
        return next((p.side for p in self.participants if p.role is Role.BOT), None)
