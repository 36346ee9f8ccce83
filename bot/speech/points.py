"""Hearing: from an opponent's speech to utterances, each one sentence or clause with its kind.

Which utterances belong to one argument is decided with the brief at hand, in `matching`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.brief.sentences import split_sentences
from bot.debate.words import PointKind
from bot.speech.cues import clean, continues, kind_of
from bot.speech.granting import granting

# Above what a Discord message of 4,000 characters can hold, so that no wall of text is cut; it bounds what is encoded.
MAX_UTTERANCES = 400
SHORT_WORDS = 4
_TURN = re.compile(
    r"(?:,|;|(?<!\band)(?<!\bbut)\s)\s*"
    r"(?=(?:and (?:also|second(?:ly)?|third(?:ly)?|finally|another|anyway|besides)|also|plus|besides|secondly|thirdly"
    r"|furthermore|moreover|finally|another thing|on top of that|but (?:also )?(?:even|look|what about)|btw|anyway|what about)\b)",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s*;\s+|:\s+|\s+[—–-]\s+|,\s+|\s(?=(?:but|while|whereas)\s)", re.IGNORECASE)
_SCENE = re.compile(
    r"^\W*(?:if|when(?:ever)?|once|because|since|although|though|as|while|in|at|on|after|before|under|by|with|unless|given|despite|for)\b(?!.*,)",
    re.I,
)
# Names who says what stands before it.
_AS_SAID = re.compile(r"as (?:\w+ ){1,4}(?:says?|said|admits?|claims?|shows?|knows?|sees?|put it|told \w+)\W*$", re.IGNORECASE)
_LEAD = re.compile(
    r"^\W*(?:(?:first|second|third|fourth|fifth|last|final)(?:ly)?(?: of all)?|finally|next|also|moreover|furthermore|besides|plus|and|btw|anyway"
    r"|my (?:first|second|third|next|last|final) (?:point|argument|reason) is(?: that)?|point (?:one|two|three|\d+)|\d+[.)]|[-*•])[\s,:.)-]+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence or clause as heard; `text` is without its list mark or connective, `leans` on the one before.

    `sentence` counts the sentences of the speech from 0. `said` is the clause with its connective, as it goes on from another.
    """

    text: str
    kind: PointKind
    leans: bool
    sentence: int = 0
    said: str = ""


def _cut(sentence: str) -> list[tuple[str, str]]:
    """The pieces of `sentence` between all its cuts, each with what stood between it and the one before."""
    pieces: list[tuple[str, str]] = []
    start, between = 0, ""
    for found in sorted((m for pattern in (_TURN, _JOINT) for m in pattern.finditer(sentence)), key=lambda m: m.span()):
        if found.start() >= start:
            pieces.append((between, sentence[start : found.start()].strip(" ,;")))
            start, between = found.end(), found.group(0)
    return [*pieces, (between, sentence[start:].strip(" ,;"))]


def _clauses(sentence: str) -> list[str]:
    """The sentence cut where another argument may begin; what belongs together is joined again by `matching`."""
    clauses: list[str] = []
    for between, bare in _cut(sentence):
        # A scrap of a few words makes no argument of its own, and neither does a clause that only sets the scene.
        if clauses and (
            len(bare.split()) < SHORT_WORDS
            or len(clauses[-1].split()) < SHORT_WORDS
            or _SCENE.match(clauses[-1])
            or _AS_SAID.match(bare)
        ):
            clauses[-1] = f"{clauses[-1]}{', ' if between.strip() else ' '}{bare}".strip(" ,;")
        elif bare:
            clauses.append(bare)
    return clauses


def _unlead(text: str) -> str:
    shorter = _LEAD.sub("", text, count=1)
    return shorter if len(shorter.split()) >= 2 else text


def _mark(sentence: str) -> str:
    end = sentence.rstrip("\"')”’ ")[-1:]
    return end if end in (".", "!", "?") else ""


def hear(text: str) -> tuple[Utterance, ...]:
    """The utterances of a speech in order, at most `MAX_UTTERANCES`; an empty or wordless text gives none."""
    heard: list[Utterance] = []
    for place, sentence in enumerate(split_sentences(clean(text))):
        for clause in _clauses(sentence):
            if not re.search(r"\w", clause):
                continue
            bare = _unlead(clause)
            heard.append(Utterance(bare, kind_of(bare, _mark(sentence)), continues(bare) and bare == clause, place, clause))
    return granting(heard[:MAX_UTTERANCES])
