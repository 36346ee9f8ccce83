"""One-sentence answers: the sentence of a prepared paragraph that can stand alone."""

from __future__ import annotations

import re

from bot.brief.model import Paragraph, Sentence

MAX_WORDS = 38
# A sentence that begins so leans on the one before it.
_LEANS = re.compile(
    r"^\W*(he|she|it|its|they|their|that|this|those|these|both|such|so|then|there|and|but|or|nor|yet|neither|either|one|two|three|first"
    r"|second|third|each|another|others"
    r"|the (first|second|other|same|latter|former|rest|second|third)|even then|instead|only the|what|here"
    r"|his|her|after that|since then|on that|by that|in that|at that|like that|a year earlier|now|not|none|add"
    r"|again|elsewhere|meanwhile|later|within)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(that|this|those|these) (one|two|[a-z]+(?<!that))\b|\b(he|she|they|him|them|the same|likewise|too)\b", re.IGNORECASE
)


def stands_alone(sentence: Sentence) -> bool:
    """Whether the sentence makes sense without the one before it, as far as its wording tells."""
    return not _LEANS.search(sentence.text)


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:5] for word in re.findall(r"[a-z0-9]{4,}", text.lower()))


def _cost(place: int, sentence: Sentence, about: frozenset[str]) -> tuple[int, int, int, int]:
    words = len(sentence.text.split())
    leaning = 2 * (not stands_alone(sentence)) + bool(_POINTS_BACK.search(sentence.text)) + (words > MAX_WORDS) + 2 * (words < 7)
    # Without a citation it shows nothing; a question answers nothing.
    shown = leaning + 3 * (not sentence.passages) + 3 * sentence.text.endswith("?")
    return shown, -min(2, len(about & _stems(sentence.text))), int(words > 30), place


def in_short(paragraph: Paragraph, about: str = "") -> Paragraph:
    """The best single sentence of `paragraph` under the same id: cited, standing alone, near to `about`, not too long.

    A paragraph of one sentence is its own short form.
    """
    if len(paragraph.sentences) < 2:
        return paragraph
    near = _stems(about)
    best = min(range(len(paragraph.sentences)), key=lambda i: _cost(i, paragraph.sentences[i], near))
    return Paragraph(paragraph.id, (paragraph.sentences[best],))


def cost_of(paragraph: Paragraph, about: str = "") -> tuple[int, int, int, int]:
    """How badly the paragraph shortens; the first number is 0 where its short form stands alone and shows its source."""
    near = _stems(about)
    return min(_cost(i, s, near) for i, s in enumerate(paragraph.sentences))
