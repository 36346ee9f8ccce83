"""Planned faults of the REST side: which requests go wrong, how, and how often."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatch


class Kind(StrEnum):
    """How a request goes wrong."""

    REFUSED = "refused"  # an error status, nothing is done
    FAILED_AFTER = "failed after"  # an error status, although it was done
    CUT_BEFORE = "cut before"  # the connection breaks, nothing is done
    CUT_AFTER = "cut after"  # the connection breaks, although it was done
    SLOW = "slow"  # it is done, late


@dataclass
class Trouble:
    """A fault for the requests whose method and path fit; `times` counts down, None is for ever."""

    kind: Kind
    method: str = "*"
    path: str = "*"
    times: int | None = 1
    status: int = 500
    seconds: float = 0.0
    holds: str = ""
    met: int = field(default=0)

    def fits(self, method: str, path: str, body: str) -> bool:
        """Whether it strikes this request now."""
        if self.times is not None and self.times <= 0:
            return False
        return self.method in ("*", method) and fnmatch(path, self.path) and self.holds in body

    def strike(self) -> None:
        """Count one request that it struck."""
        self.met += 1
        if self.times is not None:
            self.times -= 1


class Troubles:
    """Every planned fault; the first that fits strikes."""

    def __init__(self) -> None:
        self._planned: list[Trouble] = []

    def plan(self, trouble: Trouble) -> Trouble:
        """Plan one more."""
        self._planned.append(trouble)
        return trouble

    @property
    def waiting(self) -> int:
        """How many planned faults have not yet struck as often as they shall."""
        self._planned = [trouble for trouble in self._planned if trouble.times is None or trouble.times > 0]
        return len(self._planned)

    def clear(self) -> None:
        """From now on everything works."""
        self._planned.clear()

    def meet(self, method: str, path: str, body: str) -> Trouble | None:
        """The fault of this request, counted, or None."""
        for trouble in self._planned:
            if trouble.fits(method, path, body):
                trouble.strike()
                return trouble
        return None
