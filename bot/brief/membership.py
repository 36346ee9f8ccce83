"""Who belongs to a group of states, as a passage has it, so that what a speech says of members can be held against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PROPERTIES = ("group", "members", "outside", "left")


@dataclass(frozen=True, slots=True)
class Membership:
    """What one passage says of a group.

    `group` are the group's names, the first the usual one. `members` are all its members, or none where the passage does not
    list them all. `outside` are states that do not belong. Of those that `left` nothing is held against anybody who says that
    they went. Each state goes by the first of its names in the brief's `states`.
    """

    passage: str
    group: tuple[str, ...]
    members: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    def has(self, state: str) -> bool | None:
        """Whether `state` belongs; None where the passage does not say."""
        if state in self.members:
            return True
        return False if self.members or state in self.outside else None


def names_in(value: str) -> tuple[str, ...]:
    """The names of one thing, written with `|` between them."""
    return tuple(name.strip() for name in value.split("|") if name.strip())


def membership_of(passage: str, properties: Mapping[str, str]) -> Membership | None:
    """The membership that the properties of `passage` state; None where they name no group."""
    group, *listed = (properties.get(name, "") for name in PROPERTIES)
    if not names_in(group):
        return None
    members, outside, left = (tuple(state.strip() for state in each.split(",") if state.strip()) for each in listed)
    return Membership(passage, names_in(group), members, outside, left)
