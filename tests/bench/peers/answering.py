"""One system under measurement, in a process of its own: it reads one JSON request a line and answers with one line.

Standard library only: the systems of others run in an environment that lacks what the bot needs.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

DEPTH = 10


class System(NamedTuple):
    """What is measured: the ids of the best ten passages, best first, for one query and for several handed over together."""

    one: Callable[[str], list[str]]
    many: Callable[[list[str]], list[list[str]]]


Builder = Callable[[list[str], list[str], str], System]


def answer(systems: dict[str, Builder]) -> None:
    """Serve the system that the command line names, over the passages of a file, until standard input ends."""
    name, corpus, weights = sys.argv[1:4]
    # What a library prints must not stand between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    rows = [json.loads(line) for line in Path(corpus).read_text(encoding="utf-8").splitlines()]
    began = time.perf_counter()
    system = systems[name]([row["_id"] for row in rows], [row["text"] for row in rows], weights)
    system.one("warm up")
    print(json.dumps({"build_s": time.perf_counter() - began}), file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(_measured(system, request["queries"], together=request["together"])), file=answers, flush=True)


def _measured(system: System, queries: list[str], *, together: bool) -> dict[str, object]:
    found, seconds = [], []
    began, cpu = time.perf_counter(), time.process_time()
    if together:
        found = system.many(queries)
    else:
        for query in queries:
            start = time.perf_counter()
            found.append(system.one(query))
            seconds.append(time.perf_counter() - start)
    whole = time.perf_counter() - began
    cpu = time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"found": found, "seconds": seconds, "whole_s": whole, "cpu_s": cpu, "peak_mib": peak}
