"""Whether a model's draft says what the planned paragraph says: the check that a paragraph passes before the speech's own.

It errs on the side of the composed paragraph: a draft that is refused for nothing costs a turn of phrase, one that is let
through may cost the truth.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise

from bot.brief.model import Brief, Sentence
from bot.brief.sentences import split_sentences
from bot.retrieval.encoder import Vectors
from bot.speech.check import sentence_holds
from bot.speech.writers.draft import Draft

Encode = Callable[[Sequence[str]], Awaitable[Vectors]]
# Cosine that a drafted sentence must reach with something the plan gave it. `python -m tests.bench.wording` prints how drafts of
# the test model and planted strangers lie on both sides of it.
ANCHORED_AT = 0.55
# Above this a sentence is about the motion itself and must not affirm it.
MOTION_AT = 0.62
LONGER = 1.35
_META = re.compile(
    r"\b(?:as an? (?:ai|language model|assistant)|language model|instructions?|system prompt|the prompt|my (?:rules|prompt)"
    r"|paragraph|rewrit\w+|marker|evidence:|<[^>]{1,20}>"
    r"|i (?:concede|lose|surrender)\b(?! (?:that|this|it|the|a|part|you|some)))",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|cannot|without|lacks?|lacked|lacking|refus\w+|reject\w*|fail(?:s|ed|ing)?|unlikely|denie[sd]|deny"
    r"|declin\w+|absent|absence|hardly|barely|far from|\w+n't)\b",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:you|your|yours|they|their|opponent|some|claim\w*|argu\w+|say|says|said|told|suggest\w*|idea|point|case|if|suppose|imagine|would|could|whether)\b",
    re.IGNORECASE,
)


def _loops(text: str) -> bool:
    """Whether the draft repeats itself: a sentence twice, or any run of five words three times."""
    sentences = [" ".join(re.findall(r"\w+", s.lower())) for s in split_sentences(text)]
    words = re.findall(r"\w+", text.lower())
    runs = [tuple(words[i : i + 5]) for i in range(len(words) - 4)]
    return len(set(sentences)) < len(sentences) or any(runs.count(run) > 2 for run in set(runs))


def _negative(text: str) -> bool:
    return bool(_NEGATIVE.search(text))


class Faithfulness:
    """Holds drafts against what they were drafted from."""

    def __init__(self, brief: Brief, encode: Encode) -> None:
        self._brief = brief
        self._encode = encode

    async def reasons_against(self, planned: Sequence[Sentence], draft: Draft, own_words: str) -> tuple[str, ...]:
        """Why `draft` may not stand for the `planned` sentences; empty where it may. Reasons are a few words each."""
        form = self._form(planned, draft)
        if form:
            return form
        unsupported = [s.text for s in draft.sentences if not sentence_holds(self._brief, s, own_words)]
        if unsupported:
            return ("a name, figure or quotation that the cited passages do not hold",)
        return await self._meaning(planned, draft)

    def _form(self, planned: Sequence[Sentence], draft: Draft) -> tuple[str, ...]:
        reasons = []
        length = sum(len(s.text.split()) for s in planned)
        said = len(draft.text.split())
        if not draft.sentences:
            return ("nothing was said",)
        if draft.unknown:
            reasons.append("a marker that stands for nothing")
        due = {p for s in planned for p in s.passages}
        if due - {p for s in draft.sentences for p in s.passages}:
            reasons.append("a citation was left out")
        if said > length * LONGER + 8:
            reasons.append("too long")
        if said < length * 0.4:
            reasons.append("too short")
        if _loops(draft.text):
            reasons.append("it repeats itself")
        if _META.search(draft.text):
            reasons.append("it speaks of its task or gives up")
        return tuple(reasons)

    async def _meaning(self, planned: Sequence[Sentence], draft: Draft) -> tuple[str, ...]:
        given = [s.text for s in planned]
        # Models join sentences, so neighbours count together too.
        given += [f"{one.text} {two.text}" for one, two in pairwise(planned)]
        cited = dict.fromkeys(p for sentence in planned for p in sentence.passages)
        evidence = [text for p in cited for text in split_sentences(self._brief.passages[p].text)]
        anchors = [*given, *evidence]
        said = [s.text for s in draft.sentences]
        vectors = await self._encode([*said, *anchors, self._brief.motion.text])
        drafted, held, motion = vectors[: len(said)], vectors[len(said) : -1], vectors[-1]
        likeness = drafted @ held.T
        about = drafted @ motion
        reasons: dict[str, None] = {}
        for row, text in enumerate(said):
            scores = likeness[row].tolist()
            best = max(range(len(anchors)), key=lambda i: (scores[i], -i))
            if scores[best] < ANCHORED_AT:
                reasons.setdefault("a sentence that the plan did not hold")
                continue
            # The polarity of one of the two nearest will do: a paragraph often affirms and denies the same thing in turn.
            near = sorted(range(len(anchors)), key=lambda i: (-scores[i], i))[:2]
            if all(_negative(anchors[i]) != _negative(text) for i in near):
                reasons.setdefault("something affirmed was denied, or the reverse")
            if best < len(given) and _REPORTED.search(anchors[best]) and not _REPORTED.search(text) and not _negative(text):
                reasons.setdefault("the opponent's words were made the speaker's own")
            if float(about[row]) >= MOTION_AT and not _negative(text) and not _REPORTED.search(text):
                reasons.setdefault("it argues for the other side")
        return tuple(reasons)
