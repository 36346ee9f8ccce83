"""Shapes: choosing a lead-in that the debate has heard least, so that a long debate does not repeat itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.speech.phrases import families, fragment


class Shapes:
    """Picks shapes for one speech. `said` is what was said before in the debate, in lower case; `turn` varies the start."""

    def __init__(self, said: str, turn: int) -> None:
        self._said = said
        self._turn = turn
        self._now: list[str] = []

    def pick(self, names: Sequence[str], values: Mapping[str, str]) -> str:
        """The least used shape of the families `names`, filled. Families named first win ties, then what was said longest ago.

        A shape whose slot has no value is passed over; there is always one shape that needs none of the missing.
        """
        best: tuple[int, int, int, int] | None = None
        chosen = ""
        for rank, name in enumerate(names):
            shapes = families()[name]
            for place in range(len(shapes)):
                shape = shapes[(place + self._turn) % len(shapes)]
                if any(f"{{{slot}}}" in shape and not value for slot, value in values.items()):
                    continue
                cost = (self._uses(shape), rank, self._said.rfind(fragment(shape)), place)
                if best is None or cost < best:
                    best, chosen = cost, shape
        self._now.append(chosen)
        return chosen.format(**values)

    def _uses(self, shape: str) -> int:
        return self._said.count(fragment(shape)) + self._now.count(shape)
