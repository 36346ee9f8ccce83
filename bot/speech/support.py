"""Support for sentences that nobody prepared: whether they keep the sense of what they cite."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.brief.model import BlockKind, Brief
from bot.brief.sentences import split_sentences
from bot.speech.voice import occurrences

# The share of a sentence's content words that a passage's sentence must hold for the two to be about the same fact.
SAME_FACT = 0.6
_NEGATION = re.compile(
    r"\b(not|no|never|none|nobody|nothing|neither|nor|without|cannot|lacks?|lacked|refus\w+|reject\w+|declin\w+|fail\w*|den(y|ies|ied)|\w+n't)\b",
    re.IGNORECASE,
)


def _content(text: str) -> frozenset[str]:
    return frozenset(w[:6] for w in re.findall(r"[a-z0-9]{4,}", text.lower())) - {"that", "this", "with", "from", "have", "which"}


def _denies(text: str) -> bool:
    return _NEGATION.search(text) is not None


def contradicts(sentence: str, passages: Sequence[str]) -> bool:
    """Whether the sentence tells the same fact as a sentence of the passages, but one of the two with a negation.

    A containment test: it sees a negation lost or gained where the wording is near, and nothing subtler.
    """
    wanted = _content(sentence)
    if not wanted:
        return False
    near = [s for text in passages for s in split_sentences(text) if len(wanted & _content(s)) / len(wanted) >= SAME_FACT]
    return bool(near) and all(_denies(s) is not _denies(sentence) for s in near)


def _much_of(way: str, text: str) -> bool:
    wanted = _content(way)
    return len(_content(text) & wanted) >= 0.6 * len(wanted)


def premise_asserted(brief: Brief, text: str) -> str | None:
    """The key of a false premise that the sentence states by its words, or None."""
    low = text.lower()
    for block in brief.blocks.values():
        if block.kind is not BlockKind.CORRECTION or not block.needs or _denies(low):
            continue
        needs = all(occurrences(low, group) for group in block.needs)
        unless = occurrences(low, block.unless)
        if needs and not unless and any(_much_of(way, low) for way in block.heard):
            return block.key
    return None
