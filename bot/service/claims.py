"""Known claims, for autocomplete: found by the beginnings of words, without any model."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.brief.model import BlockKind, Brief, Stance
from bot.debate.words import Side


@dataclass(frozen=True, slots=True)
class KnownClaim:
    """A claim that the brief has something on: `stance` is the side of the motion that makes it."""

    text: str
    key: str
    kind: str
    stance: str


class KnownClaims:
    """The claims of a brief: the ways in which its blocks and contentions are heard, and their titles."""

    def __init__(self, brief: Brief) -> None:
        ours = Stance.FOR if Side(brief.motion.bot_side) is Side.PROPOSITION else Stance.AGAINST
        theirs = Stance.AGAINST if ours is Stance.FOR else Stance.FOR
        found: dict[str, KnownClaim] = {}
        for contention in brief.contentions.values():
            for text in (contention.title, *contention.heard):
                found.setdefault(text.casefold(), KnownClaim(text, contention.key, "contention", ours.value))
        for block in brief.blocks.values():
            stance = Stance.NEUTRAL if block.kind is BlockKind.CORRECTION else theirs
            for text in (block.title, *block.heard):
                found.setdefault(text.casefold(), KnownClaim(text, block.key, block.kind.value, stance.value))
        self._claims = [(text, _words(text), claim) for text, claim in sorted(found.items())]

    def find(self, typed: str, *, stance: str | None = None, limit: int = 25) -> list[KnownClaim]:
        """Claims in which every typed word begins a word; those that begin as typed come first, then the shorter ones."""
        wanted = _words(typed)
        start = typed.strip().casefold()
        hits = [
            (not text.startswith(start), len(text), text, claim)
            for text, words, claim in self._claims
            if (stance is None or claim.stance == stance) and all(any(w.startswith(t) for w in words) for t in wanted)
        ]
        return [hit[3] for hit in sorted(hits, key=lambda hit: hit[:3])[:limit]]


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", text.casefold()))
