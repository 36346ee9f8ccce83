"""A fair queue: groups are served in turn, so that a busy server does not keep the others waiting."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.errors import UserError


class QueueFullError(UserError):
    """More requests are waiting than the queue holds."""


@dataclass(eq=False, slots=True)
class Ticket:
    """One request in the queue; `place` counts those that are served before it."""

    group: str
    name: str
    moved: Callable[[int], None] | None
    ready: asyncio.Future[None]
    place: int = field(default=-1)


class FairQueue:
    """At most `width` requests at work and `limit` waiting, of them `per_group` of one group; groups take turns."""

    def __init__(self, width: int = 4, limit: int = 256, per_group: int = 32) -> None:
        self._width = width
        self._limit = limit
        self._per_group = per_group
        self._working = 0
        # Waiting tickets by group; the first group is served next.
        self._waiting: dict[str, deque[Ticket]] = {}

    @asynccontextmanager
    async def turn(self, group: str, name: str = "", moved: Callable[[int], None] | None = None) -> AsyncIterator[None]:
        """Wait for a place at work and hold it for the body. `moved` is told the place whenever it changes while waiting.

        A full queue raises `QueueFullError` at once.
        """
        ticket = self._enter(group, name, moved)
        try:
            await ticket.ready
            yield
        finally:
            self._leave(ticket)

    def place(self, name: str) -> int | None:
        """How many requests are served before the waiting one called `name`; None if it does not wait."""
        return next((t.place for line in self._waiting.values() for t in line if t.name == name), None)

    @property
    def length(self) -> int:
        """How many requests wait."""
        return sum(len(line) for line in self._waiting.values())

    @property
    def working(self) -> int:
        """How many requests are at work."""
        return self._working

    def _enter(self, group: str, name: str, moved: Callable[[int], None] | None) -> Ticket:
        ticket = Ticket(group, name, moved, asyncio.get_running_loop().create_future())
        if self._working < self._width and not self._waiting:
            self._admit(ticket)
            return ticket
        if self.length >= self._limit or len(self._waiting.get(group, ())) >= self._per_group:
            raise QueueFullError("too many requests are waiting: try again in a moment")
        self._waiting.setdefault(group, deque()).append(ticket)
        self._tell()
        return ticket

    def _admit(self, ticket: Ticket) -> None:
        self._working += 1
        ticket.ready.set_result(None)

    def _leave(self, ticket: Ticket) -> None:
        line = self._waiting.get(ticket.group)
        if line is not None and ticket in line:  # gave up while waiting
            line.remove(ticket)
            if not line:
                del self._waiting[ticket.group]
        else:
            self._working -= 1
        while self._working < self._width and self._waiting:
            self._serve()
        self._tell()

    def _serve(self) -> None:
        group = next(iter(self._waiting))
        line = self._waiting.pop(group)
        ticket = line.popleft()
        if line:
            self._waiting[group] = line  # to the end: the other groups come first
        self._admit(ticket)

    def _tell(self) -> None:
        for place, ticket in enumerate(self._order()):
            if ticket.place != place:
                ticket.place = place
                if ticket.moved is not None:
                    ticket.moved(place)

    def _order(self) -> list[Ticket]:
        """The waiting tickets in the order in which they are served if nobody else comes."""
        lines = list(self._waiting.values())
        rounds = max((len(line) for line in lines), default=0)
        return [line[n] for n in range(rounds) for line in lines if n < len(line)]
