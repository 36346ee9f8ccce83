"""`debatebot knowledge add` and `remove` as an operator uses them, on the tiny brief."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from bot.brief.ingest.add import Record
from bot.knowledge_cli import _asked
from tests.brief.documents import FIRST, SECOND, bomb, pdf
from tests.conftest import Run


def test_an_added_document_is_found_listed_shown_and_removed(debatebot: Run, tmp_path: Path) -> None:
    essay = tmp_path / "essay.txt"
    essay.write_text(f"Lamps on the ridge\n\nby Ann Bee\n\n4 March 2020\n\n{FIRST}\n\n{SECOND}\n", encoding="utf-8")
    added = debatebot("knowledge", "add", str(essay), "--key", "lamps", "--note", "a test")
    assert added.returncode == 0, added.stderr
    out = added.stdout.decode()
    assert "title: Lamps on the ridge (not given: taken from the document)" in out
    assert "added 2 passages as lamps (¶1 to ¶2)" in out
    assert [f.name for f in (tmp_path / "data" / "sources").iterdir()] == ["lamps.md"]
    assert b"3 sources, 7 passages" in debatebot("knowledge", "check").stdout
    assert b"lamps" in debatebot("knowledge", "list").stdout
    assert FIRST in debatebot("knowledge", "show", "lamps").stdout.decode()
    hits = json.loads(debatebot("lookup", "Who counted the rivets of the bridge by hand?", "--json").stdout)["hits"]
    assert (hits[0]["passage"], hits[0]["wording"], hits[0]["locator"]) == ("lamps#p1", "verbatim", "¶1")
    again = debatebot("knowledge", "add", str(essay), "--key", "other")
    assert (again.returncode, again.stdout) == (1, again.stdout)
    assert again.stderr.decode() == "error: the same text is already there as `lamps`: nothing was added\n"
    assert debatebot("knowledge", "remove", "lamps").returncode == 0
    assert b"2 sources, 5 passages" in debatebot("knowledge", "check").stdout
    assert debatebot("knowledge", "remove", "survey").returncode == 1


def test_a_hostile_document_ends_in_one_line_and_leaves_nothing(debatebot: Run, tmp_path: Path) -> None:
    file = tmp_path / "bomb.pdf"
    file.write_bytes(pdf(["x"], stream=bomb(2**28)))
    done = debatebot("knowledge", "add", str(file), "--key", "bomb", "--title", "t", "--author", "a", "--date", "2020")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().startswith("error: bomb.pdf ")
    assert len(done.stderr.decode().splitlines()) == 1
    assert not (tmp_path / "data" / "sources").exists()


def test_at_a_terminal_what_is_not_given_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def prompt(question: str, default: str, err: bool) -> str:
        asked.append((question, default))
        return {"Authors": "Ann Bee and Cy Dee"}.get(question, default)

    monkeypatch.setattr(typer, "prompt", prompt)
    given = Record("lamps", title="Given")
    full = _asked(given, Record("lamps", title="Given", authors=("A. Guess",), date="2020", stance="neutral"))
    assert asked == [("Authors", "A. Guess"), ("Date (YYYY-MM-DD)", "2020"), ("Where it appeared", "")]
    assert (full.title, full.authors, full.date, full.venue) == ("Given", ("Ann Bee", "Cy Dee"), "2020", "")
