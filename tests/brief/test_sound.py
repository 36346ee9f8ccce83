"""The note that a brief is sound: it saves the checks of an unchanged brief, and nothing else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.brief import sound
from bot.brief.check import cross_faults
from bot.brief.faults import BriefError, Fault
from bot.brief.load import check_brief, load_brief
from bot.brief.model import Brief, _begins
from bot.brief.read import read_brief
from bot.brief.sound import SoundBrief
from tests.conftest import TINY, Run

PARENTS = Path("blocks/parents-can-adapt.md")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the tiny brief."""
    return Path(shutil.copytree(TINY, tmp_path / "brief"))


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "index" / "sound-brief"


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[Brief]:
    """Every brief that was checked against itself."""
    seen: list[Brief] = []

    def recorded(brief: Brief) -> list[Fault]:
        seen.append(brief)
        return cross_faults(brief)

    monkeypatch.setattr("bot.brief.load.cross_faults", recorded)
    return seen


def cite_nothing_known(folder: Path) -> None:
    file = folder / PARENTS
    changed = file.read_text(encoding="utf-8").replace("[survey#buses]", "[survey#trams]")
    assert "trams" in changed
    file.write_text(changed, encoding="utf-8")


def test_an_unchanged_brief_is_checked_once_and_read_every_time(folder: Path, note: Path, checked: list[Brief]) -> None:
    first = load_brief(folder, None, note)
    assert load_brief(folder, None, note) == first
    assert len(checked) == 1


def test_without_a_note_every_load_checks(folder: Path, checked: list[Brief]) -> None:
    load_brief(folder)
    load_brief(folder)
    assert len(checked) == 2


def test_a_fault_that_comes_later_is_found_though_the_brief_was_sound(folder: Path, note: Path) -> None:
    load_brief(folder, None, note)
    cite_nothing_known(folder)
    for _ in range(2):
        with pytest.raises(BriefError, match=r"parents-can-adapt\.md:\d+: .*cites unknown passage `survey#trams`"):
            load_brief(folder, None, note)


def test_a_document_added_later_means_a_check(folder: Path, note: Path, tmp_path: Path, checked: list[Brief]) -> None:
    added = tmp_path / "added"
    added.mkdir()
    load_brief(folder, added, note)
    text = (folder / "sources" / "survey.md").read_text(encoding="utf-8")
    (added / "blocked.md").write_text(text.replace("key: survey\n", "key: blocked\n"), encoding="utf-8")
    with pytest.raises(BriefError, match="unknown to `blocked`"):
        load_brief(folder, added, note)
    assert len(checked) == 2


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"sound", b"0" * 64])
def test_a_damaged_note_means_a_check_and_is_mended(folder: Path, note: Path, checked: list[Brief], content: bytes) -> None:
    load_brief(folder, None, note)
    whole = note.read_bytes()
    note.write_bytes(content)
    load_brief(folder, None, note)
    assert len(checked) == 2
    assert note.read_bytes() == whole
    assert list(note.parent.iterdir()) == [note]


def test_a_note_cut_short_is_not_believed(folder: Path, note: Path, checked: list[Brief]) -> None:
    load_brief(folder, None, note)
    note.write_bytes(note.read_bytes()[:-1])
    load_brief(folder, None, note)
    assert len(checked) == 2


def test_other_checks_do_not_believe_the_note_of_earlier_ones(
    folder: Path, note: Path, checked: list[Brief], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_brief(folder, None, note)
    code = Path(shutil.copytree(sound.CODE, tmp_path / "code"))
    with (code / "check.py").open("a", encoding="utf-8") as file:
        file.write("# a stricter check\n")
    monkeypatch.setattr(sound, "CODE", code)
    load_brief(folder, None, note)
    assert len(checked) == 2


def test_where_no_note_can_be_written_the_brief_loads_all_the_same(folder: Path, tmp_path: Path, checked: list[Brief]) -> None:
    (tmp_path / "blocked").write_text("a file stands where the folder should be")
    for _ in range(2):
        assert load_brief(folder, None, tmp_path / "blocked" / "sound-brief").passages
    assert len(checked) == 2


def test_knowledge_check_checks_everything_whatever_the_note_says(folder: Path, tmp_path: Path, debatebot: Run) -> None:
    cite_nothing_known(folder)
    brief, _ = read_brief(folder, tmp_path / "data" / "sources")
    assert brief is not None
    note = tmp_path / "data" / "index" / "sound-brief"
    SoundBrief(note, brief).note()
    assert load_brief(folder, tmp_path / "data" / "sources", note).passages, "the note is not the one that loading looks for"
    assert "survey#trams" in str(check_brief(folder)[0])
    done = debatebot("knowledge", "check", KNOWLEDGE_DIR=str(folder))
    assert done.returncode == 1
    assert b"cites unknown passage `survey#trams`" in done.stdout


@given(st.text(alphabet="ab _-.é²٣中̈", max_size=12), st.text(alphabet="ab -é中", min_size=1, max_size=3))
def test_an_alternative_is_heard_exactly_where_a_pattern_would_find_it_at_a_words_beginning(text: str, words: str) -> None:
    assert _begins(text, [words]) == bool(re.search(rf"(?<!\w){re.escape(words)}", text))
