"""The time of day as one process sees it: set once, then counted evenly, whatever happens to the system's clock."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

log = logging.getLogger(__name__)
# Seconds by which the system's clock may be off before it counts as having been set.
TOLERATED = 2.0


def _now() -> datetime:
    return datetime.now(UTC)


def _ticks() -> float:
    """Seconds that only go forward and also count while the machine sleeps, where the system can tell."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class SteadyClock:
    """Aware UTC: the system's clock at the start plus the seconds since. A clock that is set cuts no turn and stretches none.

    By how much it was set is logged once; it is followed from the next start on, when whoever ran out of time gets a minute.
    """

    def __init__(self, now: Callable[[], datetime] = _now, ticks: Callable[[], float] = _ticks) -> None:
        self._now, self._ticks = now, ticks
        self._start, self._first = now(), ticks()
        self._off = 0.0

    def __call__(self) -> datetime:
        """The moment."""
        moment = self._start + timedelta(seconds=self._ticks() - self._first)
        off = (self._now() - moment).total_seconds()
        if abs(off - self._off) > TOLERATED:
            by = round(off - self._off, 1)
            log.warning("the system's clock was set: start the bot anew when it is right", extra={"seconds": by})
            self._off = off
        return moment
