"""Who holds what on the motion, as a passage has it, so that nobody can be made to say the opposite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.brief.membership import names_in

PROPERTY = "held by"


@dataclass(frozen=True, slots=True)
class Position:
    """That whoever goes by one of the names `held_by` is, by this passage, for what the motion foresees, or against it."""

    passage: str
    held_by: tuple[str, ...]
    is_for: bool


def position_of(passage: str, properties: Mapping[str, str], stance: str) -> Position | None:
    """The position that the properties of `passage` give somebody; None where they give none."""
    names = names_in(properties.get(PROPERTY, ""))
    return Position(passage, names, stance == "for") if names else None
