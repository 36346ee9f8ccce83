"""Memberships: who is said to belong to a group, held against the passages."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bootstrap import speaker_for
from bot.brief.membership import Membership, membership_of
from bot.brief.model import Brief
from bot.brief.sentences import split_sentences
from bot.debate.record import Speech
from bot.debate.words import SpeechKind, Verdict
from bot.settings import read_settings
from bot.speech.belonging import Reading, Relation
from bot.speech.figures import Contested
from bot.speech.memberships import contested_member, misplaced, prepared
from bot.speech.moves import MoveKind
from bot.speech.points import hear
from bot.speech.request import SpeechDraft, SpeechRequest
from tests.speech.passages import faults_of
from tests.speech.test_speaker import NOW, OPP, PRO

PREMISES = Path(__file__).with_name("premises.jsonl")
STATES = (("Ardland", "Ard"), ("Borland",), ("Corland", "CO"), ("Dorland",), ("Erland", "the Er"))
LEAGUE = Membership(
    "tiny#league", ("League", "League of the Lakes"), ("Ardland", "Borland", "Corland"), ("Dorland",), ("Corland",)
)
PACT = Membership("tiny#pact", ("Pact",), (), ("Dorland",))


def contested_member_in(brief: Brief, text: str, corrected: Sequence[str] = ()) -> Contested | None:
    return contested_member(brief, [utterance.text for utterance in hear(text)], corrected)


@pytest.fixture(scope="module")
def lakes(tiny: Brief) -> Brief:
    """The tiny brief, with a league of three states and a pact of which only an outsider is known."""
    first, *_ = tiny.passages.values()
    league = replace(first, id="tiny#league", membership=LEAGUE, text="The League has Ardland, Borland and Corland as members.")
    pact = replace(first, id="tiny#pact", membership=PACT, text="Dorland never signed the Pact.")
    return replace(tiny, motion=replace(tiny.motion, states=STATES), passages={**tiny.passages, league.id: league, pact.id: pact})


def wrong(brief: Brief, sentence: str) -> list[tuple[str, Relation]]:
    return [(said.state, said.relation) for said, _ in misplaced(brief, sentence)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Dorland is a member of the League.",
        "Dorland has long been a full and founding member of the League of the Lakes.",
        "dorland joined the league",
        "Since 1999 Dorland has formally belonged to the League.",
        "Dorland sits in the League, so it is bound.",
        "The League includes Dorland.",
        "The League consists of Ardland, Borland, and Dorland.",
        "League members such as Dorland will never agree.",
        "Why would League members like Dorland agree?",
        "Dorland, a League member, might refuse.",
        "Now that Dorland has joined the League, why should anybody resist?",
        "League member Dorland should refuse.",
        "Dorland is a League member.",
        "Ard, Dorland and Borland make up the League.",
        "The League is Ardland, Borland and Dorland.",
        "Members of the League are Ardland and Dorland.",
        "Dorland is one of the signatories of the Pact.",
        "Three states form the League, and Dorland is one of them.",
        "Isn't it true that Dorland joined the League?",
        "But is it not a fact that Dorland belongs to the League?",
    ],
)
def test_a_state_that_is_said_to_belong_and_does_not_is_found(lakes: Brief, sentence: str) -> None:
    assert wrong(lakes, sentence) == [("Dorland", Relation.BELONGS)]


@pytest.mark.parametrize(
    ("sentence", "relation"),
    [
        ("Ardland left the League in 2003.", Relation.LEFT),
        ("Ard has withdrawn from the League.", Relation.LEFT),
        ("Ardland is no longer a member of the League.", Relation.LEFT),
        ("Ardland is not a member of the League.", Relation.STAYS_OUT),
        ("Ardland never joined the League.", Relation.STAYS_OUT),
        ("Ardland stayed out of the League.", Relation.STAYS_OUT),
        ("Ever since Ardland left the League, who would trust it?", Relation.LEFT),
        ("The League excludes Ardland.", Relation.STAYS_OUT),
    ],
)
def test_a_member_that_is_said_to_have_left_or_to_stay_out_is_found(lakes: Brief, sentence: str, relation: Relation) -> None:
    assert wrong(lakes, sentence) == [("Ardland", relation)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Ardland is a member of the League.",
        "Dorland is not a member of the League.",
        "Dorland never signed the Pact.",
        "Corland left the League in 1986.",  # it did
        "Erland signed the Pact.",  # of this the passage says nothing
        "Is Dorland a member of the League?",
        "Dorland could join the League.",
        "If Dorland joined the League, much would change.",
        "Had Dorland joined the League, much would be different.",
        "Some say that Dorland is a member of the League.",
        "It is a myth that Dorland is in the League.",
        "The idea that Dorland is in the League has no ground.",
        "Nobody thinks Dorland is in the League.",
        "Dorland joined the League in condemning the war.",
        "Dorland joined the League summit as a guest.",
        "Dorland joined the League's exercises.",
        "Dorland is in the League-style club of its own.",
        "Ardland is not in the League to please Dorland.",
        "Ardland left the League divided.",
        "Dorland is a member of the League in all but name.",
        "Dorland is a dialogue partner, practically a member of the League.",
        "Unlike Dorland, Ardland is a member of the League.",
        "Friends of Dorland joined the League.",
        "The League has Dorland worried.",
        "Countries outside the League include Dorland.",
        "Dorland's rival joined the League.",
        "Ardland and the League fear Dorland.",
        "Tell us about Dorland and about the League.",
        "The League has friends, and Ardland is one of them.",
        "The League has rivals, and Dorland is one of them.",
    ],
)
def test_what_is_true_or_open_or_asked_or_not_said_outright_is_let_pass(lakes: Brief, sentence: str) -> None:
    assert wrong(lakes, sentence) == []


def test_short_names_count_in_capitals_or_behind_an_article() -> None:
    reading = Reading((("Unionland", "US"),), (("League",),))

    def states(sentence: str) -> list[str]:
        return [said.state for listed in reading.said(sentence) for said in listed]

    assert states("US is a member of the League.") == states("the us is a member of the League.") == ["Unionland"]
    assert states("one of us is a member of the League.") == []


def test_a_brief_without_memberships_holds_nothing_against_anybody(tiny: Brief) -> None:
    assert misplaced(tiny, "Ardland left the League.") == ()
    assert prepared(tiny, "Ardland left the League.") == ()


def test_nothing_that_the_shipped_brief_says_itself_is_contested(shipped: Brief) -> None:
    said = [sentence for passage in shipped.passages.values() for sentence in split_sentences(passage.text)]
    said += [s.text for block in shipped.blocks.values() for answer in block.answers for s in answer.sentences]
    said += [line for block in shipped.blocks.values() for line in block.not_heard]
    said += [line for block in shipped.arguments.values() for line in block.heard]
    assert len(said) > 2000
    assert [sentence for sentence in said if misplaced(shipped, sentence)] == []


def test_statements_that_assert_no_false_membership_are_let_pass(shipped: Brief) -> None:
    rows = [json.loads(line) for line in PREMISES.read_text(encoding="utf-8").splitlines()]
    found = [(key, row["asserts"]) for row in rows for key in prepared(shipped, row["text"])]
    assert len(found) >= 5
    assert [pair for pair in found if pair[0] not in pair[1]] == []


def test_a_correction_that_is_prepared_for_a_membership_is_found_by_it(shipped: Brief) -> None:
    assert prepared(shipped, "So South Korea has already joined the Quad.") == ("korea-in-quad",)
    assert prepared(shipped, "Mongolia joined the Quad.") == ()
    found = contested_member_in(shipped, "Mongolia joined the Quad.")
    assert found is not None
    assert found.kind is MoveKind.MEMBERS
    assert (found.said, found.passage.id) == ("Mongolia belongs to Quad", "quad#members")
    assert all(state in found.sentence for state in ("United States", "Japan", "Australia", "India"))


@pytest.mark.parametrize(
    "statement",
    [f"{state} joined {group}." for group, state in (("the Quad", "Nepal"), ("AUKUS", "Nepal"), ("the FPDA", "Nepal"))]
    + ["Nepal joined SEATO.", "Nepal signed ANZUS.", "New Zealand joined NATO.", "India joined the Squad."],
)
def test_what_is_said_of_a_membership_names_the_group_and_who_belongs(shipped: Brief, statement: str) -> None:
    found = contested_member_in(shipped, statement)
    assert found is not None
    stated = shipped.passages[found.passage.id].membership
    assert stated is not None
    assert any(name in found.sentence for name in stated.group)
    names = {known[0]: known for known in shipped.motion.states}
    said = [state for state in stated.members or stated.outside if any(name in found.sentence for name in names[state])]
    assert len(said) == len(stated.members or stated.outside)


def test_what_a_correction_puts_right_is_not_put_right_twice(shipped: Brief) -> None:
    text = "South Korea joined the Quad. Mongolia joined AUKUS."
    assert contested_member_in(shipped, text) is not None
    left = contested_member_in(shipped, text, ["korea-in-quad"])
    assert left is not None
    assert left.passage.id == "aukus-2021#members"
    assert contested_member_in(shipped, "South Korea joined the Quad.", ["korea-in-quad"]) is None
    assert contested_member_in(shipped, "Vietnam joined AUKUS.", ["aukus-asian-members"]) is None


async def rebutted(shipped: Brief, text: str, home: Path) -> SpeechDraft:
    async with speaker_for(read_settings(data_dir=home / "shipped-index"), shipped) as (speaker, _):
        said = Speech(0, PRO, SpeechKind.REBUTTAL, "u", text, NOW)
        return await speaker.answer(SpeechRequest(OPP, SpeechKind.REBUTTAL, 300, (said,)))


@pytest.mark.encoder
@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("India left the Quad in 2023, and so the smaller states have learnt to look elsewhere.", "quad#members"),
        ("Vietnam is a full member of AUKUS, which nobody would have believed in 2015.", "aukus-2021#members"),
        ("Britain never joined the Five Power Defence Arrangements.", "fpda-1971#members"),
    ],
)
async def test_a_false_membership_is_put_right_before_anything_is_argued(
    shipped: Brief, text: str, passage: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    draft = await rebutted(shipped, text, tmp_path_factory.getbasetemp())
    first = next(point for point in draft.points if point.answers == 0)
    assert first.verdict is Verdict.CORRECTED
    assert next(citation.passage for citation in draft.citations) == passage
    assert draft.heard[0].verdict is Verdict.CORRECTED
    said = draft.text.split("[1]")[0]
    assert text.split(",")[0].rstrip(".") not in said  # a falsehood is put right, never repeated


@pytest.mark.encoder
async def test_a_membership_and_a_figure_of_one_point_are_both_put_right_and_recalled_when_they_come_again(
    shipped: Brief, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = "Mongolia joined AUKUS, and SEATO was dissolved in 1999."
    said = Speech(0, PRO, SpeechKind.REBUTTAL, "u", text, NOW)
    async with speaker_for(read_settings(data_dir=tmp_path_factory.getbasetemp() / "shipped-index"), shipped) as (speaker, _):
        draft = await speaker.answer(SpeechRequest(OPP, SpeechKind.REBUTTAL, 300, (said,)))
        ours = Speech(1, OPP, SpeechKind.REBUTTAL, "bot", draft.text, NOW, draft.points, draft.citations)
        again = Speech(2, PRO, SpeechKind.REBUTTAL, "u", "As I said, Mongolia joined AUKUS.", NOW)
        history = (replace(said, points=draft.heard), ours, again)
        second = await speaker.answer(SpeechRequest(OPP, SpeechKind.REBUTTAL, 300, history))
    assert {"aukus-2021#members", "seato-1954#dissolution"} <= {citation.passage for citation in draft.citations}
    assert "1977" in draft.text
    assert [point.verdict for point in draft.heard] == [Verdict.CORRECTED] * len(draft.heard)
    assert second.heard[0].verdict is Verdict.CORRECTED
    assert "three members" not in second.text
    assert any(point.reason.startswith(MoveKind.STAND.value) for point in second.points)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (["group: League"], "neither members nor states outside"),
        (["group: Guild", "members: Ardland"], "does not name `Guild`"),
        (["group: League", "members: Narnia"], "none of the brief's states"),
        (["group: League", "members: Borland"], "does not name `Borland`"),
        (["members: Ardland"], "says who belongs, and not to what"),
        (["group: League", "outside: Ardland"], ""),
        (["group: League", "members: Ardland, Borland", "left: Borland"], ""),
        (["group: League", "outside: Ardland", "left: Narnia"], "none of the brief's states"),
    ],
)
def test_the_check_refuses_a_membership_that_the_passage_does_not_hold(tmp_path: Path, lines: list[str], fault: str) -> None:
    text = "Ardland looks on the League from without, as it always has, and says in every year that passes that it will not join."
    faults = faults_of(tmp_path, "states:\n  - Ardland\n  - Borland\n", lines, text)
    assert len(faults) == bool(fault)
    assert all(fault in each for each in faults)


def test_a_passage_without_a_group_states_no_membership() -> None:
    assert membership_of("x#y", {"members": "Ardland"}) is None


@given(
    st.text(st.sampled_from("ADL eaglnrdou,.'"), max_size=200)
    | st.lists(st.sampled_from(["Ardland", "League", "joined", "the", "left", "members", "is", ","]), max_size=60).map(" ".join)
)
def test_any_text_is_read_to_its_end(text: str) -> None:
    for listed in Reading(STATES, (LEAGUE.group, PACT.group)).said(text):
        assert listed
        assert all(said.group in ("League", "Pact") for said in listed)


@pytest.mark.parametrize(
    "text", ["Ardland " * 70 + "League", "League " + "Ardland, and " * 45, "League is " * 59, "Ardland joined the League. " * 22]
)
def test_a_wall_of_names_is_read_in_time(text: str) -> None:
    reading = Reading(STATES, (LEAGUE.group, PACT.group))
    began = time.process_time()
    assert len(text) <= 600
    list(reading.said(text))
    assert time.process_time() - began < 1
    assert list(reading.said("x" * 600 + " Ardland joined the League.")) == []
