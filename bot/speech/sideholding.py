"""Holding the side: no sentence of ours gives the round away or speaks of what drives the speaker."""

from __future__ import annotations

import re

from bot.brief.model import Brief

_MACHINERY = re.compile(
    r"\b(system prompt|my (instructions|prompt|programming|training)|(language|ai) model|as an ai"
    r"|i was (told|instructed|programmed) to|developer (message|mode)|the prompt|(these|your) instructions)\b",
    re.IGNORECASE,
)
_SURRENDER = re.compile(
    r"\b(i|we) (now |must |have to |will |fully |simply )*(concede|surrender|give up|forfeit|withdraw|yield)"
    r"( the (debate|round|motion|case|point))?[.,!]"
    r"|\b(i|we) (now |must |fully )*(agree with|support|accept|endorse) the motion\b"
    r"|\byou (win|have won|are right about everything)\b"
    r"|\bi (was|am|have been) wrong\b"
    r"|\bthe motion (stands|is (true|right|correct|carried|proven)|should (pass|carry)|has been made out)\b",
    re.IGNORECASE,
)
# What makes a sentence somebody else's opinion, a question, a supposition or a denial.
_HELD_OFF = re.compile(
    r"\b(not|no|never|nobody|nothing|n't|cannot|unlikely|whether|if|would|could|suppose|grant|claim\w*|argu\w*|say|says|said|told|you|your|idea|"
    r"unless|hardly|without|question|ask|impossible|doubt\w*|until|before|even|deny|denies|dispute|according|believes?|thinks?|hopes?)\b|n't\b|\?",
    re.IGNORECASE,
)


def speaks_of_machinery(text: str) -> bool:
    """Whether the sentence mentions instructions, prompts or models."""
    return _MACHINERY.search(text) is not None


def _stems(text: str) -> frozenset[str]:
    return frozenset(w[:6] for w in re.findall(r"[a-z]{3,}", text.lower())) - {"the", "will", "and", "that", "with"}


def abandons_side(brief: Brief, text: str) -> bool:
    """Whether a sentence gives the round away, or states the motion as a fact of ours."""
    if _SURRENDER.search(text):
        return True
    wanted = _stems(brief.motion.text)
    shared = len(wanted & _stems(text)) / max(1, len(wanted))
    return shared >= 0.75 and _HELD_OFF.search(text) is None
