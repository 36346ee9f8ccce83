"""Whether a sentence says only what the passages it cites hold: numbers, dates and names.

This is a containment test, not an understanding: it finds every figure and every proper name in the sentence and
looks for it in the cited text. It is used on the prepared prose of the brief and on every speech before it is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBER_WORDS = (
    *(
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
# Below four, a number word is mostly grammar ("one of", "two questions", "three reasons").
_WORD_VALUES = {word: str(value) for value, word in enumerate(_NUMBER_WORDS) if value >= 4}
NUMBER_WORDS = {word: str(value) for value, word in enumerate(_NUMBER_WORDS)}
_MULTIPLIERS = ("hundred", "thousand", "million", "billion", "trillion")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*")
_NAME = re.compile(r"\b[A-Z][A-Za-zÀ-ÿ'’&-]*[A-Za-zÀ-ÿ]\b")
_WORD = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'’-]*")
# Capitalised by grammar rather than because they name somebody.
_NOT_NAMES = frozenset(
    (
        *("i", "i'm", "i'd", "i'll", "i've", "the", "a", "an", "and", "but", "or", "so", "if", "it", "its", "that"),
        *("in", "on", "at", "of", "to", "for", "by", "as", "this", "these", "those", "there", "then"),
        *("article", "art", "treaty", "council", "act", "parliament", "congress", "senate", "government"),
        *("president", "prime", "minister", "secretary", "state", "states", "north", "south", "east", "west"),
    )
)
_STEM = 5


def numbers(text: str) -> frozenset[str]:
    """Figures in `text` as plain digits: 1,100 -> 1100; number words from four up count as figures."""
    whole = re.sub(r"\b(\d\d)(\d\d)[–-](\d\d)\b", r"\1\2 \1\3", text)
    found = {n.replace(",", "").rstrip(".") for n in _NUMBER.findall(whole)}
    found.update(_WORD_VALUES[w] for w in re.findall(r"[a-z]+", text.lower()) if w in _WORD_VALUES)
    return frozenset(found)


def _all_numbers(text: str) -> frozenset[str]:
    found = set(numbers(text))
    found.update(NUMBER_WORDS[w] for w in re.findall(r"[a-z]+", text.lower()) if w in NUMBER_WORDS)
    found.update(str(int(n) + 1900) for n in re.findall(r"\b\d{2}(?=s\b)", text))
    return frozenset(found)


def names(text: str) -> tuple[str, ...]:
    """Proper names in `text`: capitalised words that do not merely begin a sentence."""
    found: dict[str, None] = {}
    for match in _NAME.finditer(text):
        before = text[: match.start()].rstrip(" \"'“‘(")
        begins = not before or before[-1] in ".!?:;—–"
        word = re.sub(r"['’]s$", "", match.group())
        if word.lower() in _NOT_NAMES or (begins and not word.isupper()):
            continue
        found.setdefault(word)
    return tuple(found)


def _stems(text: str) -> frozenset[str]:
    return frozenset(part[:_STEM].lower() for word in _WORD.findall(text) for part in (word, *word.split("-")))


def unsupported(sentence: str, evidence: Iterable[str], known: Iterable[str] = ()) -> tuple[str, ...]:
    """Figures and names of `sentence` that stand in none of the `evidence` texts.

    `known` are words that need no evidence because they name the motion's own subject. Names are compared by their
    first five letters, so that an adjective is held by its noun.
    """
    held = " ".join((*evidence, *known))
    missing: list[str] = []
    # Most sentences hold no figure and many no name: then there is nothing to look for in the evidence.
    if figures := numbers(sentence):
        missing += sorted(figures - _all_numbers(held))
    if named := names(sentence):
        stems = _stems(held)
        missing += [n for n in named if not all(p[:_STEM].lower() in stems for p in n.split("-") if p[:1].isupper())]
    return tuple(missing)


def faults_in(sentence: str, evidence: Iterable[str], known: Iterable[str] = ()) -> tuple[str, ...]:
    """What keeps a sentence from being said: like `unsupported`, but a sentence that cites nothing may name names.

    Reasoning speaks of people and places; a figure or a date is always a fact and needs its passage.
    """
    held = tuple(evidence)
    missing = unsupported(sentence, held, known)
    return missing if held else tuple(m for m in missing if m[0].isdigit())
