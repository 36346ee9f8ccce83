"""Whether a speech is in English at all, by its commonest words and its letters."""

from __future__ import annotations

import re

# The words that English text, formal or sloppy, cannot do without.
_ENGLISH = frozenset(
    (
        *("the", "a", "an", "of", "to", "in", "is", "are", "it", "its", "that", "this", "and", "but", "or", "not", "no", "yes"),
        *("you", "u", "your", "ur", "i", "we", "they", "he", "she", "will", "wont", "won't", "was", "were", "be", "been", "has"),
        *(
            "have",
            "had",
            "do",
            "does",
            "did",
            "for",
            "on",
            "with",
            "as",
            "at",
            "by",
            "from",
            "if",
            "so",
            "because",
            "what",
            "why",
        ),
        *(
            "how",
            "who",
            "can",
            "cant",
            "can't",
            "would",
            "could",
            "should",
            "just",
            "all",
            "like",
            "than",
            "more",
            "their",
            "there",
        ),
        *("then", "now", "already", "my", "me", "up", "out", "one", "any", "never", "these", "those", "about", "into", "even"),
        *(
            "lol",
            "bro",
            "dont",
            "don't",
            "doesnt",
            "doesn't",
            "isnt",
            "isn't",
            "im",
            "i'm",
            "ok",
            "good",
            "great",
            "hello",
            "thanks",
        ),
    )
)
MIN_WORDS = 6
# Formal English has a third of its words on the list, a headline a tenth; other languages meet it by accident alone.
SHARE = 0.12


def is_foreign(text: str) -> bool:
    """Whether the speech is long enough to tell and is not English."""
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return False
    if sum(not c.isascii() for c in letters) / len(letters) > 0.5:
        return True
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text.lower())
    known = sum(word.replace("’", "'") in _ENGLISH for word in words)
    return len(words) >= MIN_WORDS and known / len(words) < SHARE
