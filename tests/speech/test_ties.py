"""Treaties of defence: who is said to be bound to whom, held against the passages."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.brief.model import Brief, Wording
from bot.brief.sentences import split_sentences
from bot.brief.stated import stated_problems
from bot.brief.treaties import Treaties, treaties_of
from bot.debate.words import PointKind, Verdict
from bot.speech.allies import Reading, Tie
from bot.speech.figures import Contested
from bot.speech.moves import MoveKind
from bot.speech.points import hear
from bot.speech.ties import contested_tie, mistaken, prepared
from tests.speech.passages import faults_of
from tests.speech.test_memberships import PREMISES, STATES, rebutted

TREATY = Treaties("tiny#treaty", ("Ardland", "Borland"), ("Borland", "Dorland"))
ALONE = Treaties("tiny#alone", (), ("Erland",))
MOST_WORDS = 60


def contested_tie_in(brief: Brief, text: str, corrected: Sequence[str] = ()) -> Contested | None:
    return contested_tie(brief, [utterance.text for utterance in hear(text)], corrected)


@pytest.fixture(scope="module")
def lakes(tiny: Brief) -> Brief:
    """The tiny brief, with a treaty between two states, and one state that has none with anybody."""
    first, *_ = tiny.passages.values()
    text = "The treaty of 1950 binds Ardland and Borland. It holds no promise to Dorland."
    treaty = replace(first, id="tiny#treaty", treaties=TREATY, text=text, corrected_by=())
    alone = replace(first, id="tiny#alone", treaties=ALONE, text="Erland stays out of every treaty.", corrected_by=())
    return replace(
        tiny, motion=replace(tiny.motion, states=STATES), passages={**tiny.passages, treaty.id: treaty, alone.id: alone}
    )


def wrong(brief: Brief, sentence: str) -> list[tuple[frozenset[str], bool]]:
    return [(frozenset({tie.one, tie.other}), tie.bound) for tie, _ in mistaken(brief, sentence)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Borland and Dorland are treaty allies.",
        "Borland and Dorland are already allies of each other.",
        "borland and dorland are allies",
        "Dorland is a formal treaty ally of Borland.",
        "Dorland has been an ally of Borland since the war.",
        "Borland and Dorland are bound by treaty to defend each other.",
        "Borland and Dorland are obliged to defend one another.",
        "Borland is bound by a treaty to come to the defence of Dorland.",
        "Borland is sworn to fight for Dorland.",
        "Borland has a mutual defence treaty with Dorland.",
        "Borland signed a mutual defense pact with Dorland in 2022.",
        "Borland and Dorland have signed a mutual defence treaty, so they are one.",
        "Borland and Dorland share an alliance.",
        "There is already a defence treaty between Borland and Dorland.",
        "Isn't it true that Borland has a defence treaty with Dorland?",
    ],
)
def test_two_states_that_are_said_to_be_bound_and_are_not_are_found(lakes: Brief, sentence: str) -> None:
    assert set(wrong(lakes, sentence)) == {(frozenset({"Borland", "Dorland"}), True)}


@pytest.mark.parametrize(
    "sentence",
    [
        "Ardland has no treaty with Borland.",
        "Ardland has no defence treaty with Borland any more.",
        "Ardland does not have a mutual defence pact with Borland.",
        "Ard and Borland have no alliance with each other.",
        "Ardland is no ally of Borland.",
        "Ardland isn't an ally of Borland.",
        "Ardland and Borland aren't allies.",
        "Ardland is not a treaty ally of Borland, and everybody knows it.",
        "Ardland and Borland are no longer allies.",
        "There is no treaty between Ardland and Borland.",
        "Ardland tore up its defence treaty with Borland.",
    ],
)
def test_two_states_that_are_said_to_have_no_treaty_and_have_one_are_found(lakes: Brief, sentence: str) -> None:
    assert set(wrong(lakes, sentence)) == {(frozenset({"Ardland", "Borland"}), False)}


@pytest.mark.parametrize(
    "sentence",
    [
        "Ardland and Borland are allies.",
        "Borland has no defence treaty with Dorland.",
        "Ardland is an ally of Dorland.",  # of this no passage says anything
        "Are Borland and Dorland allies?",
        "Borland and Dorland could be allies.",
        "If Borland and Dorland were allies, much would change.",
        "Some say that Borland and Dorland are allies.",
        "It is a myth that Borland and Dorland are allies.",
        "Borland and Dorland are not allies.",
        "Borland and Dorland are practically allies.",
        "Borland and Dorland are allies of Ardland.",
        "Borland and Dorland have a defence treaty with Ardland.",
        "Borland and Dorland are allies in this war of words.",
        "Borland has a treaty with Dorland.",  # treaties are of many kinds
        "Ardland has no treaty with Borland that covers the islands.",
        "Ardland had no treaty with Borland.",
        "Ardland has no treaty with Borland like the one of 1950.",
        "In 1949 Ardland has no treaty with Borland.",
        "Ardland is not bound to fight for Borland.",
        "Friends of Borland and Dorland are allies.",
        "Borland's rival and Dorland are allies.",
    ],
)
def test_what_is_true_or_open_or_narrowed_is_let_pass(lakes: Brief, sentence: str) -> None:
    assert wrong(lakes, sentence) == []


def test_a_state_that_has_no_treaty_with_anybody_is_nobody_s_ally(lakes: Brief) -> None:
    assert wrong(lakes, "Erland is a treaty ally of Corland.") == [(frozenset({"Erland", "Corland"}), True)]
    assert ALONE.tie("Ardland", "Borland") is None


def test_what_is_put_right_opens_as_the_passage_does_and_comes_to_what_was_said(lakes: Brief) -> None:
    found = contested_tie_in(lakes, "Borland and Dorland are allies.")
    assert found is not None
    assert found.kind is MoveKind.TIES
    assert found.sentence == lakes.passages["tiny#treaty"].text
    denied = contested_tie_in(lakes, "Ardland has no treaty with Borland.")
    assert denied is not None
    assert denied.sentence == "The treaty of 1950 binds Ardland and Borland."
    assert contested_tie_in(lakes, "Ardland and Borland are allies.") is None


def test_a_brief_without_treaties_holds_none_against_anybody(tiny: Brief) -> None:
    assert mistaken(tiny, "Borland and Dorland are treaty allies.") == ()
    assert prepared(replace(tiny, blocks={}), "Borland and Dorland are treaty allies.") == ()


def test_nothing_that_the_shipped_brief_says_itself_is_contested(shipped: Brief) -> None:
    said = [sentence for passage in shipped.passages.values() for sentence in split_sentences(passage.text)]
    said += [s.text for block in shipped.blocks.values() for answer in block.answers for s in answer.sentences]
    said += [line for block in shipped.blocks.values() for line in block.not_heard]
    said += [line for block in shipped.arguments.values() for line in block.heard]
    said += [line for contention in shipped.contentions.values() for line in contention.heard]
    assert len(said) > 2000
    assert [sentence for sentence in said if mistaken(shipped, sentence)] == []


def test_statements_that_assert_no_falsehood_are_let_pass(shipped: Brief) -> None:
    rows = [json.loads(line) for line in PREMISES.read_text(encoding="utf-8").splitlines()]
    found = [row["asserts"] for row in rows if mistaken(shipped, row["text"])]
    assert len(found) >= 3
    assert [] not in found


def test_every_treaty_of_the_shipped_brief_is_put_right_in_words_that_name_it(shipped: Brief) -> None:
    pairs = [(each.passage, *pair, True) for each in shipped.treaties for pair in combinations(each.bound, 2)]
    pairs += [(each.passage, *pair, False) for each in shipped.treaties for pair in combinations(each.unbound, 2)]
    assert len(pairs) >= 12
    for passage, one, other, bound in pairs:
        found = contested_tie_in(shipped, f"{one} {'has no defence treaty with' if bound else 'is a treaty ally of'} {other}.")
        assert found is not None
        assert found.passage.id == passage
        assert len(found.sentence.split()) <= MOST_WORDS
        assert any(word in found.sentence.lower() for word in ("treaty", "obligations", "pact"))


def test_what_a_correction_puts_right_is_left_to_it(shipped: Brief) -> None:
    text = "Japan and Australia are treaty allies."
    assert contested_tie_in(shipped, text) is not None
    assert contested_tie_in(shipped, text, ["japan-philippines-treaty"]) is None


def test_a_correction_that_is_prepared_for_a_treaty_is_found_by_it(shipped: Brief) -> None:
    assert prepared(shipped, "Manila and Tokyo are allies.") == ("japan-philippines-treaty",)
    assert prepared(shipped, "Taiwan has a defence treaty with America.") == ("us-taiwan-treaty-today",)
    assert prepared(shipped, "Japan and Britain are treaty allies.") == ()
    assert prepared(shipped, "Japan and America are treaty allies.") == ()


@pytest.mark.encoder
async def test_three_false_facts_of_three_kinds_are_all_put_right(
    shipped: Brief, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = "India and China are allies. America has no treaty with Japan. Li wrote that an Asian NATO is inevitable."
    draft = await rebutted(shipped, text, tmp_path_factory.getbasetemp())
    due = {"india-2024#never-treaty-ally", "usjp-1960#art-5", "li-2021#p1-thesis"}
    assert due <= {citation.passage for citation in draft.citations}


@pytest.mark.encoder
@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("America has no treaty with Japan.", "usjp-1960#art-5"),
        ("India and China are allies.", "india-2024#never-treaty-ally"),
        ("Thailand is no ally of the United States.", "seato-1954#treaty-survives"),
    ],
)
async def test_a_false_treaty_is_put_right_and_never_thanked_for(
    shipped: Brief, text: str, passage: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    draft = await rebutted(shipped, text, tmp_path_factory.getbasetemp())
    assert draft.heard[0].kind is not PointKind.CONCESSION
    assert draft.heard[0].verdict is Verdict.CORRECTED
    assert next(citation.passage for citation in draft.citations) == passage


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (["bound: Ardland"], "is bound to nobody"),
        (["bound: Ardland, Narnia"], "none of the brief's states"),
        (["bound: Ardland, Corland"], "does not name `Corland`"),
        (["bound: Ardland, Borland", "unbound: Ardland, Borland"], "bound here and not in"),
        (["bound: Ardland, Borland"], ""),
        (["unbound: Borland"], ""),
    ],
)
def test_the_check_refuses_treaties_that_the_passage_does_not_hold(tmp_path: Path, lines: list[str], fault: str) -> None:
    text = (
        "Ardland and Borland signed a treaty of defence, and in every year since each has promised the other to come to its help."
    )
    faults = faults_of(tmp_path, "states:\n  - Ardland\n  - Borland\n  - Corland\n", lines, text)
    assert len(faults) == bool(fault)
    assert all(fault in each for each in faults)


def test_the_check_refuses_treaties_of_a_passage_that_is_corrected_or_quoted(tiny: Brief) -> None:
    truth, passage, *_ = tiny.passages.values()
    stated = replace(passage, treaties=Treaties(passage.id, ("Ardland", "Borland")), text="Ardland and Borland signed a treaty.")
    motion = replace(tiny.motion, states=STATES)
    brief = replace(tiny, motion=motion, passages={**tiny.passages, stated.id: stated})
    assert list(stated_problems(brief, replace(stated, corrected_by=()))) == []
    assert [problem for problem, _ in stated_problems(brief, replace(stated, corrected_by=(truth.id,)))] == [
        "a passage that is itself corrected puts nobody right"
    ]
    quoted = replace(stated, corrected_by=(), wording=Wording.VERBATIM)
    assert [problem for problem, _ in stated_problems(brief, quoted)] == ["another's words would be spoken as our own"]


def test_a_passage_that_names_nobody_states_no_treaty() -> None:
    assert treaties_of("x#y", {"bound": " , "}) is None


@given(
    st.text(st.sampled_from("ABD aeglnrdou,.'"), max_size=200)
    | st.lists(
        st.sampled_from(["Ardland", "Borland", "are", "allies", "of", "no", "treaty", "with", "has", "a", "defence", "and", ","]),
        max_size=60,
    ).map(" ".join)
)
def test_any_text_is_read_to_its_end(text: str) -> None:
    names = {known[0] for known in STATES}
    for tie in Reading(STATES).said(text):
        assert isinstance(tie, Tie)
        assert {tie.one, tie.other} <= names
        assert tie.one != tie.other


@pytest.mark.parametrize(
    "text", ["Ardland " * 75, "Ardland, and " * 45, "Ardland has no " * 39, "Ardland and Borland are allies. " * 18]
)
def test_a_wall_of_names_is_read_in_time(text: str) -> None:
    reading = Reading(STATES)
    began = time.process_time()
    assert len(text) <= 600
    list(reading.said(text))
    assert time.process_time() - began < 1
    assert list(reading.said("x" * 600 + " Ardland and Borland are allies.")) == []
