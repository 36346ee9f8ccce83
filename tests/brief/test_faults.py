"""One fault at a time in the tiny brief: each is named with its file, a line and a mend."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.brief import document
from bot.brief.check import paragraphs
from bot.brief.faults import BriefError, Fault
from bot.brief.load import check_brief, load_brief
from bot.brief.read import read_brief
from tests.conftest import TINY

BRIEF = "brief.md"
SURVEY = "sources/survey.md"
STUDY = "sources/sleep-study.md"
PARENTS = "blocks/parents-can-adapt.md"
TEENS = "blocks/teenagers-need-sleep.md"
RISE = "blocks/grades-rise.md"
FAMILIES = "contentions/families.md"
BUSES = "contentions/buses.md"


@dataclass(frozen=True)
class Damage:
    """One replacement in one file of the brief and the fault that must be named."""

    file: str
    old: str
    new: str
    message: str
    line: int | None = None
    named: str | None = None


DAMAGES = {
    "no front matter": Damage(SURVEY, "---\nkey", "key", "there is no front matter", 1),
    "bad YAML": Damage(SURVEY, "title: Survey of", "title: Survey: of", "not valid YAML", 3),
    "bad YAML in brief.md": Damage(BRIEF, "subject: a", "subject: a: b", "not valid YAML", 5),
    "text before a heading": Damage(SURVEY, "---\n\n##", "---\n\nstray\n##", "text stands before the first", 13),
    "key not the file name": Damage(SURVEY, "key: survey", "key: surveys", "is not the file's name", 2),
    "key in capitals": Damage(SURVEY, "key: survey", "key: Survey", "`Survey` is no key", 2),
    "no key": Damage(SURVEY, "key: survey\n", "", "`key` is missing", 1),
    "no title": Damage(SURVEY, "title: Survey of school hours\n", "", "`title` is missing", 1),
    "no authors": Damage(SURVEY, "authors: [Institute of Timetables]\n", "", "`authors` is missing", 1),
    "title a list": Damage(SURVEY, "title: Survey of school hours", "title: [a, b]", "`title` must be one value", 3),
    "nested authors": Damage(SURVEY, "[Institute of Timetables]", "[{a: b}]", "must be a list of texts", 4),
    "bad date": Damage(SURVEY, "date: 2022-03", "date: spring 2022", "is no date", 5),
    "thirteenth month": Damage(SURVEY, "date: 2022-03", "date: 2022-13", "is no date", 5),
    "unknown stance": Damage(SURVEY, "stance: against", "stance: sideways", "`stance: sideways` is unknown", 8),
    "unknown wording": Damage(SURVEY, "wording: paraphrase", "wording: sung", "`wording: sung` is unknown", 9),
    "unknown passage stance": Damage(SURVEY, "- claims: survey-c1", "- stance: odd", "`stance: odd` is unknown", 13),
    "unknown kind": Damage(SURVEY, "- kind: fact\n- sure: low", "- kind: rumour\n- sure: low", "`kind: rumour` is unknown"),
    "unknown sureness": Damage(SURVEY, "- sure: low", "- sure: maybe", "`sure: maybe` is unknown"),
    "citation in a sentence": Damage(
        PARENTS, "after nine [survey#buses]. Shifts", "after [survey#buses]. nine. Shifts", "begins in small letters"
    ),
    "duplicate passage id": Damage(SURVEY, "{#buses}", "{#hours}", "`survey#hours` stands twice", 21),
    "missing id": Damage(SURVEY, " {#grades}", "", "no usable `{#id}`", 29),
    "unusable id": Damage(SURVEY, "{#grades}", "{#Gr ades}", "no usable `{#id}`", 29),
    "corrected by nothing": Damage(SURVEY, "sleep-study#grades", "nowhere#none", "corrected by unknown passage", 29),
    "corrected by itself": Damage(SURVEY, "sleep-study#grades", "survey#grades", "the passage corrects itself", 29),
    "claim covered twice": Damage(SURVEY, "survey-c2", "survey-c1", "the claim `survey-c1` is covered twice", 21),
    "bad address": Damage(SURVEY, "https://example.org/survey", "example.org", "`example.org` is no address", 1),
    "shortened address": Damage(SURVEY, "org/survey", "org/su…", "is no address", 1),
    "block without concession": Damage(
        PARENTS, "## Concede\nSome employers do bend, and some families would manage.\n", "", "`## Concede` is missing", 1
    ),
    "empty section": Damage(
        PARENTS, "Some employers do bend, and some families would manage.\n", "", "`## Concede` is empty", 18
    ),
    "section twice": Damage(BRIEF, "## Closing", "## Opening\n\nAgain.\n\n## Closing", "`## Opening` stands twice"),
    "no question mark": Damage(PARENTS, "working day?", "working day.", "`## Question back` is no question"),
    "no question": Damage(
        PARENTS, "## Question back\nWhich employer has promised to move the working day?\n", "", "`## Question back` is missing"
    ),
    "no answer": Damage(RISE, "## Answer:", "## Reply:", "no `## Answer: ...` section", 1),
    "answer without id": Damage(PARENTS, " {#cannot}", "", "the answer has no `{#id}`", 21),
    "unknown answer kind": Damage(PARENTS, "Answer: deny", "Answer: shout", "`Answer: shout` is unknown", 21),
    "unknown block kind": Damage(PARENTS, "kind: block", "kind: wall", "`kind: wall` is unknown", 3),
    "wrong answer kind": Damage(PARENTS, "Answer: deny", "Answer: correct", "is of kind correct", 22),
    "correction that denies": Damage(RISE, "Answer: correct", "Answer: deny", "is of kind deny"),
    "answer cites nothing": Damage(PARENTS, " [survey#buses]", "", "cites nothing", 22),
    "unknown passage cited": Damage(PARENTS, "[survey#buses]", "[survey#trams]", "cites unknown passage `survey#trams`", 22),
    "corrected passage cited": Damage(
        RISE, "[sleep-study#grades]", "[survey#grades]", "cites `survey#grades` without its correction"
    ),
    "unsupported number": Damage(PARENTS, "64 per cent", "65 per cent", "no cited passage holds 65", 22),
    "unsupported number without citation": Damage(BRIEF, "creates more trouble", "costs 77 crowns", "holds 77", 16),
    "unsupported name": Damage(PARENTS, "64 per cent of parents", "64 per cent of Danish parents", "holds Danish", 22),
    "answer too short": Damage(PARENTS, " Those families would lose an hour of pay each day.", "", "has 34 words", 22),
    "too few heard lines": Damage(PARENTS, "- people adapt to anything\n", "", "only 7 lines under `## Heard as`", 1),
    "too few heard in a correction": Damage(RISE, "- later lessons made grades go up\n", "", "only 5 lines", 1),
    "one answer only": Damage(PARENTS, "## Answer: turn", "## Reply: turn", "the block has 1 answers", 1),
    "answers of one kind": Damage(PARENTS, "## Answer: turn", "## Answer: deny", "all answers are of one kind", 1),
    "answer too long": Damage(PARENTS, "Those families", "They do. " * 25 + "Those families", "has 94 words", 22),
    "corrected by an empty line": Damage(SURVEY, "by: sleep-study#grades", "by:", "corrected by nothing", 29),
    "misspelt property": Damage(SURVEY, "- corrected by:", "- corected by:", "`corected by` is no property", 29),
    "unknown claim": Damage(SURVEY, "survey-c2", "gossip-c2", "the claim `gossip-c2` is unknown", 21),
    "deaf rule": Damage(RISE, "later|ten]", "later]", "`needs` does not hear `Marks improved when school", 1),
    "heard line twice": Damage(
        PARENTS, "- people adapt to anything", "- people adapt to anything\n- People adapt to anything", "is listed twice", 1
    ),
    "two contentions of one rank": Damage(FAMILIES, "rank: 2", "rank: 1", "two contentions share a rank", 1, "contentions"),
    "rank no number": Damage(FAMILIES, "rank: 2", "rank: second", "`rank: second` is no number", 4),
    "unknown origin": Damage(BUSES, "origin: survey", "origin: gossip", "origin `gossip` is no source", 1),
    "no evidence": Damage(BUSES, "## Evidence:", "## Proof:", "no `## Evidence: ...` section", 1),
    "no question in a contention": Damage(BUSES, "second bus?", "second bus", "`## Question` is no question"),
    "unknown side": Damage(BRIEF, "bot_side: opposition", "bot_side: bench", "`bot_side: bench` is unknown", 3),
    "no yardstick": Damage(BRIEF, "## Yardstick", "## Measure", "`## Yardstick` is missing", 1),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "late-start"))


def replace(file: Path, old: str, new: str) -> None:
    """Damage a file; the test is wrong if the text to damage is not there."""
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file.name} holds no {old!r}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def assert_named(folder: Path, file: Path, message: str, line: int | None = None) -> Fault:
    """`check_brief` names the fault with file, line and mend, and `load_brief` refuses the brief in one line."""
    faults = check_brief(folder)
    matching = [f for f in faults if f.file == file and message in f.message and line in (None, f.line)]
    assert matching, "\n".join(map(str, faults)) or "no fault was found"
    fault = matching[0]
    assert fault.line >= 1
    assert fault.mend.strip()
    assert str(fault) == f"{file}:{fault.line}: {' '.join(fault.message.split())}; {fault.mend}"
    with pytest.raises(BriefError) as refused:
        load_brief(folder)
    assert len(str(refused.value).splitlines()) == 1
    assert str(refused.value.faults[0]) in str(refused.value)
    return fault


def test_the_undamaged_brief_has_no_fault(folder: Path) -> None:
    assert check_brief(folder) == []
    assert load_brief(folder).motion.bot_side == "opposition"


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_brief_names_the_file_a_line_and_a_mend(folder: Path, damage: Damage) -> None:
    replace(folder / damage.file, damage.old, damage.new)
    assert_named(folder, folder / (damage.named or damage.file), damage.message, damage.line)


@pytest.mark.parametrize("name", [BRIEF, SURVEY, PARENTS, FAMILIES])
def test_a_file_that_is_not_utf8_is_named_with_the_line_of_the_bad_byte(folder: Path, name: str) -> None:
    file = folder / name
    lines = file.read_bytes().split(b"\n")
    lines[2] += b" caf\xe9"
    file.write_bytes(b"\n".join(lines))
    assert_named(folder, file, "not UTF-8", 3)


def test_a_missing_brief_file_is_a_fault(folder: Path) -> None:
    (folder / BRIEF).unlink()
    assert_named(folder, folder / BRIEF, "cannot be read (no such file or directory)", 1)
    assert read_brief(folder)[0] is None


def test_a_missing_folder_is_a_fault(tmp_path: Path) -> None:
    assert_named(tmp_path / "nowhere", tmp_path / "nowhere", "the knowledge folder is missing", 1)


def test_a_folder_in_the_place_of_a_file_is_unreadable(folder: Path) -> None:
    (folder / "sources" / "odd.md").mkdir()
    assert_named(folder, folder / "sources" / "odd.md", "cannot be read", 1)


def test_a_brief_without_sources_is_a_fault(folder: Path) -> None:
    shutil.rmtree(folder / "sources")
    assert_named(folder, folder / "sources", "there is no source", 1)


def test_a_file_over_the_limit_is_a_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_FILE_BYTES", (folder / SURVEY).stat().st_size - 1)
    assert_named(folder, folder / SURVEY, "the file is over")


def test_a_source_without_passages_is_a_fault(folder: Path) -> None:
    text = (folder / SURVEY).read_text(encoding="utf-8")
    (folder / SURVEY).write_text(text[: text.index("## p. 4")], encoding="utf-8")
    assert_named(folder, folder / SURVEY, "the source has no passage", 1)


@pytest.mark.parametrize(("text", "message"), [("Too short.", "has 2 words"), ("word " * 141, "has 141 words"), ("", "no text")])
def test_a_passage_of_the_wrong_length_is_a_fault(folder: Path, text: str, message: str) -> None:
    with (folder / SURVEY).open("a", encoding="utf-8") as file:
        file.write(f"\n## p. 20: Extra {{#extra}}\n- kind: fact\n\n{text}\n")
    assert_named(folder, folder / SURVEY, message)


def test_a_verbatim_passage_may_be_of_any_length(folder: Path) -> None:
    (folder / "added").mkdir()
    text = (folder / SURVEY).read_text(encoding="utf-8")
    head = text[: text.index("## p. 4")].replace("key: survey", "key: own").replace("paraphrase", "verbatim")
    (folder / "added" / "own.md").write_text(f"{head}## p. 1 {{#only}}\n\nShort.\n", encoding="utf-8")
    brief = load_brief(folder, folder / "added")
    assert brief.passages["own#only"].title == "p. 1"


def test_a_key_used_by_a_source_and_a_block_is_a_fault(folder: Path) -> None:
    replace(folder / PARENTS, "key: parents-can-adapt", "key: survey")
    (folder / PARENTS).rename(folder / "blocks" / "survey.md")
    assert_named(folder, folder, "the key `survey` is used twice", 1)


def test_a_section_that_lists_nothing_is_a_fault(folder: Path) -> None:
    text = (folder / RISE).read_text(encoding="utf-8").replace("- Grades did", "Grades did").replace("- A later", "A later")
    (folder / RISE).write_text(text, encoding="utf-8")
    assert_named(folder, folder / RISE, "`## Not this` lists nothing", 18)


def test_a_block_without_heard_lines_is_a_fault(folder: Path) -> None:
    replace(folder / PARENTS, "## Heard as", "## Said as")
    assert_named(folder, folder / PARENTS, "the section `## Heard as` is missing", 1)


def test_an_empty_answer_is_a_fault(folder: Path) -> None:
    text = (folder / RISE).read_text(encoding="utf-8")
    (folder / RISE).write_text(text[: text.index("The study that")], encoding="utf-8")
    assert_named(folder, folder / RISE, "has 0 words", 1)


def test_several_faults_are_counted_in_the_one_line(folder: Path) -> None:
    replace(folder / SURVEY, "stance: against", "stance: sideways")
    replace(folder / STUDY, 'date: "2019"', "date: once")
    with pytest.raises(BriefError, match=r"and 1 more: run `debatebot knowledge check`"):
        load_brief(folder)


def test_a_disputed_contention_is_read_with_its_dispute(folder: Path) -> None:
    with (folder / BUSES).open("a", encoding="utf-8") as file:
        file.write("\n## Dispute\nSome say that the buses could be shared.\n")
    brief = load_brief(folder)
    dispute = brief.contentions["buses"].dispute
    assert dispute is not None
    assert dispute.text == "Some say that the buses could be shared."
    assert dispute in [paragraph for _, paragraph in paragraphs(brief)]


def test_windows_line_ends_change_nothing(folder: Path) -> None:
    before = load_brief(folder).fingerprint
    for file in folder.rglob("*.md"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert load_brief(folder).fingerprint == before


# Values that YAML or Python refuses on their own account must still be faults, not tracebacks.
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (SURVEY, "date: 2022-03", "date: 2022-02-30"),
        (FAMILIES, "rank: 2", "rank: ²"),
        (SURVEY, "stance: against", 'stance: "a\\nb"'),
    ],
    ids=["impossible day", "raised digit", "line break in a value"],
)
def test_a_strange_value_is_a_fault_in_one_line(folder: Path, name: str, old: str, new: str) -> None:
    replace(folder / name, old, new)
    assert_named(folder, folder / name, "")


def test_a_source_added_under_a_shipped_key_is_a_fault(folder: Path) -> None:
    (folder / "added").mkdir()
    shutil.copy(folder / SURVEY, folder / "added" / "survey.md")
    faults = check_brief(folder, folder / "added")
    assert [(f.file, f.message.startswith("the key `survey` is that of")) for f in faults] == [
        (folder / "added" / "survey.md", True)
    ]


def test_a_source_knows_its_byline_and_the_brief_its_passages(folder: Path) -> None:
    brief = load_brief(folder)
    assert brief.sources["survey"].byline == "Institute of Timetables (2022)"
    assert [p.id for p in brief.passages_of("survey")] == ["survey#hours", "survey#buses", "survey#grades"]


def questions(folder: Path, answered: list[str], unanswered: list[str]) -> Path:
    home = folder / "questions"
    home.mkdir()
    (home / "answered.txt").write_text("# kept out\n\n" + "\n".join(answered), encoding="utf-8")
    (home / "unanswered.txt").write_text("\n".join(unanswered), encoding="utf-8")
    return home


def test_example_questions_are_read_with_their_kind(folder: Path) -> None:
    questions(folder, [f"answered {n}" for n in range(20)], [f"unanswered {n}" for n in range(20)])
    read = load_brief(folder).questions
    assert [(q.text, q.answered, q.line) for q in (read[0], read[20])] == [("answered 0", True, 3), ("unanswered 0", False, 1)]
    assert len(read) == 40


def test_a_question_of_both_kinds_is_a_fault(folder: Path) -> None:
    home = questions(folder, [f"answered {n}" for n in range(20)], [*(f"unanswered {n}" for n in range(20)), "Answered  3"])
    assert_named(folder, home / "unanswered.txt", "`Answered  3` stands twice", 21)


def test_too_few_questions_of_a_kind_are_a_fault(folder: Path) -> None:
    home = questions(folder, [f"answered {n}" for n in range(20)], ["one"])
    assert_named(folder, home / "unanswered.txt", "there are 1 questions", 1)


def test_questions_that_are_not_utf8_are_a_fault(folder: Path) -> None:
    home = questions(folder, ["one"], [])
    (home / "answered.txt").write_bytes(b"caf\xe9\n")
    assert_named(folder, home / "answered.txt", "the file cannot be read", 1)
