"""The shipped brief held to what a debate coach would ask of it."""

from __future__ import annotations

import re
import subprocess
from collections import Counter

import pytest

from bot.brief.check import evidence_text, paragraphs
from bot.brief.model import Block, BlockKind, Brief, Wording
from bot.brief.read import read_brief
from bot.brief.support import faults_in
from tests.conftest import ROOT, SHIPPED, shared_file
from tests.test_house import _dossier_ids, _grams

BRIEF, _ = read_brief(SHIPPED)
assert BRIEF is not None
BLOCKS = [b for b in BRIEF.blocks.values() if b.kind is BlockKind.BLOCK]
CORRECTIONS = [b for b in BRIEF.blocks.values() if b.kind is BlockKind.CORRECTION]


def _tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("SKIPPED FOR WANT OF GIT: this check reads the list of tracked files")
    return [name for name in listed.stdout.decode().split("\0") if name]


def test_no_eight_words_of_the_essay_stand_in_any_tracked_file() -> None:
    essay = _grams(shared_file("essay/li-2021.txt").read_text(encoding="utf-8"))
    names = _tracked()
    assert len(names) > 200
    copied = {}
    for name in names:
        file = ROOT / name
        if not file.is_file():
            continue
        # The essay's own title is its bibliographic record, not its prose.
        text = re.sub(
            r"A NATO In Asia\W+Not Going to Happen", " ", file.read_text(encoding="utf-8", errors="replace"), flags=re.I
        )
        shared = _grams(text) & essay
        if shared:
            copied[name] = sorted(" ".join(gram) for gram in shared)
    assert copied == {}


def test_no_code_names_what_the_brief_is_about() -> None:
    assert BRIEF is not None
    # Words of the language rather than of the subject; `treaty` and `us` are grammar in the support test's lists.
    common = {"us", "uk", "treaty", "alliance", "frame", "polls", "trade", "spend", "squad"}
    subject = {word for word in BRIEF.motion.subject_words if word.lower() not in common}
    keys = {key for key in BRIEF.sources if key not in common}
    people = [author.split() for source in BRIEF.sources.values() for author in source.authors if len(author.split()) == 2]
    authors = {last for _, last in people if last[0].isupper()} - {
        "House",
        "Senate",
        "Parliament",
        "Government",
        "Department",
        "Times",
    }
    assert len(subject) > 15
    assert len(keys) > 40
    assert len(authors) > 20
    # Names stand capitalised; keys as they are.
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(subject | keys | authors)))})(?![\w-])")
    found = [
        f"{file.relative_to(ROOT)}:{number}: {match.group()}"
        for file in sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "bot").rglob("*.toml")])
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        for match in pattern.finditer(line)
    ]
    assert found == []


def test_every_claim_of_the_dossier_is_covered_by_a_passage() -> None:
    assert BRIEF is not None
    text = shared_file("dossier.md").read_text(encoding="utf-8")
    # "p05-c2" in the dossier's cautions is short for the essay's claim.
    known = {claim for claim in _dossier_ids(text) if not re.fullmatch(r"p\d\d-[ce]\d+", claim)}
    covered = {claim for passage in BRIEF.passages.values() for claim in passage.claims}
    assert len(known) > 200
    assert sorted(known - covered) == []


def test_every_source_and_data_sheet_of_the_dossier_is_there() -> None:
    assert BRIEF is not None
    text = shared_file("dossier.md").read_text(encoding="utf-8")
    keys = re.findall(r"^\*\*(?:\d+|D\d)\. `([a-z0-9-]+)`", text, flags=re.MULTILINE)
    assert len(keys) == 49
    assert [key for key in keys if key not in BRIEF.sources] == []


def test_every_paraphrased_passage_has_forty_to_a_hundred_and_twenty_words() -> None:
    assert BRIEF is not None
    lengths = {p.id: len(p.text.split()) for p in BRIEF.passages.values() if p.wording is Wording.PARAPHRASE}
    assert {key: n for key, n in lengths.items() if not 40 <= n <= 120} == {}


def test_the_brief_prepares_for_enough() -> None:
    assert BRIEF is not None
    assert len(BLOCKS) >= 50
    assert len(CORRECTIONS) >= 30
    assert 6 <= len(BRIEF.contentions) <= 10


def test_no_sentence_is_spoken_in_two_places() -> None:
    assert BRIEF is not None
    said = Counter(sentence.text for _, paragraph in paragraphs(BRIEF) for sentence in paragraph.sentences)
    assert [text for text, times in said.items() if times > 1] == []


def _spoken(block: Block) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    parts = [*([block.concession] if block.concession else []), *block.answers]
    return [(p.id, s.text, s.passages, p.passages) for p in parts for s in p.sentences]


@pytest.mark.parametrize("block", [*BLOCKS, *CORRECTIONS], ids=lambda block: block.key)
def test_every_sentence_of_a_block_is_held_by_its_passages_and_errors_by_their_corrections(block: Block) -> None:
    brief: Brief | None = BRIEF
    assert brief is not None
    for paragraph, text, cited, around in _spoken(block):
        evidence = [evidence_text(brief, brief.passages[p]) for p in cited]
        assert faults_in(text, evidence, (*brief.motion.subject_words, brief.motion.text)) == (), paragraph
        for passage in cited:
            mended = brief.passages[passage].corrected_by
            assert not mended or set(mended) & set(around), f"{paragraph} asserts {passage} without its correction"


@pytest.mark.parametrize("block", CORRECTIONS, ids=lambda block: block.key)
def test_a_correction_hears_its_own_lines_also_when_spoken_carelessly(block: Block) -> None:
    frames = ("{}", "look, {}", "well, {}", "{} so there", "everybody knows {}")
    missed = [frame.format(way) for way in block.heard for frame in frames if not block.names(frame.format(way.rstrip(".")))]
    assert missed == []
