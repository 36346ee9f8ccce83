"""The lexical index: BM25 over stemmed words."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import bm25s
import numpy as np
import Stemmer
from bm25s.stopwords import STOPWORDS_EN
from numpy.typing import NDArray

from bot.retrieval.spelling import Spelling

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
        documents = [self._stemmed(text) for text in texts]
        # bm25s cannot index a corpus without a single word.
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        self._index = bm25s.BM25(k1=K1, b=B)
        self._index.index([d or ["\0"] for d in documents], show_progress=False)
        self._sets = [frozenset(d) for d in documents]
        counts: dict[str, int] = {}
        for words in self._sets:
            for word in words:
                counts[word] = counts.get(word, 0) + 1
        # Inverse document frequency as in Spärck Jones (1972), smoothed so that unknown words weigh most.
        self._unknown = float(np.log(1 + len(documents)))
        self._idf = {word: float(np.log(1 + len(documents) / count)) for word, count in counts.items()}
        self._spelling = Spelling(word for text in texts for word in _plain_words(text) if word not in _STOP)

    def terms(self, query: str) -> list[str]:
        """Stemmed content words of `query`, in order, repeats kept; a word that no text holds is repaired where it can be."""
        words = [word for word in _plain_words(query) if word not in _STOP]
        repaired = []
        for word, stem in zip(words, self._stem(words), strict=True):
            near = None if stem in self._idf else self._spelling.nearest(word)
            repaired.append(near or word)
        return list(self._stem(repaired))

    def shares(self, query: str) -> NDArray[np.float32]:
        """BM25 scores of shape (rows,) as a share in 0..1 of the highest that any text could reach; zeros where no word is known.

        BM25 adds up over the query's words and approaches idf times (k1 + 1) for each. Divided by that sum, short and long
        queries compare.
        """
        terms = self.terms(query)
        known = [term for term in terms if term in self._idf]
        if not known:
            return np.zeros(len(self.ids), dtype=np.float32)
        highest = (K1 + 1) * sum(self._idf.get(term, self._unknown) for term in dict.fromkeys(terms))
        return np.asarray(self._index.get_scores(known) / highest, dtype=np.float32)

    def coverage(self, query: str, rows: Sequence[int]) -> Coverage:
        """How much of the query's words the whole index and the given rows hold; a query without content words gives zeros."""
        terms = dict.fromkeys(self.terms(query))
        total = sum(self._idf.get(term, self._unknown) for term in terms)
        if not total:
            return Coverage(0.0, 0.0, 0)
        held = frozenset().union(*(self._sets[row] for row in rows))
        known = sum(self._idf[term] for term in terms if term in self._idf)
        found = [term for term in terms if term in held]
        return Coverage(known / total, sum(self._idf[term] for term in found) / total, len(terms) - len(found))

    def _stemmed(self, text: str) -> list[str]:
        return list(self._stem([word for word in _plain_words(text) if word not in _STOP]))
