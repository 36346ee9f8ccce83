"""The lexical index: BM25 over stemmed words."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import Stemmer
from numpy.typing import NDArray

from bot.retrieval.absent import absent
from bot.retrieval.spelling import Spelling

# For one of bm25s's ways of building its matrix, which is not ours, it imports scipy: a quarter of a cold look-up's imports.
with absent("scipy.sparse"):
    import bm25s
    from bm25s.stopwords import STOPWORDS_EN
    from bm25s.tokenization import Tokenized

# Words of asking, not of what is asked; BM25's own list lacks them.
_ASKING = frozenset(
    [
        "who",
        "what",
        "when",
        "where",
        "why",
        "how",
        "which",
        "does",
        "did",
        "do",
        "is",
        "are",
        "was",
        "were",
        "can",
        "could",
        "would",
        "should",
        "has",
        "have",
        "had",
    ]
)
_STOP = (
    frozenset(STOPWORDS_EN)
    | _ASKING
    | frozenset(
        [
            "about",
            "tell",
            "me",
            "you",
            "your",
            "i",
            "we",
            "us",
            "our",
            "my",
            "s",
            "t",
            "any",
            "some",
            "ever",
            "really",
            "actually",
        ]
    )
)


# The parameters that bm25s uses where it is given none.
K1, B = 1.5, 0.75


def _plain_words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).lower())


class Coverage(NamedTuple):
    """Idf-weighted shares in 0..1 of a query's words that the index knows and that some texts hold; how many these lack."""

    known: float
    held: float
    missing: int


class Lexical:
    """BM25 (Robertson's, k1 1.5, b 0.75, as bm25s computes it) with English stemming and repaired spelling."""

    def __init__(self, ids: Sequence[str], texts: Sequence[str]) -> None:
        self._stem = Stemmer.Stemmer("english").stemWords
        self.ids = tuple(ids)
        # bm25s cannot index a corpus without a single word.
        self._numbers = {"\0": 0}
        known: set[str] = set()
        documents = [self._numbered(text, known) or [0] for text in texts]
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        self._index = bm25s.BM25(k1=K1, b=B, csc_backend="numpy")
        self._index.index(Tokenized(ids=documents, vocab=self._numbers), show_progress=False)
        # The different words of text i stand from `starts[i]` to `starts[i + 1]`: sets of them take twenty times the memory.
        held = [np.unique(np.array(document, dtype=np.int32)) for document in documents]
        self._starts = np.cumsum([0, *(len(words) for words in held)])
        self._held = np.concatenate(held)
        counts = np.bincount(self._held, minlength=len(self._numbers))
        # Inverse document frequency as in Spärck Jones (1972), smoothed so that unknown words weigh most.
        self._unknown = float(np.log(1 + len(documents)))
        self._idf = np.log(1 + len(documents) / np.maximum(counts, 1))
        self._spelling = Spelling(known)

    def terms(self, query: str) -> list[str]:
        """Stemmed content words of `query`, in order, repeats kept; a word that no text holds is repaired where it can be."""
        words = [word for word in _plain_words(query) if word not in _STOP]
        repaired = []
        for word, stem in zip(words, self._stem(words), strict=True):
            near = None if stem in self._numbers else self._spelling.nearest(word)
            repaired.append(near or word)
        return list(self._stem(repaired))

    def shares(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """BM25 scores of shape (rows,) for `terms` as a share in 0..1 of the highest that any text could reach; zeros where
        no term is known.

        BM25 adds up over the query's words and approaches idf times (k1 + 1) for each. Divided by that sum, short and long
        queries compare.
        """
        known = [self._numbers[term] for term in terms if term in self._numbers]
        if not known:
            return np.zeros(len(self.ids), dtype=np.float32)
        highest = (K1 + 1) * sum(self._weight(term) for term in dict.fromkeys(terms))
        return np.asarray(self._index.get_scores_from_ids(known) / highest, dtype=np.float32)

    def coverages(self, terms: Sequence[str], groups: Sequence[Sequence[int]]) -> list[Coverage]:
        """How much of `terms` the whole index and each of `groups` of rows hold; no terms give zeros."""
        weights = {term: self._weight(term) for term in terms}
        total = sum(weights.values())
        if not total:
            return [Coverage(0.0, 0.0, 0) for _ in groups]
        known = sum(weight for term, weight in weights.items() if term in self._numbers)
        return [self._covered(weights, rows, known / total, total) for rows in groups]

    def _covered(self, weights: Mapping[str, float], rows: Sequence[int], known: float, total: float) -> Coverage:
        held: set[int] = set()
        for row in rows:
            held.update(self._held[self._starts[row] : self._starts[row + 1]].tolist())
        found = [weight for term, weight in weights.items() if self._numbers.get(term) in held]
        return Coverage(known, sum(found) / total, len(weights) - len(found))

    def _weight(self, term: str) -> float:
        number = self._numbers.get(term)
        return self._unknown if number is None else float(self._idf[number])

    def _numbered(self, text: str, known: set[str]) -> list[int]:
        """The stemmed words of `text` as numbers, new ones added; `known` gets the words as they are written."""
        words = [word for word in _plain_words(text) if word not in _STOP]
        known.update(words)
        return [self._numbers.setdefault(stem, len(self._numbers)) for stem in self._stem(words)]
