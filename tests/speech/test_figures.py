from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bootstrap import speaker_for
from bot.brief.load import load_brief
from bot.brief.model import Brief, Passage, Wording
from bot.brief.sentences import split_sentences
from bot.brief.support import numbers
from bot.debate.record import Speech
from bot.debate.words import SpeechKind, Verdict
from bot.settings import read_settings
from bot.speech.figures import contested, contested_in, figures, unsourced
from bot.speech.request import SpeechRequest
from tests.conftest import SHIPPED, TINY
from tests.speech.test_speaker import NOW, OPP, PRO

ANY = next(iter(load_brief(TINY).passages.values()))
SHIPPED_PASSAGES = tuple(load_brief(SHIPPED).passages.values())


def passage(text: str, ordinal: int = 0) -> Passage:
    return replace(
        ANY, id=f"{ANY.source}#p{ordinal}", title="School buses", text=text, wording=Wording.PARAPHRASE, corrected_by=()
    )


HELD = passage("The bus company of Ardley was dissolved in 1977. It had eight founding members.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It ended in 1977.", [("year", "1977")]),
        ("Some 43 % and 2.5 per cent", [("percent", "43"), ("percent", "2.5")]),
        ("eight founding members and 1,200 pupils", [("member", "8"), ("pupils", "1200")]),
        ("It costs $40 millions, and is 2-0 in points.", []),
        ("from 1954-1977", []),
        ("nine percent, and thirty per cent", [("percent", "9"), ("percent", "30")]),
        ("It was used a single time, no, twice, or only once.", [("times", "1"), ("times", "2"), ("times", "1")]),
        ("Once it ran daily, as it once did.", []),
    ],
)
def test_figures_are_found_by_their_form(text: str, found: list[tuple[str, str]]) -> None:
    assert [(f.kind, f.value) for f in figures(text)] == found


@pytest.mark.parametrize(
    "text", ["As of 1954 it ran.", "Since 1954 it ran.", "more than eight members", "by 2030", "about 40 buses"]
)
def test_a_bound_or_a_guess_is_rough(text: str) -> None:
    assert all(f.rough for f in figures(text))
    assert figures(text)


@pytest.mark.parametrize(
    ("statement", "said", "held"),
    [
        ("The bus company of Ardley was dissolved in 1975.", "1975", "1977"),
        ("Ardley had 11 founding members.", "11", "8"),
    ],
)
def test_a_figure_that_the_source_has_otherwise_is_contested(statement: str, said: str, held: str) -> None:
    found = contested(statement, [HELD])
    assert found is not None
    assert (found.said, found.held, found.passage) == (said, held, HELD)
    assert held in found.sentence or "eight" in found.sentence


@pytest.mark.parametrize(
    "statement",
    [
        "The bus company of Ardley was dissolved in 1977.",
        "Was the bus company of Ardley dissolved in 1975?",
        "The bus company of Ardley was not dissolved in 1975.",
        "You say that the bus company of Ardley was dissolved in 1975.",
        "If the bus company of Ardley was dissolved in 1975, so be it.",
        "The bus company of Barton was dissolved in 1975.",
        "The bus company of Ardley was founded in 1954 by parents.",
        "The bus company of Ardley was dissolved before 1990.",
        "Ardley won a cup in 1975.",
        "The bus company of Ardley was inspected in 1975.",
    ],
)
def test_what_is_true_or_asked_or_denied_or_about_something_else_is_not_contested(statement: str) -> None:
    assert contested(statement, [HELD]) is None


@pytest.mark.parametrize(
    ("statement", "said", "held"),
    [
        ("The school bus was bought in 1975.", "1975", "1951"),
        ("The school van was painted in 1975.", "1975", "1953"),
        ("The school bus was scrapped in 1975.", "1975", None),  # the clause does not say what was scrapped
        ("The school bus was sold in 1975.", "1975", None),
        ("The school was created in 1975.", "1975", "1949"),
        ("The school bus broke down nine times.", "9", "1"),
    ],
)
def test_of_a_sentence_with_several_figures_the_clause_that_says_the_same_is_held_against(
    statement: str, said: str, held: str | None
) -> None:
    bus = passage(
        "The school bus was bought in 1951, scrapped in 1952, and the school van was painted in 1953."
        " The school was founded in 1949."
    )
    down = passage("The school bus broke down a single time, as of 1952.", 1)
    found = contested(statement, [bus, down])
    assert (found and (found.said, found.held)) == (held and (said, held))


def test_a_time_or_a_reason_that_hangs_on_a_statement_does_not_shield_its_figure() -> None:
    found = contested_in("The bus company of Ardley was dissolved in 1975 after the Castleton war.", [HELD])
    assert found is not None
    assert (found.said, found.held) == ("1975", "1977")


def test_a_figure_that_another_near_passage_has_is_not_contested() -> None:
    other = passage("The bus company of Ardley decided in 1975 to be dissolved.", 1)
    assert contested("The bus company of Ardley was dissolved in 1975.", [HELD, other]) is None


def test_a_part_of_a_whole_does_not_contest_the_whole() -> None:
    seats = passage("At the election the party won 316 of the 465 seats.")
    assert contested("At the election the party won 316 seats.", [seats]) is None


def test_each_of_two_statements_joined_by_and_is_held_against_the_passages() -> None:
    found = contested_in("Barton had no bus at all then and the bus company of Ardley was dissolved in 1975.", [HELD])
    assert found is None  # a denial anywhere in the statement makes its figure none of ours
    found = contested_in("Barton ran two school buses and the bus company of Ardley was dissolved in 1975.", [HELD])
    assert found is not None
    assert found.said == "1975"
    assert contested_in("The company of Ardley was sold and it closed in 1975.", [HELD]) is None


def test_quoted_and_corrected_passages_contest_nothing() -> None:
    text = "The bus company of Ardley was dissolved in 1975."
    assert contested_in(text, [HELD]) is not None
    assert contested_in(text, [replace(HELD, wording=Wording.VERBATIM)]) is None
    assert contested_in(text, [replace(HELD, corrected_by=("other#x",))]) is None


@given(st.sampled_from(SHIPPED_PASSAGES))
def test_no_passage_of_the_brief_contests_its_own_sentences(own: Passage) -> None:
    near = [p for p in SHIPPED_PASSAGES if p.source == own.source]
    assert all(contested(sentence, near) is None for sentence in split_sentences(own.text))


HELD_NUMBERS = frozenset({"43", "1200", "5"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Marks rose by 47% in Ardley.", "47%"),
        ("A survey says that marks rose by 47%.", "47%"),
        ("Marks rose by 43 per cent, and absence fell by 12.5 percent.", "12.5 percent"),
        ("It cost $900 million last year.", "$900 million"),
        ("Some 1,300 pupils came late last year.", "1,300 pupils"),
        ("In 2023 there were 350 buses.", "350 buses"),
    ],
)
def test_a_statistic_that_stands_nowhere_is_found_as_it_was_said(text: str, said: str) -> None:
    assert unsourced(text, HELD_NUMBERS) == said


@pytest.mark.parametrize(
    "text",
    [
        "Marks rose by 43% in Ardley.",
        "About 1,200 pupils came late.",
        "It has been so since 1977, for 2025 teachers say.",
        "Three reasons speak for it, and 4 members agree.",
        "Did marks rise by 47%?",
        "If marks rose by 47%, we would know.",
        "It would cost $900 million.",
        "Marks did not rise by 47%.",
        "He left 20 years ago.",
        "Chapter 12 is clear.",
        "",
    ],
)
def test_a_figure_that_is_held_asked_supposed_or_small_needs_no_source(text: str) -> None:
    assert unsourced(text, HELD_NUMBERS) is None


@given(st.sampled_from(SHIPPED_PASSAGES))
def test_no_passage_has_a_statistic_that_stands_nowhere(own: Passage) -> None:
    held = frozenset(number for passage in SHIPPED_PASSAGES for number in numbers(passage.text))
    assert unsourced(own.text, held) is None


@pytest.mark.encoder
async def test_a_statistic_in_a_point_that_is_answered_is_asked_for_its_source_once(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    settings = read_settings(knowledge_dir=TINY, data_dir=tmp_path_factory.getbasetemp() / "tiny-index")
    heard = Speech(0, PRO, SpeechKind.REBUTTAL, "a", "Parents can adapt: 87% say so, and 71% of 4,321 parents did.", NOW)
    async with speaker_for(settings, load_brief(TINY)) as (speaker, _):
        draft = await speaker.answer(SpeechRequest(OPP, SpeechKind.REBUTTAL, 320, (heard,)))
        again = await speaker.answer(SpeechRequest(OPP, SpeechKind.REBUTTAL, 320, (replace(heard, text="Parents can adapt."),)))
    assert draft.heard[0].met_by == "parents-can-adapt"
    assert draft.text.count('"87%"') == 1
    assert "71%" not in draft.text
    assert draft.checks["cut"] == 0
    assert '"' not in again.text


def test_half_of_all_changed_figures_are_found() -> None:
    changed = found = 0
    for own in SHIPPED_PASSAGES:
        near = [p for p in SHIPPED_PASSAGES if p.source == own.source]
        for sentence in split_sentences(own.text):
            year = next((f for f in figures(sentence) if f.kind == "year" and not f.rough), None)
            if year is None:
                continue
            other = re.sub(rf"\b{year.value}\b", str(int(year.value) - 3), sentence, count=1)
            changed += 1
            found += contested(other, near) is not None
    assert changed > 100
    assert found / changed >= 0.4


@pytest.mark.encoder
@pytest.mark.parametrize(
    ("asked", "passage"),
    [
        ("How many members does the Quad have?", "quad#members"),
        ("What does Article 5 oblige members to do?", "nat-1949#art-5"),
        ("Is South Korea in the Quad?", "quad#members"),
        ("When were the Korean judgments on forced labour given?", "jk-2018#rulings-2018"),
    ],
)
async def test_a_question_of_fact_is_answered_from_the_passage_that_holds_it(
    shipped: Brief, tmp_path_factory: pytest.TempPathFactory, asked: str, passage: str
) -> None:
    settings = read_settings(data_dir=tmp_path_factory.getbasetemp() / "shipped-index")
    heard = Speech(0, PRO, SpeechKind.QUESTION, "ann", asked, NOW)
    async with speaker_for(settings, shipped) as (speaker, _):
        draft = await speaker.answer(SpeechRequest(OPP, SpeechKind.REPLY, 120, (heard,)))
    assert passage in {citation.passage for citation in draft.citations}


@pytest.mark.encoder
async def test_the_speech_says_what_the_source_has_and_cites_it(shipped: Brief, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = read_settings(data_dir=tmp_path_factory.getbasetemp() / "shipped-index")
    text = "ANZUS was invoked by Australia in 2003, and its three parties still meet. So alliances in the Pacific do last."
    heard = Speech(0, PRO, SpeechKind.REBUTTAL, "ann", text, NOW)
    async with speaker_for(settings, shipped) as (speaker, _):
        draft = await speaker.answer(SpeechRequest(OPP, SpeechKind.REBUTTAL, 320, (heard,)))
    point = next(p for p in draft.points if p.reason.startswith("compare figures"))
    assert point.verdict is Verdict.CORRECTED
    assert "2001" in point.text
    assert draft.checks["cut"] == 0


def test_a_passage_that_names_another_in_passing_does_not_give_its_date(shipped: Brief) -> None:
    australia, britain = shipped.passages["raa#japan-australia"], shipped.passages["raa#japan-uk"]
    said = "The access agreement between Japan and Australia was signed in 1995."
    assert contested_in(said, [britain]) is None  # it mentions the "Australian sister agreement"
    found = contested_in(said, [britain, australia])
    assert found is not None
    assert (found.passage.id, found.held) == ("raa#japan-australia", "2022")
