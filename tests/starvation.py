"""How long the kernel kept a process from running: other programs' doing, which says nothing about the process itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def starvation(process: int | str = "self") -> Callable[[], float]:
    """A count of the seconds for which threads of `process` waited for a processor, all together; 0 where no kernel tells.

    A thread that holds the interpreter's lock and gets no processor keeps the others waiting too, so all of them count. What
    a thread waited is kept when it has ended, and what all waited when the process has.
    """
    waited: dict[str, float] = {}

    def count() -> float:
        try:
            threads = list(Path(f"/proc/{process}/task").iterdir())
        except OSError:
            threads = []
        for thread in threads:
            try:
                waited[thread.name] = int((thread / "schedstat").read_text().split()[1]) / 1e9
            except (OSError, IndexError):  # it has ended just now
                continue
        return sum(waited.values())

    return count
