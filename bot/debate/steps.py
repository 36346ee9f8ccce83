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


class Drafting:
    """How much a model has written so far, told in tens of words: what it says is not checked yet, and so not shown."""

    def __init__(self) -> None:
        self._text = ""

    def words(self, progress: Progress) -> int:
        """The words drafted up to this progress, rounded down to tens."""
        self._text = self._text + progress.text if progress.step is Step.WRITING else ""
        return len(self._text.split()) // 10 * 10


OnProgress = Callable[[Progress], None]
