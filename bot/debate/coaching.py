"""What a debater can learn from a debate, as plain values: read from the flow, shown by every front end."""

from __future__ import annotations

from dataclasses import dataclass

from bot.debate.flowsheet import Ref


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage to read; `address` is empty where the source has none."""

    passage: str
    byline: str
    title: str
    locator: str
    address: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """An argument of the bot that nobody replied to. `way_in` is how it can be met, `readings` what supports that."""

    refs: tuple[Ref, ...]
    title: str
    said: str
    speeches: int
    way_in: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Unchallenged:
    """Evidence that stood although it could have been questioned; `doubt` says how."""

    ref: Ref
    reading: Reading
    doubt: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """A false premise that the debater asserted, and the fact."""

    ref: Ref
    said: str
    fact: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Preparation:
    """An argument of the debater that was answered and not defended: what to prepare before making it again.

    `missed` says that the debater spoke again after the answer and did not come back to it.
    """

    refs: tuple[Ref, ...]
    title: str
    answer: str
    ground: str
    readings: tuple[Reading, ...]
    missed: bool


@dataclass(frozen=True, slots=True)
class Coaching:
    """Everything worth telling the debaters on the side against the bot. `met` counts the bot's arguments they replied to."""

    points: int
    met: int
    granted: int
    dropped: tuple[Dropped, ...]
    unchallenged: tuple[Unchallenged, ...]
    corrected: tuple[Corrected, ...]
    prepare: tuple[Preparation, ...]
    unsupported: tuple[str, ...]
