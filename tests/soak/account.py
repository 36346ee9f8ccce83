"""The account of a soak: a line each minute, and at the end what happened, printed and kept."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.soak.debater import Debater
from tests.soak.faults import Faults
from tests.soak.memory import Memory
from tests.soak.stuck import traces, unexpected

MIB = 2**20


@dataclass
class Account:
    """What is counted while a soak runs."""

    people: Sequence[Debater]
    faults: Faults
    memory: Memory
    log: Path
    warm_up: float
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self.began

    def minute(self, number: int) -> str:
        """How far it is."""
        held = f"{self.memory.samples[-1][1] / MIB:.1f} MiB" if self.memory.samples else "not measured yet"
        rounds, turns = sum(p.rounds for p in self.people), sum(p.turns for p in self.people)
        return f"minute {number}: {rounds} debates, {turns} turns, {sum(self.faults.made.values())} faults, {held}"

    def measured(self) -> dict[str, Any]:
        """Everything that is reported, for `build/bench/soak.json`."""
        taken = self.memory.after(self.warm_up)
        return {
            "at_once": len(self.people),
            "seconds": self.seconds,
            "debates": sum(p.rounds for p in self.people),
            "turns": sum(p.turns for p in self.people),
            "answered": sum(p.answered for p in self.people),
            "unanswered": sum(p.unanswered for p in self.people),
            "faults": dict(sorted(self.faults.made.items())),
            "unexpected_errors": dict(sorted(unexpected(self.log).items())),
            "unexpected_traces": dict(traces(self.log)),
            "warm_up_seconds": self.warm_up,
            "first_mib": taken[0][1] / MIB if taken else None,
            "last_mib": taken[-1][1] / MIB if taken else None,
            "growth_percent_an_hour": self.memory.growth(self.warm_up) if taken else None,
            "samples_mib": [[round(at, 1), round(size / MIB, 1)] for at, size in self.memory.samples],
        }


def lines(measured: dict[str, Any]) -> list[str]:
    """The same for people."""
    faults, errors = measured["faults"], measured["unexpected_errors"]
    told = [
        f"{measured['at_once']} debates at once for {measured['seconds'] / 60:.1f} minutes: {measured['debates']} debates, "
        f"{measured['turns']} turns, each of them whole",
        f"acts of people: {measured['answered']} answered, {measured['unanswered']} without an answer",
        f"faults: {sum(faults.values())} ({', '.join(f'{k}: {n}' for k, n in faults.items())})",
        f"unexpected errors in the bot's log: {', '.join(f'{k}: {n}' for k, n in errors.items()) or 'none'}",
        *(f"  {count} from\n{trace}" for trace, count in measured["unexpected_traces"].items()),
    ]
    if measured["first_mib"] is not None:
        told.append(
            f"memory of the bot after {measured['warm_up_seconds']:.0f} s: {measured['first_mib']:.1f} MiB, "
            f"at the end {measured['last_mib']:.1f} MiB; {measured['growth_percent_an_hour']:+.1f} % an hour"
        )
    return told
