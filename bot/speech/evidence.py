"""Turning a retrieved passage into sentences that may be spoken, with its correction where it has one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.brief.model import Brief, Paragraph, Passage, Sentence, Wording
from bot.brief.sentences import split_sentences
from bot.speech.voice import denies

MAX_WORDS = 60
_ANNOUNCES = re.compile(
    r"\b(?:two|three|four|five|six|several) (?:\w+ )?"
    r"(?:things|reasons|conditions|tests|questions|signs|steps|parts|ways|rules|views)\b|:$",
    re.IGNORECASE,
)
# Marks within a quotation take the other kind.
_INNER = str.maketrans({"“": "‘", "”": "’", '"': "'"})


def _words(text: str) -> frozenset[str]:
    return frozenset(w[:6] for w in re.findall(r"[a-z]{4,}", text.lower()))


def _excerpt(passage: Passage, about: str, limit: int) -> list[str]:
    """The passage from its beginning up to the sentence nearest to `about` and what that one announces, within `limit` words."""
    sentences = split_sentences(passage.text)
    nearest = _nearest(sentences, about)
    chosen: list[str] = []
    # A sentence that announces things says nothing without them.
    past = len(sentences) if _ANNOUNCES.search(sentences[nearest]) else nearest + 1
    for sentence in sentences[:past]:
        # Later sentences lean on earlier ones, so the run is cut at its end and never in the middle.
        if chosen and sum(len(s.split()) for s in (*chosen, sentence)) > limit:
            break
        chosen.append(sentence)
    return chosen


def _nearest(sentences: Sequence[str], about: str) -> int:
    wanted = _words(about)
    return max(range(len(sentences)), key=lambda i: (len(wanted & _words(sentences[i])), -i))


def opening_and_nearest(passage: Passage, about: str, *, denied: bool) -> str:
    """The first sentence of `passage`, which says of what it speaks, and the one nearest to `about`, where it is another.

    Where something is `denied`, a sentence that denies comes before the first one; else only the first one may deny.
    """
    sentences = split_sentences(passage.text)
    first, *others = sentences
    among = [sentence for sentence in sentences if denies(sentence)] if denied else []
    among = among or [first, *(sentence for sentence in others if not denies(sentence))]
    nearest = among[_nearest(among, about)]
    return " ".join(dict.fromkeys((first, nearest)))


def quotation(brief: Brief, passage: Passage, text: str) -> Sentence:
    """`text`, which stands in the verbatim `passage`, as a sentence that names its author and says that it was verified."""
    authors = " and ".join(brief.sources[passage.source].authors)
    return Sentence(f"In the words of {authors}: “{text.translate(_INNER)}” (quotation verified).", (passage.id,))


def spoken_evidence(brief: Brief, passage: Passage, about: str, limit: int = MAX_WORDS) -> Paragraph:
    """The part of `passage` nearest to `about` as a cited paragraph of about `limit` words.

    A passage that is corrected by others is followed by the first sentence of its correction.
    """
    excerpt = _excerpt(passage, about, limit)
    if passage.wording is Wording.VERBATIM:  # another's words are spoken in quotation marks only
        sentences = [quotation(brief, passage, " ".join(excerpt))]
    else:
        sentences = [Sentence(text, (passage.id,)) for text in excerpt]
    for target in passage.corrected_by[:1]:
        sentences.append(Sentence(split_sentences(brief.passages[target].text)[0], (target,)))
    return Paragraph(passage.id, tuple(sentences))
