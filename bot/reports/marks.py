"""How a verdict is shown: a word, a shape and only then a colour, the same in pictures and on pages."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from bot.debate.words import Verdict

Outline = tuple[tuple[float, float], ...]


class Tone(StrEnum):
    """What a colour says; the colours themselves belong to the picture and to the page."""

    QUIET = "quiet"
    MET = "met"
    GIVEN = "given"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Mark:
    """The sign of one verdict. `outline` is a polygon in a square from -1 to 1, y pointing down, drawn filled or hollow."""

    word: str
    meaning: str
    outline: Outline
    filled: bool
    tone: Tone


def _regular(corners: int, turn: float = 0.0) -> Outline:
    """A regular polygon on the unit circle, its first corner `turn` of a full circle clockwise from the top."""
    angles = [2 * math.pi * (turn + n / corners) for n in range(corners)]
    return tuple((round(math.sin(a), 3), round(-math.cos(a), 3)) for a in angles)


def _cross(arm: float = 0.3) -> Outline:
    """A diagonal cross with arms of half-width `arm`."""
    upright = (
        *((-arm, -1), (arm, -1), (arm, -arm), (1, -arm), (1, arm), (arm, arm)),
        *((arm, 1), (-arm, 1), (-arm, arm), (-1, arm), (-1, -arm), (-arm, -arm)),
    )
    half = math.sqrt(0.5)
    return tuple((round((x - y) * half, 3), round((x + y) * half, 3)) for x, y in upright)


_CIRCLE = _regular(24)
_DIAMOND = _regular(4)
_SQUARE: Outline = ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85))
_FORWARD: Outline = ((-0.8, -0.95), (1.0, 0.0), (-0.8, 0.95))
_DOWN: Outline = ((-0.95, -0.75), (0.95, -0.75), (0.0, 0.95))
_BAR: Outline = ((-0.95, -0.28), (0.95, -0.28), (0.95, 0.28), (-0.95, 0.28))

MARKS: dict[Verdict, Mark] = {
    Verdict.NEW: Mark("new", "made, and not met so far", _CIRCLE, False, Tone.QUIET),
    Verdict.ANSWERED: Mark("answered", "met by an answer", _CIRCLE, True, Tone.MET),
    Verdict.TURNED: Mark("turned", "used for the other side", _DIAMOND, True, Tone.MET),
    Verdict.CORRECTED: Mark("corrected", "a false premise was put right", _SQUARE, True, Tone.MET),
    Verdict.CONCEDED: Mark("conceded", "granted as true", _DOWN, True, Tone.GIVEN),
    Verdict.EXTENDED: Mark("extended", "carried on because it was left standing", _FORWARD, True, Tone.GIVEN),
    Verdict.DROPPED: Mark("dropped", "left without an answer", _cross(), True, Tone.LOST),
    Verdict.UNSUPPORTED: Mark("unsupported", "no evidence was found for it", _DIAMOND, False, Tone.LOST),
    Verdict.SET_ASIDE: Mark("set aside", "no argument on the motion", _BAR, True, Tone.QUIET),
}
