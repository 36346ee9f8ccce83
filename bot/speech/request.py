"""What the service asks of the speaker, and what it gets back."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.debate.record import Citation, Point, Speech
from bot.debate.words import Level, Side, SpeechKind
from bot.speech.moves import Choice


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """A speech to be given: for which side, of which kind, in at most how many words, after which speeches.

    The last speech of `history` is the opponent's that is to be answered; `history` is empty when the bot speaks first.
    `level` decides how densely the speech argues. `user` and `server` are whose budget a language model's tokens count against.
    """

    side: Side
    kind: SpeechKind
    words: int
    history: tuple[Speech, ...] = ()
    level: Level = Level.VARSITY
    user: str = ""
    server: str = ""


@dataclass(frozen=True, slots=True)
class SpeechDraft:
    """A finished, checked speech and everything the log keeps of it.

    `points` are the bot's own; `heard` are the points of the opponent's speech with how each was met. `conceded` and `dropped`
    name the block or contention keys concerned. `seconds` is how long the speech took to prepare, `choices`
    is every decision of the plan with its reason.
    """

    text: str
    points: tuple[Point, ...]
    citations: tuple[Citation, ...]
    heard: tuple[Point, ...]
    conceded: tuple[str, ...]
    dropped: tuple[str, ...]
    writer: str
    checks: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    choices: tuple[Choice, ...] = ()
