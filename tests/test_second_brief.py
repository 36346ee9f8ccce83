"""Another motion without code: every command of the program does its work on the tiny brief about school hours."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from bot import cli
from tests.brief.documents import FIRST, SECOND
from tests.conftest import TINY, Run

pytestmark = pytest.mark.encoder
SPEECH = b"Teenagers need more sleep, so lessons must begin later.\n"
# Commands that need Discord; without a token each says so in one line, whatever the brief.
NEED_A_TOKEN = {("run",), ("sync",)}


def commands(app: typer.Typer, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for command in app.registered_commands:
        name = command.name or str(getattr(command.callback, "__name__", "")).replace("_", "-")
        yield (*before, name)
    for group in app.registered_groups:
        assert group.typer_instance is not None
        yield from commands(group.typer_instance, (*before, str(group.name)))


class Walk:
    """Runs commands and keeps which."""

    def __init__(self, debatebot: Run) -> None:
        self._debatebot = debatebot
        self.walked: set[tuple[str, ...]] = set()

    def __call__(
        self, *command: str, options: tuple[str, ...] = (), stdin: bytes = b"", code: int = 0, **environment: str
    ) -> str:
        done = self._debatebot(*command, *options, stdin=stdin, **environment)
        assert done.returncode == code, done.stderr.decode()
        self.walked.add(command)
        return done.stdout.decode() if code == 0 else done.stderr.decode()


def test_every_command_works_on_another_motion(debatebot: Run, tmp_path: Path) -> None:
    walk = Walk(debatebot)
    _knowledge(walk, tmp_path)
    assert json.loads(walk("rebut", options=("--json", "-"), stdin=SPEECH))["citations"]
    found = json.loads(walk("lookup", options=("how many drivers do buses need", "--json")))
    assert found["hits"][0]["passage"] == "survey#buses"
    _evaluate(walk, tmp_path)
    answers = walk("practice", options=("--json",), stdin=SPEECH)
    assert json.loads(answers.splitlines()[0])["citations"]
    debate = walk("export", options=("list",)).split()[0]
    for form in ("md", "json", "csv", "html"):
        assert "sleep" in walk("export", options=(debate, "--format", form))
    if ("coach",) in set(commands(cli.app)):
        assert walk("coach", options=(debate,))
    copy = tmp_path / "copy.sqlite3"
    walk("backup", options=(str(copy),))
    walk("restore", options=(str(copy),))
    assert "schools" in walk("export", options=(debate, "--format", "md"))
    assert "ok   brief" in walk("doctor")
    assert all("DISCORD_TOKEN" in walk(*command, code=1) for command in sorted(NEED_A_TOKEN))
    assert walk.walked == set(commands(cli.app))


def _knowledge(walk: Walk, tmp_path: Path) -> None:
    assert "2 sources, 5 passages" in walk("knowledge", "check")
    assert "survey" in walk("knowledge", "list")
    assert "812 schools" in walk("knowledge", "show", options=("survey",))
    essay = tmp_path / "essay.txt"
    essay.write_text(f"Lamps on the ridge\n\n{FIRST}\n\n{SECOND}\n", encoding="utf-8")
    record = ("--title", "Lamps", "--author", "Ann Bee", "--date", "2020-03-04")
    assert "added 2 passages" in walk("knowledge", "add", options=(str(essay), "--key", "lamps", *record))
    walk("knowledge", "build")
    assert "Lamps" in walk("knowledge", "show", options=("lamps",))
    walk("knowledge", "remove", options=("lamps",))
    # It writes into the brief's folder, so it gets a copy.
    copied = str(shutil.copytree(TINY, tmp_path / "brief"))
    assert "learnt" in walk("knowledge", "train", KNOWLEDGE_DIR=copied)
    assert "other lines" not in walk("knowledge", "check", KNOWLEDGE_DIR=copied)
    assert json.loads(walk("rebut", options=("--json", "-"), stdin=SPEECH, KNOWLEDGE_DIR=copied))["citations"]


def _evaluate(walk: Walk, tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    (gold / "qrels").mkdir(parents=True)
    row = {"_id": "q1", "text": "bus drivers", "metadata": {"answerable": True, "kind": "plain", "split": "test"}}
    (gold / "queries.jsonl").write_text(json.dumps(row), encoding="utf-8")
    (gold / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tsurvey#buses\t2\n", encoding="utf-8")
    report = json.loads(walk("evaluate", options=(str(gold), "--json")))
    assert report["systems"]["hybrid"]["ndcg_at_10"] == 1
