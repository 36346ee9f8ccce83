"""What `.ci/audit` makes of pip-audit's answers; a stand-in for the program gives them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

SOUND: dict[str, Any] = {"name": "sound", "version": "1.0", "vulns": []}
WEAK: dict[str, Any] = {"name": "weak", "version": "2.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2.1"]}]}
UNKNOWN: dict[str, Any] = {"name": "unknown", "skip_reason": "Dependency not found on PyPI"}

# As pip-audit does: the answer goes to the file behind --output, and a finding ends with 1.
STAND_IN = """#!/bin/sh
while [ $# -gt 0 ]; do
  if [ "$1" = --output ]; then file=$2; fi
  if [ "$1" = --strict ]; then exit 9; fi
  shift
done
{act}
"""


@pytest.fixture
def audit(tmp_path: Path) -> Any:
    """Runs the script with a pip-audit that does `act`."""

    def run(act: str, **environment: str) -> subprocess.CompletedProcess[str]:
        program = tmp_path / "bin" / "pip-audit"
        program.parent.mkdir(exist_ok=True)
        program.write_text(STAND_IN.replace("{act}", act), encoding="utf-8")
        program.chmod(0o755)
        env = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}", **environment}
        return subprocess.run([ROOT / ".ci" / "audit"], env=env, capture_output=True, text=True, timeout=600, check=False)

    return run


def answering(tmp_path: Path, *packages: dict[str, Any]) -> str:
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps({"dependencies": packages, "fixes": []}), encoding="utf-8")
    return f'cp {answer} "$file"; exit {int(any(p.get("vulns") for p in packages))}'


def test_no_known_weakness_is_clean(tmp_path: Path, audit: Any) -> None:
    done = audit(answering(tmp_path, SOUND, SOUND))
    assert (done.returncode, done.stdout) == (0, "AUDIT CLEAN: no weakness is known of 2 packages\n")


def test_a_finding_fails_and_is_named(tmp_path: Path, audit: Any) -> None:
    done = audit(answering(tmp_path, SOUND, WEAK))
    assert done.returncode == 1
    assert "weak 2.0: PYSEC-2026-1, mended in 2.1" in done.stdout
    assert "AUDIT FAILED" in done.stderr


@pytest.mark.parametrize("packages", [(UNKNOWN, WEAK), (WEAK, UNKNOWN)], ids=["before", "after"])
def test_a_finding_fails_also_where_another_package_could_not_be_asked_about(
    tmp_path: Path, audit: Any, packages: tuple[dict[str, Any], ...]
) -> None:
    done = audit(answering(tmp_path, *packages))
    assert done.returncode == 1
    assert "SKIPPED" not in done.stdout


def test_packages_that_could_not_be_asked_about_are_counted_in_one_line(tmp_path: Path, audit: Any) -> None:
    done = audit(answering(tmp_path, SOUND, UNKNOWN))
    assert done.returncode == 0
    assert done.stdout.startswith("AUDIT SKIPPED: 1 of 2 packages")
    assert len(done.stdout.splitlines()) == 1


AWAY = "echo 'ConnectionError: no route to pypi.org' >&2; exit 1"


@pytest.mark.parametrize(("act", "seconds"), [(AWAY, "600"), ("sleep 600", "1")], ids=["away", "hangs"])
def test_a_database_that_cannot_be_reached_is_one_line_and_no_failure(audit: Any, act: str, seconds: str) -> None:
    done = audit(act, AUDIT_SECONDS=seconds)
    assert done.returncode == 0
    assert done.stdout.startswith("AUDIT SKIPPED: the advisory database could not be asked")
    assert len(done.stdout.splitlines()) == 1


def test_an_answer_about_nothing_is_no_clean_bill(tmp_path: Path, audit: Any) -> None:
    assert audit(answering(tmp_path)).returncode == 1


def test_continuous_integration_audits_last_and_within_a_minute() -> None:
    last = (ROOT / ".ci" / "run").read_text(encoding="utf-8").strip().splitlines()[-1]
    assert last == "AUDIT_SECONDS=50 .ci/audit"
