"""`make fuzz`: each target for a while under atheris, which keeps what reaches new branches.

    python -m tests.fuzz [--seconds 300] [TARGET ...]

A failure is written to build/fuzz/ as TARGET-crash-...; put it into tests/fuzz/found/ and the suite tests it from then on.
atheris is no dependency of the project: `tests/fuzz/requirements.txt` pins it, and `make fuzz` installs it under build/.
"""

from __future__ import annotations

import argparse
import importlib
import re
import subprocess
import sys
from pathlib import Path

from tests.fuzz.corpus import NAMES, ROOT, seeds

HOME = ROOT / "build" / "fuzz"
LONGEST = 8192


def one(target: str, seconds: int) -> None:
    """Fuzz one target in this process until its time is up or it fails."""
    atheris = importlib.import_module("atheris")
    # Guided by the branches of our code and of the readers.
    with atheris.instrument_imports(include=["bot", "pypdf", "markdown_it", "trafilatura"]):
        targets = importlib.import_module("tests.fuzz.targets")
        importlib.import_module("bot.brief.ingest.worker").reader_of("pdf")
        importlib.import_module("bot.brief.ingest.worker").reader_of("markdown")
    corpus = HOME / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(target)):
        (corpus / f"seed-{number:03}").write_bytes(seed)
    limits = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=20", "-rss_limit_mb=4096", "-print_final_stats=1"]
    arguments = [sys.argv[0], *limits, f"-artifact_prefix={HOME}/{target}-", str(corpus)]
    atheris.Setup(arguments, targets.TARGETS[target])
    atheris.Fuzz()


def main() -> int:
    """Every target in a process of its own; 1 if one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz what takes text from outside.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(NAMES)}; all where none is named")
    parser.add_argument("--seconds", type=int, default=300, help="for each target")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    for target in given.targets:
        if target not in NAMES:
            parser.error(f"there is no target {target}: use {', '.join(NAMES)}")
    if given.inside:
        one(given.targets[0], given.seconds)
        return 0
    HOME.mkdir(parents=True, exist_ok=True)
    failed = False
    for target in given.targets or NAMES:
        command = [sys.executable, "-m", "tests.fuzz", "--inside", "--seconds", str(given.seconds), target]
        log = Path(HOME / f"{target}.log")
        with log.open("wb") as said:
            code = subprocess.run(command, stdout=said, stderr=said, check=False, cwd=ROOT).returncode
        text = log.read_text(errors="replace")
        executed = re.findall(r"number_of_executed_units:\s*(\d+)", text) or re.findall(r"^#(\d+)", text, re.MULTILINE) or ["0"]
        covered = (re.findall(r"cov: (\d+)", text) or ["0"])[-1]
        failed |= code != 0
        print(f"{target:9} {executed[-1]:>9} inputs, {covered:>6} branches: {'FAILED, see ' + str(log) if code else 'sound'}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
