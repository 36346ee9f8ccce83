"""Where measurements go: one JSON file each under build/bench, with what they were measured on."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HOME = Path("build/bench")


def save(name: str, measured: dict[str, Any]) -> None:
    """Write `measured` to build/bench/NAME.json. The machine is said by its number of processors, not by name."""
    HOME.mkdir(parents=True, exist_ok=True)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    about = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit,
        "processors": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
    }
    (HOME / f"{name}.json").write_text(json.dumps({**about, **measured}, indent=2), encoding="utf-8")
