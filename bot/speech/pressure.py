"""Pressure: how much a speech presses at each level. It changes what is said and left unsaid, never what is true."""

from __future__ import annotations

from dataclasses import dataclass

from bot.debate.words import Level


@dataclass(frozen=True, slots=True)
class Pressure:
    """How densely the bot argues.

    `share` is the part of the word limit that is used, `points` how many arguments are met, `full` how many of them at length,
    `concessions`, `extensions`, `questions` and `openings` how many of each a speech holds at most, `second` whether one point
    may get two answers.
    """

    share: float
    points: int
    full: int
    concessions: int
    extensions: int
    questions: int
    openings: int
    second: bool


_PRESSURES = {
    Level.NOVICE: Pressure(0.55, 3, 1, 2, 0, 1, 1, second=False),
    Level.CLUB: Pressure(0.8, 6, 3, 2, 1, 1, 1, second=False),
    Level.VARSITY: Pressure(1.0, 24, 24, 3, 2, 2, 2, second=True),
}


def pressure_at(level: Level) -> Pressure:
    """The pressure of `level`."""
    return _PRESSURES[level]
