"""How long until an answer is there, from nothing: `python -m tests.bench.startup`.

Each command is a new process; the index is built beforehand. Memory is the most that the process held, on Linux.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence

from bot.retrieval.metrics import percentile
from tests.bench.__main__ import speeches
from tests.bench.output import save

LOOKUP = ("-m", "bot", "lookup", "Is Japan bound to defend Australia?", "--json")
REBUT = ("-m", "bot", "rebut", "--json")
READY = """
import asyncio, time
began = time.perf_counter()
from bot.bootstrap import service_for
from bot.settings import read_settings
async def start():
    async with service_for(read_settings()):
        print(time.perf_counter() - began)
asyncio.run(start())
"""


def run(arguments: Sequence[str], said: str = "") -> tuple[float, float, str]:
    """Seconds, MiB at most, and what it printed, of one Python process with `arguments` and `said` on standard input."""
    began = time.perf_counter()
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, *arguments], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(said.encode())
    process.stdin.close()
    out = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(arguments[:3])} failed: run it by hand to see why")
    return time.perf_counter() - began, usage.ru_maxrss / 1024, out


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.startup", description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    run(REBUT, speeches()[0])  # builds what is missing
    ways: dict[str, tuple[Sequence[str], str]] = {
        "lookup": (LOOKUP, ""),
        "rebut, 300 words": (REBUT, speeches()[0]),
        "service ready": (("-c", READY), ""),
    }
    runs: dict[str, list[tuple[float, float, str]]] = {name: [] for name in ways}
    for _ in range(options.runs):
        for name, (arguments, said) in ways.items():
            runs[name].append(run(arguments, said))
    measured = {}
    print(f"{'':20}{'p50 s':>8}{'p95 s':>8}{'MiB':>7}   a new process each, {options.runs} runs")
    for name, each in runs.items():
        seconds = [s for s, _, _ in each]
        row = {"p50_s": percentile(seconds, 0.5), "p95_s": percentile(seconds, 0.95), "mib": max(m for _, m, _ in each)}
        measured[name] = row
        print(f"{name:20}{row['p50_s']:8.2f}{row['p95_s']:8.2f}{row['mib']:7.0f}")
    inside = [float(out) for _, _, out in runs["service ready"]]
    measured["service ready"]["inside_p50_s"] = percentile(inside, 0.5)
    print(f"the service itself, the interpreter's start left out: p50 {percentile(inside, 0.5):.2f} s")
    save("startup", {"runs": options.runs, "commands": measured})


if __name__ == "__main__":
    main()
