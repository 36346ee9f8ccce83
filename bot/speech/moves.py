"""A move: one thing that a speech does, with the prepared paragraph it uses and the reason it was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.brief.model import AnswerKind, Paragraph


class MoveKind(StrEnum):
    """What a move does; the composer has lead-ins for each."""

    FRAME = "frame"
    DEFINE = "define"
    CORRECT = "correct"
    COMPARE = "compare figures"
    MEMBERS = "say who belongs"
    TIES = "say who is bound"
    POSITION = "say who holds what"
    CONCEDE = "concede"
    ANSWER = "answer"
    STAND = "stand"
    ACCEPT = "accept"
    DEFEND = "defend"
    INFORM = "inform"
    PRESS = "press"
    NOT_COVERED = "not covered"
    UNSOURCED = "ask for the source of a figure"
    DECLINE = "decline"
    DEFUSE = "defuse"
    PASS_OVER = "pass over"
    RETURN = "return"
    TRANSLATE = "ask for a language"
    EXTEND = "extend"
    OPEN = "open"
    DEEPEN = "deepen"
    WEIGH = "weigh"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Move:
    """`point` is the ordinal of the opponent's point that it meets; `key` the block, contention or passage it draws on.

    `short` is an answer in one sentence, `times` how often the opponent has made the same argument (or, of an extension, how
    many speeches passed it over), `said` a few of the opponent's own words that may be repeated, `also` the keys grouped with
    `key`, `polar` whether a question is answered with yes (True) or no (False) first,
    `asked` whether the point was a question.
    """

    kind: MoveKind
    point: int | None
    key: str | None
    paragraph: Paragraph | None
    reason: str
    answer: AnswerKind | None = None
    place: int = 0
    short: bool = False
    times: int = 0
    said: str = ""
    also: tuple[str, ...] = ()
    polar: bool | None = None
    asked: bool = False

    @property
    def words(self) -> int:
        """Length of its prepared prose in words."""
        return self.paragraph.words if self.paragraph is not None else 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision of the plan, for those who want to know why: what was weighed, whether it was taken, and the reason."""

    kind: MoveKind
    point: int | None
    key: str | None
    paragraph: str | None
    words: int
    taken: bool
    reason: str
