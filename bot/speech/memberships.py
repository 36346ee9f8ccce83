"""Memberships in a statement held against the passages: who is said to belong to a group, to have left it, to stay out of it.

No falsehood needs to be prepared for this; where a correction is prepared for just that membership, it is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.brief.membership import Membership
from bot.brief.model import Brief
from bot.speech.belonging import Reading, Relation, Said
from bot.speech.evidence import spoken_evidence
from bot.speech.figures import Contested
from bot.speech.moves import MoveKind
from bot.speech.outright import Names

SPOKEN_WORDS = 45
_Memberships = tuple[Membership, ...]


@lru_cache(maxsize=8)
def _reading(states: Names, groups: Names) -> Reading:
    return Reading(states, groups)


def misplaced(brief: Brief, sentence: str) -> tuple[tuple[Said, Membership], ...]:
    """What `sentence` says outright of who belongs to a group and a passage has otherwise, each with what the passage says."""
    return _misplaced(brief.motion.states, brief.memberships, sentence)


def _misplaced(states: Names, memberships: _Memberships, sentence: str) -> tuple[tuple[Said, Membership], ...]:
    if not states or not memberships:
        return ()
    found: dict[Said, Membership] = {}
    for listed in _reading(states, tuple(each.group for each in memberships)).said(sentence):
        stated = next(each for each in memberships if each.group[0] == listed[0].group)
        if listed[0].sure or any(stated.has(said.state) for said in listed):
            found.update({said: stated for said in listed if _contradicts(said, stated)})
    return tuple(found.items())


def _contradicts(said: Said, stated: Membership) -> bool:
    belongs = stated.has(said.state)
    if said.relation is Relation.LEFT:
        return belongs is True and said.state not in stated.left
    return belongs is not None and belongs is not (said.relation is Relation.BELONGS)


def contested_member(brief: Brief, said: Sequence[str], corrected: Iterable[str] = ()) -> Contested | None:
    """What a passage has in place of the first membership that one of the sentences `said` has wrong, or None.

    What the passages of the corrections with the keys `corrected` put right is left to them.
    """
    known = brief.cited_by(corrected)
    for sentence in said:
        for each, stated in misplaced(brief, sentence):
            if stated.passage in known:
                continue
            passage = brief.passages[stated.passage]
            held = ", ".join(stated.members) or f"{each.state} outside"
            listing = spoken_evidence(brief, passage, " ".join((*stated.members, *stated.outside)), SPOKEN_WORDS).text
            return Contested(f"{each.state} {each.relation.value} {each.group}", held, passage, listing, MoveKind.MEMBERS)
    return None


def prepared(brief: Brief, sentence: str) -> tuple[str, ...]:
    """The keys of the corrections of which a line is heard by the same false membership as `sentence` states."""
    wrong = {said for said, _ in misplaced(brief, sentence)}
    return tuple(key for key in brief.corrections if wrong & _heard(brief, key)) if wrong else ()


def _heard(brief: Brief, key: str) -> frozenset[Said]:
    block = brief.corrections[key]
    return _wrong(brief.motion.states, brief.memberships, (*block.heard, block.title))


@lru_cache(maxsize=1024)
def _wrong(states: Names, memberships: _Memberships, lines: tuple[str, ...]) -> frozenset[Said]:
    return frozenset(said for line in lines for said, _ in _misplaced(states, memberships, line))
