"""The connecting words of a speech, read from `phrases.toml`, and how many words a lead-in may take."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from bot.brief.model import Brief
from bot.speech.moves import Move, MoveKind
from bot.speech.titles import title_of

_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
COUNTS = ("no points", "one point", *(f"{number} points" for number in _NUMBERS), "more than ten points")
QUESTIONS = ("no question", "one question", *(f"{number} questions" for number in _NUMBERS))
TIMES = ("no", "one", *_NUMBERS)
_SLOT = re.compile(r"\{\w+\}")


@cache
def families() -> dict[str, tuple[str, ...]]:
    """Every family of shapes by name."""
    raw = tomllib.loads(files("bot.speech").joinpath("phrases.toml").read_text(encoding="utf-8"))
    return {name: tuple(shapes) for part in raw.values() for name, shapes in part.items()}


@cache
def fragment(shape: str) -> str:
    """The longest run of a shape's own words, lower case: by it a shape is recognised in speeches given before."""
    return max((piece.strip(' "').lower() for piece in _SLOT.split(shape)), key=len)


def count_of(number: int, names: tuple[str, ...] = COUNTS) -> str:
    """`number` in words, as far as `names` goes."""
    return names[min(number, len(names) - 1)]


@cache
def own_words(family: str) -> int:
    """The most words that a shape of `family` has beside what fills its slots."""
    return max(len(_SLOT.sub("", shape).split()) for shape in families()[family])


# The families from which the lead-in of a move may come; slots of the first part are filled with titles, of the second with
# the opponent's words.
_TITLED = {
    MoveKind.DEFEND: ("defend",),
    MoveKind.CONCEDE: ("concede",),
    MoveKind.STAND: ("stand", "stand_again", "stand_fact"),
    MoveKind.EXTEND: ("extend", "extend_often"),
    MoveKind.OPEN: ("open", "open_first", "open_next"),
    MoveKind.DEEPEN: ("deepen",),
}
_PLAIN = {
    MoveKind.CORRECT: "correct",
    MoveKind.COMPARE: "figure",
    MoveKind.MEMBERS: "members",
    MoveKind.TIES: "ties",
    MoveKind.POSITION: "position",
    MoveKind.INFORM: "inform",
    MoveKind.ACCEPT: "accept",
    MoveKind.ASK: "ask",
    MoveKind.DECLINE: "decline",
    MoveKind.DEFUSE: "defuse",
    MoveKind.PASS_OVER: "pass_over",
    MoveKind.RETURN: "return",
    MoveKind.TRANSLATE: "translate",
}
_SAYING = {MoveKind.PRESS: "press", MoveKind.NOT_COVERED: "not_covered"}


def lead_words(brief: Brief, move: Move) -> int:
    """The most words that the lead-in of `move` can take."""
    title = len(title_of(brief, move.key).split())
    said = len(move.said.split())
    polar = int(move.polar is not None)
    if move.kind is MoveKind.ANSWER:
        return polar + _answer_words(move, title, said)
    if move.kind in _TITLED:
        return max(own_words(family) for family in _TITLED[move.kind]) + title + int(move.kind is MoveKind.EXTEND)
    if move.kind in _PLAIN:
        return polar + own_words(_PLAIN[move.kind])
    if move.kind in _SAYING:
        family = _SAYING[move.kind]
        return max(own_words(family), own_words(f"{family}_said") + said) if said else own_words(family)
    if move.kind is MoveKind.UNSOURCED:
        return own_words("unsourced") + said
    if move.kind is MoveKind.WEIGH:
        story = max(
            [own_words("weigh_unanswered"), *(own_words("weigh_contested") + len(title_of(brief, k).split()) for k in move.also)]
        )
        return title + story + max(own_words(f) for f in ("weigh_first", "weigh_next", "weigh_last", "weigh_only", "weigh_left"))
    return 0


def _answer_words(move: Move, title: int, said: int) -> int:
    if move.short:
        return own_words("short") + 4
    kind = max(own_words(f) for f in (str(move.answer), "again", "asked")) + title
    return max(kind, own_words("said") + said, own_words("pivot"), own_words("second"))


def frame_words(position: str) -> int:
    """The most words that the first and last line of a rebuttal can take, or the turning lines of an opening or closing."""
    first = max(own_words(f) for f in ("heard", "heard_one", "heard_more", "nothing_heard")) + 4
    return first + own_words("final") + len(position.split())
