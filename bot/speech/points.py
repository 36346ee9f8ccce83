"""Hearing: from an opponent's speech to utterances, each one sentence or clause with its kind.

Which utterances belong to one argument is decided with the brief at hand, in `matching`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.brief.sentences import split_sentences
from bot.debate.words import PointKind
from bot.speech.cues import clean, continues, kind_of

MAX_UTTERANCES = 80
LONG_WORDS = 26
_TURN = re.compile(
    r"(?:,|;|\s)\s*(?=(?:and (?:also|second(?:ly)?|third(?:ly)?|finally|another|anyway|besides)|also|plus|besides|second(?:ly)?|third(?:ly)?"
    r"|furthermore|moreover|finally|another thing|on top of that|but (?:also )?(?:even|look|what about)|btw|anyway|what about)\b)",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s*;\s+|\s+[—–]\s+|,\s+(?=(?:and|but|while|whereas|so|yet)\s)|\s(?=(?:but|while|whereas)\s)", re.IGNORECASE)
_LEAD = re.compile(
    r"^\W*(?:(?:first|second|third|fourth|fifth|last|final)(?:ly)?(?: of all)?|finally|next|also|moreover|furthermore|besides|plus|and|btw|anyway"
    r"|my (?:first|second|third|next|last|final) (?:point|argument|reason) is(?: that)?|point (?:one|two|three|\d+)|\d+[.)]|[-*•])[\s,:.)-]+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence or clause as heard; `text` is without its list mark or connective, `leans` on the one before."""

    text: str
    kind: PointKind
    leans: bool


def _clauses(sentence: str) -> list[str]:
    if len(sentence.split()) <= 12:
        return [sentence]
    pieces = [piece.strip() for piece in _TURN.split(sentence)]
    clauses: list[str] = []
    for piece in pieces:
        parts = _JOINT.split(piece) if len(piece.split()) > LONG_WORDS else [piece]
        for part in (p.strip(" ,;") for p in parts):
            # A scrap of a few words makes no argument of its own.
            if clauses and len(part.split()) < 5:
                clauses[-1] = f"{clauses[-1]}, {part}"
            elif part:
                clauses.append(part)
    return clauses


def _unlead(text: str) -> str:
    shorter = _LEAD.sub("", text, count=1)
    return shorter if len(shorter.split()) >= 2 else text


def hear(text: str) -> tuple[Utterance, ...]:
    """The utterances of a speech in order, at most `MAX_UTTERANCES`; an empty or wordless text gives none."""
    heard: list[Utterance] = []
    for sentence in split_sentences(clean(text)):
        for clause in _clauses(sentence):
            if not re.search(r"\w", clause):
                continue
            bare = _unlead(clause)
            heard.append(Utterance(bare, kind_of(bare), continues(bare) and bare == clause))
            if len(heard) == MAX_UTTERANCES:
                return tuple(heard)
    return tuple(heard)
