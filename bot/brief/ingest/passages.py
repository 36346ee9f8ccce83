"""Splitting a document into passages of a size that retrieves well."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.brief.ingest.extract import Piece, RefusedError
from bot.brief.sentences import split_sentences

MIN_WORDS = 40
MAX_WORDS = 120
TITLE_WORDS = 9


@dataclass(frozen=True, slots=True)
class Cut:
    """One passage to be: `first` and `last` count paragraphs, or pages where the document has pages."""

    first: int
    last: int
    paged: bool
    title: str
    paragraphs: tuple[str, ...]

    @property
    def locator(self) -> str:
        """Where a reader finds it: ¶3, ¶3–5, p. 4 or pp. 4–5."""
        span = str(self.first) if self.first == self.last else f"{self.first}–{self.last}"
        if self.paged:
            return f"{'p.' if self.first == self.last else 'pp.'} {span}"
        return f"¶{span}"

    @property
    def words(self) -> int:
        """Length in words."""
        return sum(len(paragraph.split()) for paragraph in self.paragraphs)


def _bounded(sentence: str) -> Iterable[str]:
    words = sentence.split()
    for start in range(0, len(words), MAX_WORDS):
        yield " ".join(words[start : start + MAX_WORDS])


def _split(text: str) -> list[str]:
    """`text` in parts of at most `MAX_WORDS` words, parted at sentences, of about equal length."""
    sentences = [part for sentence in split_sentences(text) for part in _bounded(sentence)]
    total = sum(len(s.split()) for s in sentences)
    aim = total / max(1, -(-total // MAX_WORDS))
    parts: list[list[str]] = [[]]
    held = done = 0
    for sentence in sentences:
        length = len(sentence.split())
        if parts[-1] and (held + length > MAX_WORDS or done + length / 2 > aim * len(parts)):
            parts.append([])
            held = 0
        parts[-1].append(sentence)
        held += length
        done += length
    return [" ".join(part) for part in parts]


def _safe(text: str) -> str:
    """A paragraph that Markdown cannot take for a heading, a list or a property."""
    return re.sub(r"^(?:[#>*•–-]+\s+|#+)+", "", text)


def _title(heading: str, paragraphs: Sequence[str]) -> str:
    words = (heading or paragraphs[0]).split()
    title = " ".join(words[:TITLE_WORDS]) + ("…" if len(words) > TITLE_WORDS else "")
    return re.sub(r"[{}]", "", title).rstrip(".,;: ") or "untitled"


def _cuts(pieces: Sequence[Piece]) -> list[tuple[str, Cut]]:
    """Each paragraph's parts with the heading above them."""
    found: list[tuple[str, Cut]] = []
    heading, number = "", 0
    for piece in pieces:
        text = _safe(piece.text)
        if piece.heading or not text:
            heading = text or heading
            continue
        number += 1
        place = piece.page or number
        for part in _split(text) if len(text.split()) > MAX_WORDS else [text]:
            found.append((heading, Cut(place, place, bool(piece.page), "", (part,))))
    return found


def split(pieces: Sequence[Piece]) -> tuple[Cut, ...]:
    """The passages of a document: short paragraphs under one heading joined, long ones parted at sentences."""
    joined: list[tuple[str, Cut]] = []
    for heading, cut in _cuts(pieces):
        if joined:
            above, last = joined[-1]
            if above == heading and min(last.words, cut.words) < MIN_WORDS and last.words + cut.words <= MAX_WORDS:
                joined[-1] = (above, replace(last, last=cut.last, paragraphs=(*last.paragraphs, *cut.paragraphs)))
                continue
        joined.append((heading, cut))
    if not joined:
        raise RefusedError("holds no paragraph of text: name a document with text")
    return tuple(replace(cut, title=_title(heading, cut.paragraphs)) for heading, cut in joined)
