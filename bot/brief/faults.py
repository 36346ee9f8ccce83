"""What can be wrong with a brief, said so that a teacher can mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import UserError


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault: where it is and how to mend it. `line` counts from 1."""

    file: Path
    line: int
    message: str
    mend: str

    def __str__(self) -> str:
        message, mend = (" ".join(text.split()) for text in (self.message, self.mend))
        return f"{self.file}:{self.line}: {message}; {mend}"


class BriefError(UserError):
    """The brief cannot be used; `faults` holds every reason, the message names the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        more = f" (and {len(faults) - 1} more: run `debatebot knowledge check`)" if len(faults) > 1 else ""
        super().__init__(f"{faults[0]}{more}")
