"""The lexical index: BM25 over stemmed words."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Sequence

import bm25s
import numpy as np
import Stemmer
from bm25s.stopwords import STOPWORDS_EN
from numpy.typing import NDArray

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


class Lexical:
    """BM25 (Robertson's, k1 1.5, b 0.75, as bm25s computes it) with English stemming."""

    def __init__(self, ids: Sequence[str], texts: Sequence[str]) -> None:
        self._stem = Stemmer.Stemmer("english").stemWords
        self.ids = tuple(ids)
        documents = [self.terms(text) for text in texts]
        # bm25s cannot index a corpus without a single word.
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        self._index = bm25s.BM25()
        self._index.index([d or ["\0"] for d in documents], show_progress=False)
        self._sets = [frozenset(d) for d in documents]
        counts: dict[str, int] = {}
        for words in self._sets:
            for word in words:
                counts[word] = counts.get(word, 0) + 1
        # Inverse document frequency as in Spärck Jones (1972), smoothed so that unknown words weigh most.
        self._unknown = float(np.log(1 + len(documents)))
        self._idf = {word: float(np.log(1 + len(documents) / count)) for word, count in counts.items()}

    def terms(self, text: str) -> list[str]:
        """Stemmed content words of `text`, in order, repeats kept."""
        words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).lower())
        return list(self._stem([word for word in words if word not in _STOP]))

    def scores(self, query: str) -> NDArray[np.float32]:
        """BM25 scores of shape (rows,); zeros where no query word is known."""
        known = [term for term in self.terms(query) if term in self._idf]
        if not known:
            return np.zeros(len(self.ids), dtype=np.float32)
        return np.asarray(self._index.get_scores(known), dtype=np.float32)

    def coverage(self, query: str, rows: Sequence[int]) -> tuple[float, float]:
        """Idf-weighted share of the query's words that the whole index knows, and that the given rows hold."""
        terms = dict.fromkeys(self.terms(query))
        total = sum(self._idf.get(term, self._unknown) for term in terms)
        if not total:
            return 0.0, 0.0
        held = frozenset().union(*(self._sets[row] for row in rows)) if rows else frozenset()
        known = sum(self._idf[term] for term in terms if term in self._idf)
        return known / total, sum(self._idf[term] for term in terms if term in held) / total
