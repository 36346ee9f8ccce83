"""A circuit breaker: after repeated failures a service is left alone for a while, so that no speech waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable


class Breaker:
    """Opens after `failures` failures in a row; `rest` seconds later one call may try again (Nygard, "Release It!", 2007)."""

    def __init__(self, failures: int = 3, rest: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = failures
        self._rest = rest
        self._clock = clock
        self._failed = 0
        self._opened: float | None = None

    @property
    def open(self) -> bool:
        """Whether calls should not be made now. After the rest, asking admits a single trial call."""
        if self._opened is None:
            return False
        if self._clock() - self._opened < self._rest:
            return True
        self._opened = self._clock()
        return False

    def succeeded(self) -> None:
        """Note a success: the circuit closes."""
        self._failed = 0
        self._opened = None

    def failed(self) -> None:
        """Note a failure; enough of them in a row open the circuit."""
        self._failed += 1
        if self._failed >= self._limit:
            self._opened = self._clock()
