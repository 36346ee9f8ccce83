"""What the house asks of the whole: code that knows no subject, knowledge in our own words, claims that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.brief.load import check_brief, load_brief
from bot.brief.read import read_brief
from bot.retrieval.adapter import FILE
from tests.conftest import ROOT, SHIPPED, shared_file

SUBJECT = re.compile(r"\b(NATO|Li|Asia|Asian|Taiwan|Japan|Korea|Quad|China)\b")
CODE = sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "bot").rglob("*.toml")])
GRAM = 8


def _grams(text: str) -> set[tuple[str, ...]]:
    words = re.sub(r"[^\w\s]|_", "", text.lower()).split()
    return {tuple(words[i : i + GRAM]) for i in range(len(words) - GRAM + 1)}


def _dossier_ids(text: str) -> set[str]:
    """Claim ids of the dossier's tables and prose, with its short forms (`x-c1`–`c4`, `x-c1`, `-c3`) written out."""
    ids: set[str] = set()
    for line in text.splitlines():
        stem, last = "", 0
        for match in re.finditer(r"(?P<dash>[–-]\s*)?`(?:(?P<stem>[a-z0-9][a-z0-9-]*)?-)?(?P<letter>[ce])(?P<n>\d+)`", line):
            stem, number = match["stem"] or stem, int(match["n"])
            first = last + 1 if match["dash"] and not match["stem"] else number
            ids.update(f"{stem}-{match['letter']}{n}" for n in range(first, number + 1))
            last = number
        ids.update(re.findall(r"\b[a-z0-9][a-z0-9-]*-[ce]\d+\b", line))
    return ids


def test_there_is_code_to_look_at() -> None:
    assert len(CODE) > 10


@pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_code_names_the_subject_of_the_shipped_brief(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [f"{file}:{n}: {line}" for n, line in enumerate(lines, start=1) if SUBJECT.search(line)] == []


def test_the_shipped_brief_has_no_fault() -> None:
    assert [str(fault) for fault in check_brief(SHIPPED)] == []


def test_every_claim_of_the_shipped_passages_stands_in_the_dossier() -> None:
    known = _dossier_ids(shared_file("dossier.md").read_text(encoding="utf-8"))
    brief, _ = read_brief(SHIPPED)
    assert brief is not None
    claimed = {claim: passage.id for passage in brief.passages.values() for claim in passage.claims}
    assert claimed
    assert {claim: owner for claim, owner in claimed.items() if claim not in known} == {}


def test_no_eight_words_of_the_essay_stand_in_the_knowledge() -> None:
    essay = _grams(shared_file("essay/li-2021.txt").read_text(encoding="utf-8"))
    assert essay
    title = load_brief(SHIPPED).sources["li-2021"].title
    # Weights are no text: what they learnt stands in the wordings.
    files = [f for f in [*SHIPPED.rglob("*"), ROOT / "README.md"] if f.is_file() and f.name != FILE]
    copied = {}
    for file in files:
        # The essay's own title is its bibliographic record, not its prose.
        shared = _grams(file.read_text(encoding="utf-8").replace(title, " ")) & essay
        if shared:
            copied[str(file.relative_to(ROOT))] = [" ".join(gram) for gram in sorted(shared)]
    assert copied == {}
