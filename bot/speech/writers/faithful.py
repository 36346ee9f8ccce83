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
from bot.speech.writers.entailment import CONTRADICTED_AT, SecondCheck

Encode = Callable[[Sequence[str]], Awaitable[Vectors]]
# Cosine that a drafted sentence must reach with something the plan gave it. `python -m tests.bench.wording` prints how many
# sentences of other paragraphs reach it: 1.7 in 100.
ANCHORED_AT = 0.55
# Above this a sentence is about the motion itself and must not affirm it.
MOTION_AT = 0.62
# Cosine from which on a drafted sentence is the planned one in other words, so that it keeps that one's citations.
RECITED_AT = 0.65
LONGER = 1.35
CONTRADICTED = "the second check finds that the evidence contradicts it"
_META = re.compile(
    r"\b(?:as an? (?:ai|language model|assistant)|language model|instructions?|system prompt|the prompt|my (?:rules|prompt)"
    r"|paragraph|rewrit\w+|marker|evidence:"
    r"|i (?:concede|lose|surrender)\b(?! (?:that|this|it|the|a|part|you|some)))"
    # What looks like a tag of the prompt, wherever it stands.
    r"|</?[a-z][^<>]{0,40}>",
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

    def __init__(self, brief: Brief, encode: Encode, second: SecondCheck | None = None) -> None:
        self._brief = brief
        self._encode = encode
        self._second = second

    async def with_citations(self, planned: Sequence[Sentence], draft: Draft) -> Draft:
        """`draft` with the citations that it left out put back, each at the sentence that says what the cited one said.

        Small models drop markers. What a sentence says must still stand in the passages that it then cites.
        """
        missing = [s for s in planned if set(s.passages) - {p for d in draft.sentences for p in d.passages}]
        if not missing or not draft.sentences:
            return draft
        vectors = await self._encode([*(s.text for s in missing), *(s.text for s in draft.sentences)])
        likeness = vectors[: len(missing)] @ vectors[len(missing) :].T
        sentences = list(draft.sentences)
        for sentence, row in zip(missing, likeness.tolist(), strict=True):
            best = max(range(len(sentences)), key=lambda i: (row[i], -i))
            if row[best] >= RECITED_AT:
                both = dict.fromkeys((*sentences[best].passages, *sentence.passages))
                sentences[best] = Sentence(sentences[best].text, tuple(both))
        return Draft(tuple(sentences), draft.unknown)

    async def reasons_against(self, planned: Sequence[Sentence], draft: Draft, own_words: str) -> tuple[str, ...]:
        """Why `draft` may not stand for the `planned` sentences; empty where it may. Reasons are a few words each."""
        form = self._form(planned, draft)
        if form:
            return form
        unsupported = [s.text for s in draft.sentences if not sentence_holds(self._brief, s, own_words)]
        if unsupported:
            return ("a name, figure or quotation that the cited passages do not hold",)
        return await self._meaning(planned, draft) or await self._inference(draft)

    async def _inference(self, draft: Draft) -> tuple[str, ...]:
        """What the second check says, where one is configured: the evidence of a sentence must not contradict it."""
        cited = [s for s in draft.sentences if s.passages]
        if self._second is None or not cited:
            return ()
        pairs = [(" ".join(self._brief.passages[p].text for p in s.passages), s.text) for s in cited]
        wrong = [i for i in await self._second.infer(pairs) if i.contradicted >= CONTRADICTED_AT]
        return (CONTRADICTED,) if wrong else ()

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
