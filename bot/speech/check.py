"""The check: run on every speech, whoever wrote it, before it is given.

A sentence that fails is cut and counted; nothing is let through with a warning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.brief.check import evidence_text
from bot.brief.model import Brief, Sentence, Wording
from bot.brief.support import faults_in
from bot.speech.phrases import COUNTS
from bot.speech.writers.composer import Part

_QUOTED = re.compile(r"[\"“”]([^\"“”]{2,})[\"“”]")
# All marks count as one: a quotation inside a quotation is written with the other kind.
_QUOTES = str.maketrans(dict.fromkeys('“”‘’‚„"', "'"))


@dataclass(frozen=True, slots=True)
class Checked:
    """A speech after the check: what may be said, and how many sentences were seen, cited, quoted and cut."""

    parts: tuple[Part, ...]
    counts: dict[str, int]


def normalised(text: str) -> str:
    """The text with one kind of quotation mark and single spaces, in lower case: how quotations are compared."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_QUOTES).lower().split())


def quotation_holds(brief: Brief, quoted: str, passages: Iterable[str]) -> bool:
    """Whether `quoted` stands word for word in one of the cited passages of verbatim wording."""
    wanted = normalised(quoted).rstrip(".,;:")
    verbatim = [brief.passages[p].text for p in passages if brief.passages[p].wording is Wording.VERBATIM]
    return any(wanted in normalised(text) for text in verbatim)


def sentence_holds(brief: Brief, sentence: Sentence, own_words: str) -> bool:
    """Whether one sentence may be said.

    Its citations exist; its figures and names stand in what it cites, in the motion or in `own_words`, the brief's titles (a
    sentence that cites nothing has no figures of its own); its quotations are verified.
    """
    if any(p not in brief.passages for p in sentence.passages):
        return False
    if any(not quotation_holds(brief, quoted, sentence.passages) for quoted in _QUOTED.findall(sentence.text)):
        return False
    evidence = [evidence_text(brief, brief.passages[p]) for p in sentence.passages]
    return not faults_in(sentence.text, evidence, (brief.motion.text, *brief.motion.subject_words, own_words))


def check(brief: Brief, parts: tuple[Part, ...], words: int) -> Checked:
    """The speech without the sentences that do not hold, and without the last paragraphs over the word limit."""
    counts = {"sentences": 0, "cited": 0, "quotations": 0, "cut": 0, "over_length": 0}
    kept: list[Part] = []
    left = words
    for part in parts:
        held = []
        own = own_words(brief, part)
        for sentence in part.sentences:
            counts["sentences"] += 1
            if not sentence_holds(brief, sentence, own):
                counts["cut"] += 1
                continue
            counts["cited"] += bool(sentence.passages)
            counts["quotations"] += len(_QUOTED.findall(sentence.text))
            held.append(sentence)
        length = sum(len(s.text.split()) for s in held)
        if length > left:
            counts["over_length"] += 1
            continue
        # A lead-in whose evidence was cut would introduce nothing.
        if held and (len(held) > 1 or len(part.sentences) == 1):
            left -= length
            kept.append(replace(part, sentences=tuple(held)))
    return Checked(tuple(kept), counts)


def own_words(brief: Brief, part: Part) -> str:
    """The words that a part may use without evidence: the title and topics of what it answers; for a frame, the counts."""
    if part.move is None:
        return " ".join(COUNTS)
    key = part.move.key
    owner = brief.blocks.get(key or "") or brief.contentions.get(key or "")
    about = " ".join(owner.about) if owner else ""
    return f"{owner.title} {about}" if owner else ""
