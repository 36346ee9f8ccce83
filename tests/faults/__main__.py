"""`python -m tests.faults --times 10`: the fault suite so many times in a row; it ends at the first failure."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """The exit code of the last run."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--times", type=int, default=1, help="how often in a row")
    parser.add_argument("--workers", default="2", help="how many tests run side by side")
    chosen = parser.parse_args()
    command = [sys.executable, "-m", "pytest", str(HERE), "-q", "-p", "no:cacheprovider", "-n", chosen.workers]
    for number in range(1, chosen.times + 1):
        began = time.monotonic()
        code = subprocess.run(command, check=False, cwd=HERE.parent.parent).returncode
        print(
            f"run {number} of {chosen.times}: {'passed' if code == 0 else 'FAILED'} in {time.monotonic() - began:.0f} s",
            flush=True,
        )
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
