"""Quotations: exact words of the operator's copy, chosen by meaning, verified by the check, never an uncorrected error."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from bot.bootstrap import speaker_for
from bot.brief.check import paragraphs
from bot.brief.copies import copies_of
from bot.brief.ingest.add import Record, add, with_defaults
from bot.brief.ingest.extract import extract
from bot.brief.load import load_brief
from bot.brief.model import Brief, Paragraph, Passage, Sentence, Wording
from bot.debate.words import Side, SpeechKind
from bot.retrieval.encoder import Encoder
from bot.settings import read_settings
from bot.speech.check import Checker
from bot.speech.evidence import quotation, spoken_evidence
from bot.speech.moves import Move, MoveKind
from bot.speech.quotation import MOST, Quoter
from bot.speech.quote_marks import normalised
from bot.speech.request import SpeechRequest
from bot.speech.writers.composer import Part
from tests.conftest import SHIPPED, TINY, HashingEncoder, shared_file

SURVEY = """Survey of school hours

The Institute of Timetables counted 812 schools in 2022 and most of them began their first lesson between eight and nine.
Only 11 schools began at “ten o'clock in the morning” when they were counted.

In the survey of 2022 some 64 per cent of parents could not take their children to school after nine.
Bus companies would need twice the drivers if schools began at ten.

An early summary of the survey said that grades rose in every school that began later in the morning.
"""


def with_copy(folder: Path, text: str, key: str = "own", of: str = "survey", brief: Path = TINY) -> Brief:
    file = folder / "document.txt"
    file.write_text(text, encoding="utf-8")
    plain = load_brief(brief)
    document = extract(file)
    record = with_defaults(Record(key, copy_of=of), document, plain.sources[of])
    add(plain, folder / "sources", record, document)
    return load_brief(brief, folder / "sources")


def part(paragraph: Paragraph, kind: MoveKind = MoveKind.ANSWER) -> Part:
    return Part(paragraph.sentences, Move(kind, 0, None, paragraph, "a test"))


def quoted(brief: Brief, encoder: Encoder, *parts: Part, room: int = 200, said: str = "") -> tuple[Part, ...]:
    quoter = Quoter(brief)
    if quoter.texts:
        quoter.prepare(encoder.encode(quoter.texts))
    vectors = encoder.encode([parts[i].sentences[j].text for i, j, _ in quoter.wanted(parts)])
    return quoter.quoted(parts, vectors, room, said)


def quotes(parts: tuple[Part, ...]) -> list[str]:
    return [s.text for p in parts for s in p.sentences if "quotation verified" in s.text]


def say(text: str, *passages: str) -> Paragraph:
    return Paragraph("test#one", (Sentence("Here is why.", ()), Sentence(text, passages), Sentence("That settles it.", ())))


@pytest.fixture
def copied(tmp_path: Path) -> Brief:
    return with_copy(tmp_path, SURVEY)


def test_a_copy_takes_over_the_corrections_of_its_original(copied: Brief) -> None:
    assert [p.wording for p in copies_of(copied, "survey")] == [Wording.VERBATIM]
    assert copies_of(copied, "survey")[0].corrected_by == ("sleep-study#grades",)
    assert copies_of(copied, "sleep-study") == ()


def test_a_cited_sentence_is_backed_by_the_exact_words_of_the_copy(copied: Brief, hashing: HashingEncoder) -> None:
    spoken = part(say("In the survey 64 per cent of parents could not take children to school after nine.", "survey#buses"))
    shown = quoted(copied, hashing, spoken)
    assert [s.text for s in shown[0].sentences[:2]] == [s.text for s in spoken.sentences[:2]]
    assert shown[0].sentences[2] == Sentence(
        "In the words of Institute of Timetables: “In the survey of 2022 some 64 per cent of parents could not take their "
        "children to school after nine.” (quotation verified).",
        ("own#p1-p3",),
    )
    checked = Checker(copied).speech(shown, 200)
    assert checked.parts == shown
    assert (checked.counts["quotations"], checked.counts["cut"]) == (1, 0)


def test_marks_within_a_quotation_are_normalised_and_still_verified(copied: Brief, hashing: HashingEncoder) -> None:
    spoken = part(say("Only 11 schools began at ten o'clock in the morning when they were counted.", "survey#hours"))
    shown = quoted(copied, hashing, spoken)
    assert "began at ‘ten o'clock in the morning’ when" in quotes(shown)[0]
    assert Checker(copied).speech(shown, 200).counts["quotations"] == 1


def test_a_quotation_that_does_not_match_is_never_shown(copied: Brief) -> None:
    passage = copied.passages["own#p1-p3"]
    exact = "Bus companies would need twice the drivers if schools began at ten."
    for text, shown in ((exact, 1), (exact.replace("twice", "half"), 0), (exact.replace("Bus", "The bus"), 0)):
        spoken = say("Buses are short.", "survey#buses")
        parts = (part(Paragraph("x#y", (*spoken.sentences, quotation(copied, passage, text)))),)
        checked = Checker(copied).speech(parts, 200)
        assert len(quotes(checked.parts)) == shown
        assert checked.counts["quotations"] == shown
        assert checked.counts["cut"] == 1 - shown
    paraphrase = quotation(copied, copied.passages["survey#buses"], "bus companies would need twice the drivers")
    assert quotes(Checker(copied).speech((part(Paragraph("x#y", (paraphrase,))),), 200).parts) == []


def test_what_the_brief_marks_as_wrong_is_not_quoted_without_its_correction(copied: Brief, hashing: HashingEncoder) -> None:
    wrong = "An early summary of the survey said that grades rose in every school that began later in the morning."
    assert quotes(quoted(copied, hashing, part(say(wrong, "survey#grades")))) == []
    mended = Paragraph("x#y", (Sentence(wrong, ("survey#grades",)), Sentence("They did not rise.", ("sleep-study#grades",))))
    assert wrong in quotes(quoted(copied, hashing, part(mended)))[0]
    # Nor may it back another, sound passage of the same source.
    assert quotes(quoted(copied, hashing, part(say(wrong, "survey#hours")))) == []


def test_room_repetition_number_and_kind_of_move_bound_the_quotations(copied: Brief, hashing: HashingEncoder) -> None:
    bus = say("Bus companies would need twice the drivers if schools began at ten.", "survey#buses")
    parents = say("In the survey 64 per cent of parents could not take children to school after nine.", "survey#buses")
    hours = say("Only 11 schools began at ten o'clock in the morning when they were counted.", "survey#hours")
    assert len(quotes(quoted(copied, hashing, part(bus), part(parents), part(hours)))) == MOST
    assert len(quotes(quoted(copied, hashing, part(bus), part(bus)))) == 1
    assert quotes(quoted(copied, hashing, part(bus), room=12)) == []
    before = quotes(quoted(copied, hashing, part(bus)))[0]
    assert quotes(quoted(copied, hashing, part(bus), said=f"I said: {before}")) == []
    for kind in (MoveKind.ASK, MoveKind.CORRECT, MoveKind.FRAME):
        assert quotes(quoted(copied, hashing, part(bus, kind))) == []


def test_without_a_copy_nothing_is_encoded_or_changed(tiny: Brief, hashing: HashingEncoder) -> None:
    spoken = part(say("Bus companies would need twice the drivers.", "survey#buses"))
    assert Quoter(tiny).texts == []
    assert quoted(tiny, hashing, spoken) == (spoken,)


def test_another_s_words_are_spoken_in_quotation_marks_only(tmp_path: Path) -> None:
    brief = with_copy(tmp_path, SURVEY)
    passage: Passage = brief.passages["own#p1-p3"]
    spoken = spoken_evidence(brief, passage, "How many drivers would bus companies need?", limit=40)
    assert spoken.sentences[0].text.startswith("In the words of Institute of Timetables: “The Institute")
    assert spoken.sentences[1].passages == ("sleep-study#grades",)
    assert normalised(re.findall("“(.*)”", spoken.sentences[0].text)[0]) in normalised(passage.text)


def essay() -> Path:
    """The operator's copy of the essay; named by DEBATEBOT_ESSAY, else beside the project."""
    named = os.environ.get("DEBATEBOT_ESSAY")
    return Path(named) if named else shared_file("essay/li-2021.txt")


async def test_with_the_copy_of_the_essay_a_speech_quotes_it_word_for_word(tmp_path: Path) -> None:
    text = essay().read_text(encoding="utf-8")
    with_copy(tmp_path, text, "essay-copy", "li-2021", SHIPPED)
    settings = read_settings(data_dir=tmp_path)
    brief = load_brief(SHIPPED, settings.added_dir)
    async with speaker_for(settings, brief) as built:
        speaker = built[0]
        draft = await speaker.answer(SpeechRequest(Side(brief.motion.bot_side), SpeechKind.OPENING, 400))
    shown = re.findall("“([^”]*)” [(]quotation verified[)]", draft.text)
    assert shown
    assert draft.checks["quotations"] == len(shown)
    assert "essay-copy" in {citation.source for citation in draft.citations}
    assert len(draft.text.split()) <= 400 + len(draft.citations) * 2
    for words in shown:
        assert normalised(words) in normalised(text)


def test_no_paragraph_of_the_brief_is_backed_by_an_error_of_the_essay(tmp_path: Path, minilm: Encoder) -> None:
    brief = with_copy(tmp_path, essay().read_text(encoding="utf-8"), "essay-copy", "li-2021", SHIPPED)
    found = {}
    quoter = Quoter(brief)
    quoter.prepare(minilm.encode(quoter.texts))
    for _, paragraph in paragraphs(brief):
        wanted = quoter.wanted([part(paragraph)])
        if not wanted:
            continue
        vectors = minilm.encode([paragraph.sentences[j].text for _, j, _ in wanted])
        shown = quoter.quoted([part(paragraph)], vectors, 200, "")
        assert Checker(brief).speech(shown, 400).counts["cut"] == Checker(brief).speech((part(paragraph),), 400).counts["cut"]
        found.update(dict.fromkeys(quotes(shown), paragraph))
    assert len(found) >= 4
    for words in (
        "In 2019",
        "terminated the military",
        "refuse to increase",
        "delegates its security",
        "first article",
        "destined to",
    ):
        for quote, paragraph in found.items():
            assert words not in quote or any("correction" in passage for passage in paragraph.passages), quote
