"""Spelling: unknown words of a query read as the nearest word of the collection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

# Ratio of Ratcliff and Obershelp (https://docs.python.org/3/library/difflib.html): one wrong letter in five, two in ten.
ALIKE = 0.8
SHORTEST = 5
# Letters are counted in this many classes, by code point; letters that share a class only let more words through.
_CLASSES = 64


class _Group:
    """Words with the same first letter, and how often each letter stands in each, shape (words, classes)."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self.lengths = np.array([len(word) for word in words])
        self.counts = np.zeros((len(words), _CLASSES), dtype=np.uint16)
        for row, word in enumerate(words):
            self.counts[row] = _letters(word)

    def possible(self, word: str) -> list[str]:
        """The words of about the length of `word` that share enough letters with it to be alike, whatever their order."""
        near = np.flatnonzero(np.abs(self.lengths - len(word)) <= 2)
        shared = np.minimum(self.counts[near], _letters(word)).sum(axis=1, dtype=np.int64)
        return [self.words[row] for row in near[2 * shared >= ALIKE * (self.lengths[near] + len(word))]]


class Spelling:
    """Knows the words of a collection. Only word matching uses it: the encoder reads word pieces and copes with slips."""

    def __init__(self, words: Iterable[str]) -> None:
        by_letter: dict[str, list[str]] = {}
        for word in sorted(set(words)):
            if word.isalpha():
                by_letter.setdefault(word[0], []).append(word)
        self._groups = {letter: _Group(group) for letter, group in by_letter.items()}

    def nearest(self, word: str) -> str | None:
        """The collection's word with the same first letter that is most like `word`, or None where none is alike."""
        group = self._groups.get(word[:1])
        if len(word) < SHORTEST or not word.isalpha() or group is None:
            return None
        # The ratio itself is slow; the letters rule out all but a few words, and never one that it would let through.
        found = get_close_matches(word, group.possible(word), n=1, cutoff=ALIKE)
        return found[0] if found else None


def _letters(word: str) -> NDArray[np.uint16]:
    counts = np.bincount([ord(letter) % _CLASSES for letter in word], minlength=_CLASSES)
    return counts.astype(np.uint16)
