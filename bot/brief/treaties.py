"""Which states a treaty of defence ties to one another, as a passage has it, so that a speech can be held to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PROPERTIES = ("bound", "unbound")


@dataclass(frozen=True, slots=True)
class Treaties:
    """What one passage says of treaties of defence.

    Those that are `bound` have one with one another. No two of the `unbound` have one with one another; a single one has none
    with anybody. Each state goes by the first of its names in the brief's `states`.
    """

    passage: str
    bound: tuple[str, ...] = ()
    unbound: tuple[str, ...] = ()

    def tie(self, one: str, other: str) -> bool | None:
        """Whether a treaty of defence ties the two states to each other; None where the passage does not say."""
        if one in self.bound and other in self.bound:
            return True
        return False if self.parts(one, other) else None

    def parts(self, one: str, other: str) -> bool:
        """Whether the two states are said to have no treaty of defence with each other."""
        found = (one in self.unbound) + (other in self.unbound)
        return found == 2 or (found == 1 and len(self.unbound) == 1)


def treaties_of(passage: str, properties: Mapping[str, str]) -> Treaties | None:
    """What the properties of `passage` say of treaties; None where they say nothing."""
    bound, unbound = (tuple(s.strip() for s in properties.get(name, "").split(",") if s.strip()) for name in PROPERTIES)
    return Treaties(passage, bound, unbound) if bound or unbound else None
