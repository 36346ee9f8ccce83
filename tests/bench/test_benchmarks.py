"""The documents quote commands that exist, and the environment of others stays apart from the bot's."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from tests.bench.every import LONG, main, run
from tests.bench.output import save
from tests.bench.peers.__main__ import OTHERS, OURS, Row, table
from tests.conftest import ROOT

DOCUMENTS = ("docs/benchmarks.md", "README.md", "docs/models.md", "deploy/growing.md")
NEED_A_MODEL = {"tests.bench.writers", "tests.bench.entailment"}
LOCK = ROOT / "tests" / "bench" / "peers" / "requirements.lock"


def test_every_benchmark_stands_in_make_bench_or_needs_a_model() -> None:
    folder = ROOT / "tests" / "bench"
    files = [p for p in (*folder.glob("*.py"), *folder.glob("*/__main__.py")) if not p.name.startswith("test_")]
    found = [p for p in files if "__main__" in p.read_text(encoding="utf-8")]
    names = {".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__main__") for p in found}
    listed = {module for module, *_ in LONG.values()}
    assert names - listed == {"tests.bench.every", "tests.bench.pictures", *NEED_A_MODEL}
    assert listed <= names


def test_a_benchmark_that_fails_is_named_and_the_others_run(capfd: pytest.CaptureFixture[str]) -> None:
    commands = {"broken": ("tests.bench.none_of_this_name",), "sound": ("tests.bench.every", "--help")}
    assert run(commands) == ["broken"]
    said = capfd.readouterr().out
    assert "broken: FAILED" in said
    assert "sound: done" in said


def test_a_benchmark_that_does_not_exist_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["peers-1"])
    assert "peers-1" in capsys.readouterr().err


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_a_document_quotes_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    modules = set(re.findall(r"python -m (tests\.[\w.]+)", text))
    targets = set(re.findall(r"`make ([\w-]+)", text))
    rules = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert modules | targets, "the document quotes no command at all"
    assert [module for module in modules if importlib.util.find_spec(module) is None] == []
    assert targets - rules == set()


def test_every_table_of_the_benchmarks_has_its_command() -> None:
    sections = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8").split("\n## ")[1:]
    without = [s.splitlines()[0] for s in sections if "|---" in s and not re.search(r"`(python -m tests\.|make )", s)]
    assert sections
    assert without == []


def test_what_others_need_is_pinned_and_is_none_of_the_bots() -> None:
    pins = LOCK.read_text(encoding="utf-8").split()
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in pins)
    assert "torch==2.13.0" in pins
    own = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower()
    assert not re.search("^(langchain|llama.index|chromadb)", own, re.MULTILINE)


def test_the_table_names_every_system_with_its_ratio() -> None:
    row = Row(0.8, 0.9, 1.0, 2.0, 500.0, 700.0, (5.0, 4.0, 6.0), (6.0, 5.0, 7.0), 1.5, 5.5, 200.0, 1.0)
    printed = table(dict.fromkeys((*OURS, *OTHERS), row), 83, 267, 3, 1)
    assert len(printed.splitlines()) == 2 + len(OURS) + len(OTHERS)
    assert "5.0 (4.0-6.0)" in printed


def test_a_measurement_is_kept_with_the_processors_it_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bench.output.HOME", tmp_path)
    save("trial", {"value": 1})
    kept = tmp_path.joinpath("trial.json").read_text(encoding="utf-8")
    assert '"processors"' in kept
    assert '"value": 1' in kept
