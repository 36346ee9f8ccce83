"""The soak tells what happened, and fails where something did."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.double.server import Double
from tests.faults.life import Life
from tests.soak import __main__ as program
from tests.soak import debater
from tests.soak.account import lines
from tests.soak.faults import MOST_WAITING, Faults
from tests.soak.memory import Memory, environment
from tests.soak.stuck import LAST_LINES, last_lines, traces, unexpected


def test_a_short_soak_without_faults_passes_and_leaves_its_account(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.soak", "--minutes", "0.1", "--debates", "2", "--fault-every", "1000"]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads((tmp_path / "build" / "bench" / "soak.json").read_text(encoding="utf-8"))
    assert told["failure"] == ""
    assert told["at_once"] == 2
    assert told["debates"] >= 2
    assert told["turns"] == 4 * told["debates"]
    assert told["environment"] == {"MALLOC_ARENA_MAX": "2"}
    assert "\n".join(lines(told)) in done.stdout


@pytest.fixture
def _as_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MALLOC_ARENA_MAX", "2")
    monkeypatch.setattr(sys, "argv", ["soak", "--minutes", "0.05", "--debates", "1"])
    monkeypatch.setattr(program, "MINUTE", 20.0)


@pytest.mark.usefixtures("_as_a_command")
def test_a_debate_that_is_stuck_is_told_with_state_thread_and_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(debater, "STUCK_SECONDS", 1.0)
    monkeypatch.setattr(
        Life,
        "act",
        lambda life, state: (
            None if state else life.town.slash(life.town.mod, life.town.channel, "debate open", format="practice")
        ),
    )
    assert program.main() == 1
    told = capsys.readouterr().err
    assert "stuck: debate " in told
    assert "status lobby, version " in told
    assert "--- what the thread says" in told
    assert re.search(r"--- the bot's last lines\n(.*\n)*.*task Task-1 waits at child.py:\d+ _live, .*poll_event", told)
    assert json.loads(Path("build/bench/soak.json").read_text(encoding="utf-8"))["failure"].startswith("stuck: ")


@pytest.mark.usefixtures("_as_a_command")
def test_each_minute_has_a_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(program, "MINUTE", 2.5)
    monkeypatch.setattr(sys, "argv", ["soak", "--minutes", "2", "--debates", "1", "--fault-every", "1000"])
    assert program.main() == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("minute 1: ")
    assert all(word in first for word in (" debates, ", " turns, ", " faults, ", " MiB"))


def test_the_last_lines_of_a_long_log_are_its_last(tmp_path: Path) -> None:
    file = tmp_path / "log.txt"
    assert last_lines(file) == []
    file.write_text("".join(f"line {n}\n" for n in range(1000)), encoding="utf-8")
    assert last_lines(file) == [f"line {n}" for n in range(1000 - LAST_LINES, 1000)]


def test_unexpected_errors_are_counted_by_kind(tmp_path: Path) -> None:
    file = tmp_path / "log.txt"
    assert not unexpected(file)
    one = "2026-01-01T00:00:00.000+00:00 ERROR bot.discord_ui.door unexpected error {}: {} id={}\n    stage.py:1 in tell\n"
    file.write_text(
        one.format("a1", "NotFound", "a1") * 2 + one.format("b2", "KeyError", "b2") + "WARNING other\n", encoding="utf-8"
    )
    assert unexpected(file) == {"NotFound": 2, "KeyError": 1}
    assert traces(file) == {"    stage.py:1 in tell": 3}


def test_growth_is_the_slope_after_the_warm_up() -> None:
    memory = Memory([(float(at), 900 if at < 100 else 1000 + at) for at in range(0, 1100, 10)])
    assert memory.growth(100) == pytest.approx(100 * 3600 / 1595)


def test_the_environment_of_a_process_is_the_one_it_was_started_with() -> None:
    with subprocess.Popen(["sleep", "30"], env={"ONE": "1", "TWO": "2=2"}) as sleeper:
        try:
            assert environment(sleeper.pid, "TWO", "THREE") == {"TWO": "2=2"}
        finally:
            sleeper.kill()


async def test_faults_do_not_pile_up_while_nothing_is_asked() -> None:
    double = Double()
    faults = Faults(double, 1)
    async with double.served():
        for _ in range(200):
            await faults.one()
    assert double.rest.troubles.waiting == MOST_WAITING
