"""Lines that an adapter learns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Line:
    """A line to learn: the owner whose it is, None for none, and the premises that it asserts."""

    text: str
    owner: str | None
    premises: tuple[str, ...] = ()


def digest(lines: Sequence[Line]) -> str:
    """Identifies a set of lines, whatever their order."""
    told = sorted(f"{line.owner}\0{','.join(line.premises)}\0{line.text}" for line in lines)
    return sha256("\n".join(told).encode()).hexdigest()
