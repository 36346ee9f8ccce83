"""Figures in a statement held against the passages: a year, a percentage or a number of things that a source has otherwise.

No falsehood needs to be prepared for this. A figure is contested only where one sentence of a passage says the same thing, by its
words and names, with one other figure of the same kind, and no near passage has the figure that was said. The speech then says
what the source has; it does not say that the statement is false.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from bot.brief.model import Passage, Wording
from bot.brief.sentences import split_sentences
from bot.brief.support import NUMBER_WORDS, names, numbers
from bot.debate.words import PointKind
from bot.speech import voice
from bot.speech.moves import MoveKind
from bot.speech.points import hear

# The share of what the statement says of its names, in content words, that the passage's sentence must hold; of up to three all.
SAME = 0.75
# The share of the statement's content words from which on a passage is near it.
NEAR = 0.4
# "One" is mostly grammar, and "zero" counts nothing.
_VALUES = {word: value for word, value in NUMBER_WORDS.items() if int(value) > 1} | {"thirty": "30", "forty": "40", "fifty": "50"}
_YEAR = re.compile(r"(?<![\w.,–-])(1[89]\d\d|20\d\d)(?![\w–-]|[.,]\d)")
_PERCENT = re.compile(rf"(?<![\w.,-])(\d+(?:\.\d+)?|{'|'.join(_VALUES)})\s?(?:%|per ?cent\b)", re.IGNORECASE)
# How often: "once" alone is mostly "one day".
_ONCE = re.compile(r"\b(?:(?:only|just|exactly) once|(?:a single|only one|exactly one|one single) time|twice)\b", re.IGNORECASE)
_COUNT = re.compile(
    rf"(?<![\w.,$£€¥–-])(\d{{1,3}}(?:,\d{{3}})*|{'|'.join(_VALUES)}) ((?:[a-z][a-z-]+ )?[a-z]{{3,}}s)\b(?! ago)", re.IGNORECASE
)
# A statistic: a share, an amount of money, or ten and more of something, in digits. Years are known to everybody.
_STATISTIC = re.compile(
    r"(?<![\w.,$£€¥–-])(?:[$£€¥] ?(?P<money>\d+(?:[.,]\d+)*)(?: ?(?:trillion|billion|million|bn|tn|m)\b)?"
    r"|(?P<share>\d+(?:\.\d+)?) ?(?:%|percent\b|per cent\b)"
    r"|(?P<count>\d{1,3}(?:,\d{3})+|\d{2,})(?: (?:trillion|billion|million|thousand))? [a-z]{3,}s\b(?! ago))",
    re.IGNORECASE,
)
# What makes a figure a bound or a guess, so that another beside it is no contradiction.
_ROUGHLY = re.compile(
    r"\b(?:about|around|roughly|some|nearly|almost|over|under|more than|less than|fewer than|at least|at most|up to|between|or so"
    r"|since|as of|by|until|before|after|from|within|first|another|other|further|last|next)\s+(?:the\s+|early\s+|late\s+)?$",
    re.IGNORECASE,
)
# Words for one act, by their first six letters.
_ALIKE = {
    stem: each[0]
    for each in (
        ("founde", "foundi", "formed", "create", "establ", "launch"),
        ("joined", "entere", "entry", "accede", "access", "admitt"),
        ("dissol", "disban", "ended"),
        ("signed", "conclu"),
        ("spends", "spent", "spendi", "spend"),
        ("revise", "renewe", "rewrit", "rewrot"),
        ("invoke", "trigge"),
    )
    for stem in each
}
_HUNG = re.compile(r",? (?:after|before|during|because|when|while|so|as) [^,;]*$", re.IGNORECASE)
_SMALL = frozenset(
    (
        *(
            "that",
            "this",
            "with",
            "from",
            "have",
            "been",
            "were",
            "they",
            "them",
            "their",
            "there",
            "which",
            "what",
            "when",
            "than",
            "then",
        ),
        *(
            "only",
            "also",
            "just",
            "year",
            "years",
            "month",
            "about",
            "into",
            "because",
            "would",
            "will",
            "very",
            "more",
            "most",
            "already",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `kind` is `year`, `percent` or what is counted (its last word's stem); `value` in plain digits."""

    kind: str
    value: str
    rough: bool


@dataclass(frozen=True, slots=True)
class Contested:
    """What was `said`, and the `sentence` of `passage` that has `held` in its place.

    `kind` is the move that puts it right; other than of a figure `sentence` may be two.
    """

    said: str
    held: str
    passage: Passage
    sentence: str
    kind: MoveKind = MoveKind.COMPARE


def figures(text: str) -> tuple[Figure, ...]:
    """The figures of `text` in their order, each kind of figure found by its form."""
    found = [(m.start(), "year", m.group(1)) for m in _YEAR.finditer(text)]
    found += [(m.start(), "percent", _VALUES.get(m.group(1).lower(), m.group(1))) for m in _PERCENT.finditer(text)]
    found += [(m.start(), "times", "2" if m.group().lower() == "twice" else "1") for m in _ONCE.finditer(text)]
    for m in _COUNT.finditer(text):
        value = m.group(1).lower()
        if not _YEAR.fullmatch(value):
            found.append((m.start(), m.group(2).lower().split()[-1][:6], _VALUES.get(value, value.replace(",", ""))))
    return tuple(Figure(kind, value, bool(_ROUGHLY.search(text[:at]))) for at, kind, value in sorted(found))


def _content(text: str) -> frozenset[str]:
    bare = _COUNT.sub(lambda m: f" {m.group(2)} ", _PERCENT.sub(" ", _YEAR.sub(" ", text)))
    return frozenset(_ALIKE.get(w[:6], w[:6]) for w in re.findall(r"[a-z]{4,}", bare.lower()) if w not in _SMALL)


def _asserted(sentence: str) -> bool:
    low = sentence.lower()
    return not (
        low.rstrip().endswith("?")
        or voice.denies(low)
        or voice.rejected(low)
        or voice.reported(low)
        or voice.suppositions(low)
        or voice.conditional(low, len(low))
    )


def contested(statement: str, near: Sequence[Passage]) -> Contested | None:
    """The first figure of one `statement` that the passages `near` it have otherwise, or None."""
    said = [figure for figure in figures(statement) if not figure.rough]
    if not said or not _asserted(statement):
        return None
    wanted = _content(statement)
    named = {name[:5].lower() for name in names(f"So {statement}")}
    for figure in said:
        around = [p for p in near if _share(wanted, f"{p.title} {p.text}") >= NEAR]
        if any(figure.value in numbers(p.text) or figure.value in {f.value for f in figures(p.text)} for p in around):
            continue
        for passage in around:
            found = _otherwise(figure, wanted, named, passage)
            if found is not None and named <= _named_in(found, named):
                return found
    return None


def _named_in(found: Contested, named: set[str]) -> set[str]:
    """Which of `named` the sentence found is about: further on a passage may name in passing what another is about."""
    about = f"{found.passage.title} {split_sentences(found.passage.text)[0]} {found.sentence}".lower()
    return {name for name in named if name in about}


def contested_in(text: str, near: Sequence[Passage]) -> Contested | None:
    """Like `contested`, for the first of the statements in `text`; passages that are quoted or corrected are left out."""
    usable = [passage for passage in near if passage.wording is not Wording.VERBATIM and not passage.corrected_by]
    return next((found for statement in statements(text) if (found := contested(statement, usable))), None)


def statements(text: str) -> list[str]:
    """What `text` states, in its order: each statement whole, then what can stand alone of each."""
    stated = [u.text for u in hear(text) if u.kind in (PointKind.CLAIM, PointKind.EVIDENCE)]
    return [*stated, *(half for statement in stated for half in (*_halves(statement), *_bare(statement)))]


def unsourced(text: str, held: Container[str]) -> str | None:
    """The first statistic that a statement in `text` gives, be it as what others say, and whose figure is not among `held`.

    It is returned in the words of `text`. `held` are the figures of every passage, as `numbers` gives them: whatever stands
    anywhere may be what was meant.
    """
    for statement in hear(text) if _STATISTIC.search(text) else ():
        if statement.kind not in (PointKind.CLAIM, PointKind.EVIDENCE):
            continue
        for m in _STATISTIC.finditer(statement.text):
            value = str(m["money"] or m["share"] or m["count"]).replace(",", "")
            known = value in held or _YEAR.fullmatch(value)
            if not known and m.group() in text and _given(statement.text.lower(), m.start()):
                return m.group()
    return None


def _given(low: str, at: int) -> bool:
    """Whether the clause around position `at` of a statement in lower case neither denies nor supposes."""
    clause = next(low[a:z] for a, z in voice.clauses(low) if a <= at < z)
    return not (voice.denies(clause) or voice.suppositions(clause) or voice.conditional(low, at))


def _halves(statement: str) -> list[str]:
    """What "and" joins in a statement, where every part names its own subject and can stand alone."""
    parts = re.split(r",? and ", statement)
    whole = all(len(part.split()) >= 3 and names(f"So {part}") for part in parts)
    return parts if len(parts) > 1 and whole and _asserted(statement) else []


def _bare(statement: str) -> list[str]:
    """The statement without what it hangs a time or a reason on at its end, where enough is left to stand alone."""
    bare = _HUNG.sub("", statement)
    return [bare] if bare != statement and len(bare.split()) >= 4 and _asserted(statement) else []


def _otherwise(figure: Figure, wanted: frozenset[str], named: set[str], passage: Passage) -> Contested | None:
    # A name in common is no statement in common: the same must be said of it ("signed", not "invoked").
    says = {stem for stem in wanted if stem[:5] not in named} - {"times"}
    if not says:
        return None
    for sentence in split_sentences(passage.text):
        # Of a sentence that says several things, each with its year, one clause has all that was said, and one year.
        for part, least in [(sentence, SAME * len(says) if len(says) > 3 else len(says)), *_clauses(sentence, len(says))]:
            same = [other for other in figures(part) if other.kind == figure.kind]
            if len(same) == 1 and not same[0].rough and len(says & _content(part)) >= least and not voice.denies(part.lower()):
                return Contested(figure.value, same[0].value, passage, sentence)
    return None


def _clauses(sentence: str, least: int) -> list[tuple[str, float]]:
    # What stands between commas may part a verb from its date: the larger parts come first.
    divided = (re.split(between, sentence) for between in (r", (?:and|but) |[;:] ", r",? (?:and|but) |[;:] |, "))
    return [(part, least) for parts in divided if len(parts) > 1 for part in parts]


def _share(wanted: frozenset[str], text: str) -> float:
    return len(wanted & _content(text)) / len(wanted) if wanted else 0.0
