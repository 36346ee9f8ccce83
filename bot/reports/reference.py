"""A citation with what a reader needs to open it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.debate.record import Citation

# The writer of a speech that a person gave; any other one was composed.
HUMAN = "human"


@dataclass(frozen=True, slots=True)
class Reference:
    """One numbered reference of a speech; `address` is empty where the source has none."""

    marker: int
    passage: str
    locator: str
    title: str
    byline: str
    address: str
    text: str

    @property
    def line(self) -> str:
        """The reference on one line: number, authors and year, title, locator, address."""
        address = f" {self.address}" if self.address else ""
        return f"[{self.marker}] {self.byline}, {self.title}, {self.locator} ({self.passage}){address}"


# How a front end's citations become references: the brief knows, reports do not.
References = Callable[[tuple[Citation, ...]], tuple[Reference, ...]]
