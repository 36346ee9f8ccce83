"""Yes or no first, where a question allows it and the passage decides it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.brief.model import Sentence

# The share of a question's content words that a passage's sentence must hold before its sense decides the question.
DECIDES = 0.75
_ASKED = re.compile(
    r"^\W*(?:(?:so|and|but|then|well|ok|now)[, ]+)*(is|are|was|were|do|does|did|has|have|had|can|could|will|would"
    r"|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|hasn't|haven't|can't|couldn't|won't|wouldn't)\b",
    re.IGNORECASE,
)
_NEGATIONS = re.compile(r"\b(not|no|never|none|nobody|nothing|neither|nor|without|cannot|\w+n't)\b", re.IGNORECASE)
_SMALL = frozenset(("that", "this", "with", "from", "have", "does", "were", "true", "really", "ever", "also", "there", "been"))


def _denies(text: str) -> bool:
    return len(_NEGATIONS.findall(text)) % 2 == 1


def _content(text: str) -> frozenset[str]:
    return frozenset(w[:5] for w in re.findall(r"[a-z0-9]{3,}", text.lower()) if w not in _SMALL) - {"the", "and", "any", "for"}


def polarity(question: str, sentences: Sequence[Sentence]) -> bool | None:
    """True for yes, False for no, None where the sentences do not plainly decide the question.

    A negation in the opening verb ("isn't it") asks for the same fact as without, so it does not count.
    """
    opening = _ASKED.search(question)
    if opening is None or not sentences:
        return None
    rest = question[opening.end() :]
    wanted = _content(rest)
    if not wanted:
        return None
    best = max(sentences, key=lambda s: len(wanted & _content(s.text)))
    if len(wanted & _content(best.text)) / len(wanted) < DECIDES:
        return None
    return _denies(rest) == _denies(best.text)
