"""Spelling: unknown words of a query read as the nearest word of the collection."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

# Ratio of Ratcliff and Obershelp (https://docs.python.org/3/library/difflib.html): one wrong letter in five, two in ten.
ALIKE = 0.8
SHORTEST = 5


class Spelling:
    """Knows the words of a collection. Only word matching uses it: the encoder reads word pieces and copes with slips."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_letter: dict[str, list[str]] = {}
        for word in sorted(set(words)):
            if word.isalpha():
                self._by_letter.setdefault(word[0], []).append(word)

    def nearest(self, word: str) -> str | None:
        """The collection's word with the same first letter that is most like `word`, or None where none is alike."""
        if len(word) < SHORTEST or not word.isalpha():
            return None
        near = [known for known in self._by_letter.get(word[0], ()) if abs(len(known) - len(word)) <= 2]
        found = get_close_matches(word, near, n=1, cutoff=ALIKE)
        return found[0] if found else None
