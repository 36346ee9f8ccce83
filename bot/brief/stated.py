"""Faults in what passages state in a form that speeches are held against: memberships, treaties, positions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import combinations

from bot.brief.model import Brief, Passage, Stance, Wording


def stated_problems(brief: Brief, passage: Passage) -> Iterator[tuple[str, str]]:
    """What is wrong with what `passage` states in such a form, each with how to mend it."""
    yield from _membership_problems(brief, passage)
    yield from _treaty_problems(brief, passage)
    yield from _position_problems(brief, passage)
    if passage.treaties or passage.position:
        if passage.corrected_by:
            yield "a passage that is itself corrected puts nobody right", "state it in the passage that holds the truth"
        if passage.wording is Wording.VERBATIM:
            yield "another's words would be spoken as our own", "state it in a passage in your own words"


def _membership_problems(brief: Brief, passage: Passage) -> Iterator[tuple[str, str]]:
    stated = passage.membership
    if stated is None:
        return
    names = {known[0]: known for known in brief.motion.states}
    if not stated.members and not stated.outside:
        yield f"`{stated.group[0]}` has neither members nor states outside it", "add `- members: ...` or `- outside: ...`"
    if not _is_named(stated.group, passage):
        yield f"the passage does not name `{stated.group[0]}`", "name the group in its text, or take another passage"
    yield from _state_problems(names, stated.left, None)
    there = (state for state in (*stated.members, *stated.outside) if state not in stated.left)
    yield from _state_problems(names, there, passage)


def _treaty_problems(brief: Brief, passage: Passage) -> Iterator[tuple[str, str]]:
    stated = passage.treaties
    if stated is None:
        return
    names = {known[0]: known for known in brief.motion.states}
    if len(stated.bound) == 1:
        yield f"`{stated.bound[0]}` is bound to nobody", "name all whom the treaty ties, or leave `- bound: ...` out"
    for one, other in combinations(stated.bound, 2):
        against = next((each.passage for each in brief.treaties if each.parts(one, other)), None)
        if against is not None:
            yield f"`{one}` and `{other}` are bound here and not in {against}", "leave the pair out in one of them"
    yield from _state_problems(names, (*stated.bound, *stated.unbound), passage)


def _position_problems(brief: Brief, passage: Passage) -> Iterator[tuple[str, str]]:
    position = passage.position
    if position is None:
        return
    if passage.stance is Stance.NEUTRAL:
        yield f"`{position.held_by[0]}` holds a position on neither side", "give the passage `- stance: for` or `against`"
    if not brief.motion.subject_names:
        yield "a position is held on nothing", "add `subject_names` to brief.md, the names of what the motion is about"
    if not _is_named(position.held_by, passage):
        yield f"the passage does not name `{position.held_by[0]}`", "name who holds the position in its text"


def _state_problems(
    names: dict[str, tuple[str, ...]], states: Iterable[str], passage: Passage | None
) -> Iterator[tuple[str, str]]:
    """What is wrong with the names of `states`, which `passage`, if one is given, must name."""
    for state in dict.fromkeys(states):
        if state not in names:
            yield (
                f"`{state}` is none of the brief's states",
                "add it to `states` in brief.md, or use the first of its names there",
            )
        elif passage is not None and not _is_named(names[state], passage):
            yield f"the passage does not name `{state}`", "name the state in its text, or leave it out of the list"


def _is_named(names: Iterable[str], passage: Passage) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", passage.text) for name in names)
