"""What a process holds in memory, and how that grows."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

HOUR = 3600.0


@dataclass
class Memory:
    """Samples of (seconds, bytes)."""

    samples: list[tuple[float, int]] = field(default_factory=list)

    def take(self, pid: int, at: float) -> None:
        """Measure the resident memory of a process, as Linux tells it."""
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        self.samples.append((at, pages * os.sysconf("SC_PAGE_SIZE")))

    def after(self, warm_up: float) -> list[tuple[float, int]]:
        """The samples after the warm-up."""
        return [sample for sample in self.samples if sample[0] >= warm_up]

    def growth(self, warm_up: float) -> float:
        """Per cent an hour after the warm-up: the slope of the least-squares line over the mean."""
        taken = self.after(warm_up)
        count = len(taken)
        if count < 2:
            return 0.0
        middle = sum(at for at, _ in taken) / count
        mean = sum(size for _, size in taken) / count
        spread = sum((at - middle) ** 2 for at, _ in taken)
        slope = sum((at - middle) * (size - mean) for at, size in taken) / spread
        return 100 * slope * HOUR / mean


def environment(pid: int, *names: str) -> dict[str, str]:
    """These variables as a process was started with them."""
    pairs = (entry.partition("=") for entry in Path(f"/proc/{pid}/environ").read_text(encoding="utf-8").split("\0"))
    return {name: value for name, _, value in pairs if name in names}
