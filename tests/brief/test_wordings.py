"""Wordings: what is read, and what is wrong told with file, line and mend."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.brief.load import load_brief
from bot.brief.model import Brief
from bot.brief.wordings import FOLDER, SPEECHES, Label, read_wordings
from tests.conftest import TINY

ASIDES = ("abuse",)


@pytest.fixture
def brief(tmp_path: Path) -> Brief:
    shutil.copytree(TINY, tmp_path / "brief")
    return load_brief(tmp_path / "brief")


def put(brief: Brief, *lines: str, name: str = "some.tsv", data: bytes | None = None) -> None:
    folder = brief.folder / FOLDER
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data if data is not None else ("\n".join(lines) + "\n").encode())


def test_every_label_is_read_in_the_order_of_the_lines(brief: Brief) -> None:
    put(
        brief,
        "heard\tgrades-rise\tMarks went up everywhere.",
        "",
        "true\tgrades-rise\tMarks did not move.",
        "near\tgrades-rise\tDid marks go up?",
        "heard\tbuses\tThe buses could cope.",
        "aside\tabuse\tYou are a tin can.",
    )
    read, faults = read_wordings(brief, ASIDES)
    assert faults == []
    assert [(e.label, e.key, e.line) for e in read] == [
        (Label.HEARD, "grades-rise", 1),
        (Label.TRUE, "grades-rise", 3),
        (Label.NEAR, "grades-rise", 4),
        (Label.HEARD, "buses", 5),
        (Label.ASIDE, "abuse", 6),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("heard\tgrades-rise", "no wording"),
        ("heard\tgrades-rise\t ", "no wording"),
        ("heard\tgrades-rise\tone\ttwo", "no wording"),
        ("said\tgrades-rise\tMarks went up.", "no wording"),
        ("heard\tnobody\tMarks went up.", "`nobody` can have no wording that is `heard`"),
        ("true\tbuses\tBuses are full.", "`buses` can have no wording that is `true`"),
        ("aside\tsong\tTra la la.", "`song` can have no wording that is `aside`"),
    ],
)
def test_a_line_that_is_wrong_is_named_with_its_number(brief: Brief, line: str, message: str) -> None:
    put(brief, "heard\tgrades-rise\tMarks went up everywhere.", line)
    read, (fault,) = read_wordings(brief, ASIDES)
    assert len(read) == 1
    assert (fault.file.name, fault.line) == ("some.tsv", 2)
    assert message in fault.message
    assert fault.mend


def test_speeches_are_counted_and_parted_by_empty_lines(brief: Brief) -> None:
    (brief.folder / FOLDER / SPEECHES).mkdir(parents=True)
    lines = ("heard\tbuses\tThere are drivers.", "aside\tabuse\tTin can.", "", "", "heard\tbuses\tTen of them wait.")
    put(brief, *lines, name=f"{SPEECHES}/a.tsv")
    put(brief, "heard\tbuses\tThe depot is full.")
    read, faults = read_wordings(brief, ASIDES)
    assert faults == []
    assert [(e.text, e.speech) for e in read] == [
        ("The depot is full.", 0),
        ("There are drivers.", 1),
        ("Tin can.", 1),
        ("Ten of them wait.", 2),
    ]


def test_a_sentence_may_stand_once_in_all_files(brief: Brief) -> None:
    put(brief, "heard\tgrades-rise\tMarks went up.", name="a.tsv")
    put(brief, "true\tgrades-rise\tmarks  went up.", name="b.tsv")
    read, (fault,) = read_wordings(brief, ASIDES)
    assert len(read) == 1
    assert fault.file.name == "b.tsv"
    assert "a.tsv:1" in fault.mend


def test_a_file_that_is_no_text_is_a_fault_and_no_error(brief: Brief) -> None:
    put(brief, data=b"\xff\xfe\x00")
    assert [fault.message for fault in read_wordings(brief, ASIDES)[1]] == ["the file cannot be read"]


def test_a_brief_without_wordings_has_none(brief: Brief) -> None:
    assert read_wordings(brief, ASIDES) == ((), [])
