"""Files with one sentence a line: reading them, and no sentence twice."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, TypeVar

from bot.brief.faults import Fault


class Lined(Protocol):
    """A sentence and where it stands; `line` counts from 1."""

    @property
    def text(self) -> str:
        """The sentence."""

    @property
    def line(self) -> int:
        """The number of its line."""

    @property
    def file(self) -> Path:
        """The file."""


T = TypeVar("T", bound=Lined)


def lines_of(file: Path, faults: list[Fault]) -> list[str]:
    """The lines of `file`; none, and a fault, where it is no text."""
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        faults.append(Fault(file, 1, "the file cannot be read", "save it as UTF-8 text"))
        return []


def once(sentences: Iterable[T], what: str, faults: list[Fault]) -> list[T]:
    """Each of `sentences` the first time it comes, in whatever case and spacing; every later time is a fault of a `what`."""
    seen: dict[str, T] = {}
    for sentence in sentences:
        before = seen.setdefault(" ".join(sentence.text.lower().split()), sentence)
        if before is not sentence:
            mend = f"it stands in {before.file.name}:{before.line}, keep one"
            faults.append(Fault(sentence.file, sentence.line, f"the {what} `{sentence.text}` stands twice", mend))
    return list(seen.values())
