"""Echoes: a few of the opponent's own words that are short and safe enough to repeat."""

from __future__ import annotations

import re

from bot.brief.model import Brief
from bot.brief.sentences import split_sentences
from bot.debate.words import PointKind
from bot.speech.quote_marks import was_said
from bot.speech.titles import vocabulary

WORDS = (4, 14)
_ARGUED = (PointKind.CLAIM, PointKind.EVIDENCE, PointKind.DEFINITION, PointKind.CHALLENGE)
# Letters and plain punctuation only: nothing that a chat client could read as markup, a mention or an address.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z ,'’-]*[.!]?")
_ADDRESSED = re.compile(r"\b(i|me|my|we|us|our|you|your|please|must|say|repeat)\b", re.IGNORECASE)
# Words that make no sense without the sentence before.
_LEANING = re.compile(
    r"^(it|this|that|they|these|those|he|she|so|then|such|there|because|which|and|but|even|also)\b", re.IGNORECASE
)


def echo_of(brief: Brief, text: str, kind: PointKind, heard: str) -> str:
    """A sentence of the point `text`, said so in the speech `heard`, to be repeated in quotation marks; empty if there is none.

    Only plain statements of a few words, every one of which the brief's own prose knows: no abuse, no instruction, no
    misspelling, no figure, no markup can pass through.
    """
    if kind not in _ARGUED:
        return ""
    known = vocabulary(brief)
    for sentence in split_sentences(text):
        words = sentence.split()
        if not WORDS[0] <= len(words) <= WORDS[1] or not _PLAIN.fullmatch(sentence):
            continue
        # Clauses that hearing put together again were never said as they stand.
        if not was_said(sentence, heard):
            continue
        if _ADDRESSED.search(sentence) or _LEANING.search(sentence):
            continue
        if all(stem in known for stem in (w[:6] for w in re.findall(r"[a-z]{4,}", sentence.lower()))):
            return f"{sentence[0].upper()}{sentence[1:].rstrip('.!')}."
    return ""
