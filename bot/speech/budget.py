"""The budget: the words of one speech, what they were spent on, and what was weighed and left out."""

from __future__ import annotations

from collections.abc import Callable, Collection

from bot.brief.model import Paragraph
from bot.speech.moves import Choice, Move, MoveKind

Order = tuple[int, int]


class Budget:
    """Takes moves while words last. No paragraph is taken twice, nor one that the debate has already heard."""

    def __init__(self, words: int, used: Collection[str], cost: Callable[[Move], int]) -> None:
        self._left = words
        self._used = set(used)
        self._cost = cost
        self._taken: list[tuple[Order, Move]] = []
        self._refused: list[Choice] = []

    @property
    def left(self) -> int:
        """Words that are not spent yet."""
        return self._left

    @property
    def moves(self) -> list[Move]:
        """What was taken, in the order of taking."""
        return [move for _, move in self._taken]

    @property
    def ordered(self) -> list[tuple[Order, Move]]:
        """What was taken, with its place."""
        return list(self._taken)

    def is_used(self, paragraph: Paragraph) -> bool:
        """Whether the paragraph was spoken before or stands in this plan."""
        return paragraph.id in self._used

    def fits(self, move: Move) -> bool:
        """Whether there are words left for `move` and its paragraph is unused."""
        return self._cost(move) <= self._left and (move.paragraph is None or move.paragraph.id not in self._used)

    def take(self, order: Order, move: Move) -> bool:
        """Spend words on `move`, to be spoken at `order`; False (and noted) if they do not suffice."""
        if not self.fits(move):
            used = move.paragraph is not None and move.paragraph.id in self._used
            self.refuse(move, "said before" if used else f"{self._cost(move)} words do not fit the {self._left} left")
            return False
        self._left -= self._cost(move)
        if move.paragraph is not None:
            self._used.add(move.paragraph.id)
        self._taken.append((order, move))
        return True

    def replace(self, old: Move, new: Move) -> bool:
        """Put `new` where `old` stands if the words suffice once `old` is given back."""
        place = next(i for i, (_, move) in enumerate(self._taken) if move is old)
        order, _ = self._taken[place]
        if old.paragraph is not None:
            self._used.discard(old.paragraph.id)
        self._left += self._cost(old)
        if self.fits(new):
            self._left -= self._cost(new)
            self._taken[place] = (order, new)
            kept = new
        else:
            self.refuse(new, f"{self._cost(new)} words do not fit: it stays short")
            self._left -= self._cost(old)
            kept = old
        if kept.paragraph is not None:
            self._used.add(kept.paragraph.id)
        return kept is new

    def refuse(self, move: Move, why: str) -> None:
        """Note that `move` was weighed and left out."""
        choice = self._choice(move, taken=False, reason=f"{move.reason}; not taken: {why}")
        # The same option may be weighed again when words were given back; one line tells it.
        same = (choice.kind, choice.point, choice.paragraph)
        self._refused = [c for c in self._refused if (c.kind, c.point, c.paragraph) != same]
        self._refused.append(choice)

    def has(self, kind: MoveKind) -> bool:
        """Whether a move of this kind was taken."""
        return any(move.kind is kind for move in self.moves)

    def choices(self, spoken: Collection[Move] | None = None) -> tuple[Choice, ...]:
        """Every decision: what was taken, in speaking order where `spoken` gives it, then what was left out."""
        taken = self.moves if spoken is None else spoken
        return (*(self._choice(move, taken=True, reason=move.reason) for move in taken), *self._refused)

    def _choice(self, move: Move, *, taken: bool, reason: str) -> Choice:
        paragraph = move.paragraph.id if move.paragraph else None
        return Choice(move.kind, move.point, move.key, paragraph, self._cost(move), taken, reason)
