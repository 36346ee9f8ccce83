"""Cool-downs: how often one person may ask for the same kind of work."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import UserError

# So many people are remembered; whoever has not asked for longest is forgotten first.
REMEMBERED = 10_000


class TooFastError(UserError):
    """The person asked too often."""


class Work(StrEnum):
    """Kinds of work that cost something."""

    LOOKUP = "look-ups"
    SPEECH = "speeches"
    REPORT = "reports"


# So many requests within so many seconds.
LIMITS: dict[Work, tuple[int, int]] = {Work.LOOKUP: (6, 30), Work.SPEECH: (6, 30), Work.REPORT: (4, 60)}


class Pace:
    """Counts each person's requests in a sliding window."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._spent: OrderedDict[tuple[int, Work], deque[datetime]] = OrderedDict()

    def spend(self, user: int, work: Work) -> None:
        """Count a request; one too many raises `TooFastError` and is not counted."""
        most, seconds = LIMITS[work]
        now = self._clock()
        spent = self._spent.setdefault((user, work), deque())
        self._spent.move_to_end((user, work))
        while spent and spent[0] <= now - timedelta(seconds=seconds):
            spent.popleft()
        if len(spent) >= most:
            wait = (spent[0] + timedelta(seconds=seconds) - now).total_seconds()
            raise TooFastError(f"not so fast: {most} {work} in {seconds} s are enough; try again in {max(1, round(wait))} s")
        spent.append(now)
        while len(self._spent) > REMEMBERED:
            self._spent.popitem(last=False)
