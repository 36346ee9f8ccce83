"""Hold the line coverage that the project promises: `python -m tests.coverage_floor FILE.json`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

FLOORS = {"bot/": 95.0, "bot/debate/": 100.0, "bot/retrieval/": 100.0}


def shortfalls(report: dict[str, dict[str, dict[str, dict[str, int]]]]) -> list[str]:
    """One line for every room whose line coverage lies under its floor."""
    lines = []
    for room, floor in FLOORS.items():
        totals = [f["summary"] for name, f in report["files"].items() if name.startswith(room)]
        covered = sum(t["covered_lines"] for t in totals)
        statements = sum(t["num_statements"] for t in totals)
        share = 100 * covered / statements if statements else 0.0
        if share < floor:
            lines.append(f"{room} has {share:.2f} % line coverage, under the {floor:.0f} % that it promises")
    return lines


if __name__ == "__main__":
    problems = shortfalls(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    sys.stderr.writelines(f"{problem}\n" for problem in problems)
    sys.exit(bool(problems))
