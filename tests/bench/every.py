"""`make bench`: every benchmark that needs nothing but the lock; `make bench-all`: those beside others and a million too.

Each is a process of its own, so that none measures what another left behind; its table is printed and its JSON lies in
build/bench. Those that need a language model (`tests.bench.writers`, `tests.bench.entailment`) are not among them.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

Commands = dict[str, tuple[str, ...]]
SHORT: Commands = {
    "answers": ("tests.bench",),
    "speeches-dev": ("tests.bench.speeches", "--split", "dev"),
    "speeches-test": ("tests.bench.speeches", "--split", "test"),
    "speeches-dev2": ("tests.bench.speeches", "--split", "dev2"),
    "refusal": ("tests.bench.refusal",),
    "heard": ("tests.bench.heard",),
    "premises": ("tests.bench.premises",),
    "wording": ("tests.bench.wording",),
    "startup": ("tests.bench.startup",),
    "concurrency": ("tests.bench.concurrency", "--seconds", "5"),
    "scale": ("tests.bench.scale", "--sizes", "1000", "10000", "100000"),
}
LONG: Commands = {
    **SHORT,
    "concurrency": ("tests.bench.concurrency",),
    "scale": ("tests.bench.scale",),
    "peers-1": ("tests.bench.peers",),
}


def run(commands: Commands) -> list[str]:
    """Run each; the names of those that failed."""
    failed = []
    for name, command in commands.items():
        print(f"\n== python -m {' '.join(command)}", flush=True)
        began = time.monotonic()
        code = subprocess.run([sys.executable, "-m", *command], check=False).returncode
        print(f"== {name}: {'done' if code == 0 else 'FAILED'} in {time.monotonic() - began:.0f} s", flush=True)
        if code:
            failed.append(name)
    return failed


def main(argv: list[str] | None = None) -> int:
    """Run and say what failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.every", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these, of {', '.join(LONG)}")
    parser.add_argument("--all", action="store_true", help="also those beside others, and all at full length")
    given = parser.parse_args(argv)
    commands = LONG if given.all else SHORT
    if unknown := [name for name in given.names if name not in commands]:
        parser.error(f"no benchmark is called {', '.join(unknown)}: choose of {', '.join(commands)}")
    failed = run({name: command for name, command in commands.items() if not given.names or name in given.names})
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
