"""The steps of preparing an answer, for front ends that show them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """Where the preparation of an answer stands, in the order in which they come."""

    QUEUED = "queued"
    HEARING = "hearing"
    RETRIEVING = "retrieving"
    WRITING = "writing"
    CHECKING = "checking"


@dataclass(frozen=True, slots=True)
class Progress:
    """One step reached; `place` is how many requests are served before this one while it is queued.

    While a language model writes, `text` is the piece of draft that it has just added; it is not checked yet.
    """

    step: Step
    place: int = 0
    text: str = ""


OnProgress = Callable[[Progress], None]
