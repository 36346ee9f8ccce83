"""What the gateway has delivered: an event that comes twice is handled once."""

from __future__ import annotations

from collections import OrderedDict

KEPT = 4096


class Seen:
    """The newest ids of interactions and messages. A resumed connection may replay what was handled before it broke."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._ids: OrderedDict[int, None] = OrderedDict()

    def first(self, snowflake: int) -> bool:
        """Whether `snowflake` comes for the first time; it is remembered from then on."""
        if snowflake in self._ids:
            return False
        self._ids[snowflake] = None
        while len(self._ids) > self._kept:
            self._ids.popitem(last=False)
        return True
