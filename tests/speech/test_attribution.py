"""Attribution: whom a speech makes say the opposite of what a passage gives as theirs."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.brief.model import Brief
from bot.brief.position import Position, position_of
from bot.brief.sentences import split_sentences
from bot.debate.words import PointKind, Verdict
from bot.speech.attribution import Reading, contested_position, misattributed
from bot.speech.figures import Contested
from bot.speech.moves import MoveKind
from bot.speech.points import hear
from tests.speech.passages import faults_of
from tests.speech.test_memberships import PREMISES, rebutted

AGAINST = Position("tiny#smith", ("Smith", "Ann Smith", "your author"), is_for=False)
FOR = Position("tiny#jones", ("Jones",), is_for=True)
SUBJECT = ("Lake Union", "Union of the Lakes")


def contested_position_in(brief: Brief, text: str, corrected: Sequence[str] = ()) -> Contested | None:
    return contested_position(brief, [utterance.text for utterance in hear(text)], corrected)


@pytest.fixture(scope="module")
def lakes(tiny: Brief) -> Brief:
    """The tiny brief, with one author against a union and one for it."""
    first, *_ = tiny.passages.values()
    text = "Ann Smith wrote on the lakes in 1990. She likes boats. She does not expect a Lake Union."
    smith = replace(first, id="tiny#smith", position=AGAINST, text=text, corrected_by=())
    jones = replace(first, id="tiny#jones", position=FOR, text="Jones wants a Lake Union.", corrected_by=())
    motion = replace(tiny.motion, subject_names=SUBJECT)
    return replace(tiny, motion=motion, passages={**tiny.passages, smith.id: smith, jones.id: jones})


@pytest.mark.parametrize(
    "sentence",
    [
        "Smith supports a Lake Union.",
        "ann smith clearly backs the idea of a union of the lakes",
        "Your author argues for a Lake Union, and so do I.",
        "Smith wrote that a Lake Union is inevitable.",
        "Smith herself admits that the Lake Union will surely come.",
        "Smith says a Lake Union would work.",
        "Smith predicts a Lake Union.",
        "Jones opposes a Lake Union.",
        "Jones wrote that the Lake Union is impossible.",
        "Jones said that a Lake Union will never happen.",
        "Jones is firmly against the Lake Union.",
    ],
)
def test_whoever_is_made_to_hold_the_opposite_is_found(lakes: Brief, sentence: str) -> None:
    assert len(misattributed(lakes, sentence)) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "Smith opposes a Lake Union.",
        "Jones supports a Lake Union.",
        "Does Smith support a Lake Union?",
        "Smith never said that a Lake Union would work.",
        "It is wrong that Smith supports a Lake Union.",
        "You claim that Smith supports a Lake Union.",
        "If Smith supports a Lake Union, so do I.",
        "Smith supports a Lake Union of fishermen.",
        "Smith's rival supports a Lake Union.",
        "Smith says that a Lake Union is debated.",
        "Smith wants peace, and a Lake Union is inevitable.",
        "Brown supports a Lake Union.",
    ],
)
def test_what_somebody_holds_or_what_is_asked_denied_or_said_of_others_is_let_pass(lakes: Brief, sentence: str) -> None:
    assert misattributed(lakes, sentence) == ()


def test_what_is_put_right_opens_as_the_passage_does_and_comes_to_the_view(lakes: Brief) -> None:
    found = contested_position_in(lakes, "Smith supports a Lake Union.")
    assert found is not None
    assert found.kind is MoveKind.POSITION
    assert found.sentence == "Ann Smith wrote on the lakes in 1990. She does not expect a Lake Union."
    assert (found.said, found.held) == ("smith for it", "Smith against it")
    other = contested_position_in(lakes, "Jones opposes a Lake Union.")
    assert other is not None
    assert (other.said, other.held) == ("jones against it", "Jones for it")
    assert contested_position_in(lakes, "Jones supports a Lake Union.") is None


def test_a_brief_without_positions_or_names_for_its_subject_holds_nothing_against_anybody(tiny: Brief, lakes: Brief) -> None:
    assert misattributed(tiny, "Smith supports a Lake Union.") == ()
    unnamed = replace(lakes, motion=replace(lakes.motion, subject_names=()))
    assert misattributed(unnamed, "Smith supports a Lake Union.") == ()


def test_nothing_that_the_shipped_brief_says_itself_is_contested(shipped: Brief) -> None:
    said = [sentence for passage in shipped.passages.values() for sentence in split_sentences(passage.text)]
    said += [s.text for block in shipped.blocks.values() for answer in block.answers for s in answer.sentences]
    said += [line for block in shipped.blocks.values() for line in (*block.heard, *block.not_heard)]
    said += [line for contention in shipped.contentions.values() for line in contention.heard]
    said += [json.loads(line)["text"] for line in PREMISES.read_text(encoding="utf-8").splitlines()]
    assert len(said) > 3000
    assert [sentence for sentence in said if misattributed(shipped, sentence)] == []


def test_every_position_of_the_shipped_brief_is_put_right_in_words_that_name_its_holder(shipped: Brief) -> None:
    assert len(shipped.positions) >= 4
    for position in shipped.positions:
        verb = "opposes" if position.is_for else "supports"
        found = contested_position_in(shipped, f"{position.held_by[0]} {verb} an Asian NATO.")
        assert found is not None
        assert found.passage.id == position.passage
        assert any(name in found.sentence for name in position.held_by)
        assert len(found.sentence.split()) <= 70


def test_what_a_correction_puts_right_is_left_to_it(shipped: Brief) -> None:
    key, block = next(iter(shipped.corrections.items()))
    cited = shipped.passages[block.answers[0].passages[0]]
    held = replace(cited, position=Position(cited.id, ("Smith",), is_for=False))
    brief = replace(shipped, passages={**shipped.passages, held.id: held})
    text = "Smith supports an Asian NATO."
    assert contested_position_in(brief, text) is not None
    assert contested_position_in(brief, text, [key]) is None


@pytest.mark.encoder
@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("Li wrote that an Asian NATO is inevitable.", "li-2021#p1-thesis"),
        ("Your own author supports an Asian NATO.", "li-2021#p1-thesis"),
        ("India wants an Asian NATO.", "india-2024#no-such-design"),
    ],
)
async def test_a_source_that_is_made_to_say_the_opposite_is_read_out(
    shipped: Brief, text: str, passage: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    draft = await rebutted(shipped, text, tmp_path_factory.getbasetemp())
    assert draft.heard[0].kind is not PointKind.CONCESSION
    assert Verdict.CORRECTED in {point.verdict for point in draft.points}
    assert next(citation.passage for citation in draft.citations) == passage


@pytest.mark.parametrize(
    ("lines", "named", "fault"),
    [
        (["stance: neutral", "held by: Smith"], True, "holds a position on neither side"),
        (["stance: against", "held by: Brown"], True, "does not name `Brown`"),
        (["stance: against", "held by: Smith"], False, "a position is held on nothing"),
        (["stance: against", "held by: Smith | your author"], True, ""),
    ],
)
def test_the_check_refuses_a_position_that_the_passage_does_not_hold(
    tmp_path: Path, lines: list[str], named: bool, fault: str
) -> None:
    text = "Smith, who has written on the lakes for as long as anybody can remember, does not expect that a Lake Union will come."
    faults = faults_of(tmp_path, "subject_names:\n  - Lake Union\n" if named else "", lines, text)
    assert len(faults) == bool(fault)
    assert all(fault in each for each in faults)


def test_a_passage_that_names_nobody_gives_no_position() -> None:
    assert position_of("x#y", {"held by": " | "}, "for") is None


@given(
    st.text(st.sampled_from("Smithj LakeUnor,.'"), max_size=200)
    | st.lists(
        st.sampled_from(["Smith", "says", "that", "a", "Lake Union", "will", "never", "come", "opposes", "is", ","]), max_size=60
    ).map(" ".join)
)
def test_any_text_is_read_to_its_end(text: str) -> None:
    for who, is_for in Reading(("Smith", "Jones"), SUBJECT).said(text):
        assert who in ("smith", "jones")
        assert is_for in (True, False)


@pytest.mark.parametrize("text", ["Smith " * 90, "Smith says " * 54, "Smith surely " * 46, "Smith supports a Lake Union. " * 20])
def test_a_wall_of_names_is_read_in_time(text: str) -> None:
    reading = Reading(("Smith", "Jones"), SUBJECT)
    began = time.process_time()
    assert len(text) <= 600
    list(reading.said(text))
    assert time.process_time() - began < 1
    assert list(reading.said("x" * 600 + " Smith supports a Lake Union.")) == []
