"""What one speech leaves in the log: its points and its citations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.debate.words import PointKind, Side, SpeechKind, Verdict

# An opponent's point that may reply to anything: then nothing counts as dropped.
EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Point:
    """One argument in a speech.

    In an opponent's speech `met_by` is the key of the block, correction or contention that the bot met it with (or
    None) and `verdict` how. In the bot's own speech `met_by` is the id of the prepared paragraph that was used, so that no
    paragraph is used twice, and `answers` the ordinal of the opponent's point (in the preceding speech) that it answers.
    `engages` are the keys of the bot's arguments that an opponent's point replies to; `EVERYTHING` where nobody can tell.
    """

    ordinal: int
    text: str
    kind: PointKind
    met_by: str | None = None
    verdict: Verdict = Verdict.NEW
    answers: int | None = None
    reason: str = ""
    engages: tuple[str, ...] = ()

    @property
    def owner(self) -> str | None:
        """The key of the block, contention or source that `met_by` belongs to."""
        return self.met_by.partition("#")[0] if self.met_by else None


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered reference in a speech of the bot: `[marker]` stands for `passage`."""

    marker: int
    passage: str
    source: str
    locator: str


@dataclass(frozen=True, slots=True)
class Speech:
    """One delivered speech. `turn` counts from 0 within the debate and is unique in it."""

    turn: int
    side: Side
    kind: SpeechKind
    speaker: str
    text: str
    delivered_at: datetime
    points: tuple[Point, ...] = ()
    citations: tuple[Citation, ...] = ()
    writer: str = "human"
    checks: dict[str, int] = field(default_factory=dict)
    struck: bool = False
