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
    CONCEDE = "concede"
    ANSWER = "answer"
    STAND = "stand"
    ACCEPT = "accept"
    DEFEND = "defend"
    INFORM = "inform"
    PRESS = "press"
    NOT_COVERED = "not covered"
    DECLINE = "decline"
    DEFUSE = "defuse"
    PASS_OVER = "pass over"
    RETURN = "return"
    EXTEND = "extend"
    OPEN = "open"
    WEIGH = "weigh"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Move:
    """`point` is the ordinal of the opponent's point that it meets; `key` the block, contention or passage it draws on."""

    kind: MoveKind
    point: int | None
    key: str | None
    paragraph: Paragraph | None
    reason: str
    answer: AnswerKind | None = None
    place: int = 0

    @property
    def words(self) -> int:
        """Length of its prepared prose in words."""
        return self.paragraph.words if self.paragraph is not None else 0
