"""Quotations: an exact sentence of the operator's own copy, put beside the prepared sentence that paraphrases it.

Code chooses the sentence by meaning and the check verifies it against the stored text; no writer is asked for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.brief.copies import copies_of
from bot.brief.model import Brief, Passage, Sentence
from bot.brief.sentences import split_sentences
from bot.retrieval.dense import Dense
from bot.retrieval.encoder import Vectors
from bot.speech.evidence import quotation
from bot.speech.moves import MoveKind
from bot.speech.writers.composer import Part

MOST = 2
# Whole sentences only; a scrap proves nothing and a long one is a reading.
SENTENCE_WORDS = (6, 36)
# Cosine between the prepared sentence and the copy's; below it they are about different things.
NEAR = 0.55
# A sentence this close to what the brief corrects, compared with what it is to back, may be the error itself.
MARGIN = 0.05
_QUOTABLE_MOVES = (MoveKind.ANSWER, MoveKind.OPEN, MoveKind.DEFEND, MoveKind.EXTEND, MoveKind.CONCEDE, MoveKind.STAND)


@dataclass(frozen=True, slots=True)
class _Choice:
    text: str
    passage: Passage
    original: str


class Quoter:
    """Chooses quotations for one brief. Without a copy in the brief it has nothing to do and encodes nothing."""

    def __init__(self, brief: Brief) -> None:
        self._brief = brief
        low, high = SENTENCE_WORDS
        self._choices = [
            _Choice(text, passage, source)
            for source in brief.sources
            for passage in copies_of(brief, source)
            for text in split_sentences(passage.text)
            if low <= len(text.split()) <= high and text[0].isupper() and text.rstrip("”’\"')")[-1:] in (".", "!", "?")
        ]
        copied = {choice.original for choice in self._choices}
        self._originals = [p for p in brief.passages.values() if p.source in copied]
        targets = {target for passage in brief.passages.values() for target in passage.corrected_by}
        # A comma in a locator (¶5, correction) marks what the brief adds at that place: no copy of the source can hold it.
        self._added = {p.id for p in self._originals if p.id in targets or "," in p.locator}
        self._dense: Dense | None = None
        self._about: list[dict[str, float]] = []

    @property
    def texts(self) -> list[str]:
        """What must be encoded once, before `prepare`; empty when there is nothing to quote or all is prepared."""
        if self._dense is not None or not self._choices:
            return []
        return [*(choice.text for choice in self._choices), *(passage.text for passage in self._originals)]

    def prepare(self, vectors: Vectors) -> None:
        """Take the vectors of `texts`, row by row."""
        number = len(self._choices)
        self._dense = Dense([str(i) for i in range(number)], vectors[:number])
        originals = Dense([p.id for p in self._originals], vectors[number:])
        self._about = [dict(zip(originals.ids, row.tolist(), strict=True)) for row in originals.cosines(vectors[:number])]

    def wanted(self, parts: Sequence[Part]) -> list[tuple[int, int, str]]:
        """(part, sentence, passage) of every sentence that a copy may back, because it cites a passage of a copied source."""
        copied = {passage.id for passage in self._originals} - self._added
        return [
            (i, j, passage)
            for i, part in enumerate(parts)
            if part.move is not None and part.move.kind in _QUOTABLE_MOVES
            for j, sentence in enumerate(part.sentences)
            for passage in sentence.passages
            if passage in copied
        ]

    def quoted(self, parts: Sequence[Part], vectors: Vectors, room: int, said: str) -> tuple[Part, ...]:
        """The parts with at most `MOST` quotations of together `room` words, none of which stands in `said`.

        `vectors` are those of the sentences that `wanted` names, in its order. The surest come first; ties by place.
        """
        wanted = self.wanted(parts)
        if self._dense is None or not wanted:
            return tuple(parts)
        offers = []
        for (i, j, passage), row in zip(wanted, self._dense.cosines(vectors), strict=True):
            offers += [(-score, i, j, passage, n) for n, score in enumerate(row.tolist()) if score >= NEAR]
        added: dict[int, tuple[int, Sentence]] = {}
        used: set[int] = set()
        for _, i, j, passage, n in sorted(offers):
            spoken = quotation(self._brief, self._choices[n].passage, self._choices[n].text)
            length = len(spoken.text.split())
            if len(added) == MOST or length > room or i in added or n in used or spoken.text in said:
                continue
            if self._choices[n].original == self._brief.passages[passage].source and self._backs(n, passage, parts[i]):
                added[i] = (j, spoken)
                used.add(n)
                room -= length
        return tuple(_with(part, *added[i]) if i in added else part for i, part in enumerate(parts))

    def _backs(self, number: int, passage: str, part: Part) -> bool:
        """Whether the choice is about `passage`, and whatever the brief corrects near it is corrected in the same part."""
        about = self._about[number]
        near = [p for p in self._originals if about[p.id] >= about[passage] - MARGIN]
        cited = {p for sentence in part.sentences for p in sentence.passages}
        mended = all(p.id in cited if p.id in self._added else not p.corrected_by or cited & {*p.corrected_by} for p in near)
        own = max(about[p.id] for p in self._originals if p.id not in self._added)
        # Nearer to a correction than to what it is to back, the sentence is what the correction is about.
        wrong = max((about[key] for key in self._added), default=-1.0)
        return mended and about[passage] >= max(own - MARGIN, wrong)


def _with(part: Part, place: int, sentence: Sentence) -> Part:
    return replace(part, sentences=(*part.sentences[: place + 1], sentence, *part.sentences[place + 1 :]))
