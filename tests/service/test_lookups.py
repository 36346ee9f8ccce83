"""Look-ups, known claims and answers outside a debate, on the tiny brief."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.brief.model import Brief, Stance
from bot.debate.errors import SpeechTextError
from bot.debate.steps import Progress, Step
from bot.errors import UserError
from bot.retrieval.retriever import Hit, Lookup
from bot.service.claims import KnownClaims
from bot.service.lookups import Lookups
from bot.service.queue import FairQueue
from tests.service.test_debates import NOON, FakeSpeaker


class FakeSearch:
    """Finds every passage of the wanted stance and source, in the brief's order, unless told to find nothing."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.silent = False
        self.asked: list[str] = []

    async def __call__(self, query: str, *, limit: int, stance: Stance | None, source: str | None) -> Lookup:
        self.asked.append(query)
        fit = [
            p
            for p in self.brief.passages.values()
            if (stance is None or p.stance is stance) and (source is None or p.source == source)
        ]
        hits = () if self.silent else tuple(Hit(p, 0.5, 0.4, 1.0) for p in fit[:limit])
        return Lookup(query, bool(hits), 0.9, hits)


@pytest.fixture
def search(tiny: Brief) -> FakeSearch:
    return FakeSearch(tiny)


@pytest.fixture
def speaker() -> FakeSpeaker:
    return FakeSpeaker()


@pytest.fixture
def lookups(tiny: Brief, search: FakeSearch, speaker: FakeSpeaker) -> Lookups:
    return Lookups(tiny, search, speaker, FakeQueue(), lambda: NOON)


class FakeQueue(FairQueue):
    """The real queue, one at a time."""

    def __init__(self) -> None:
        super().__init__(width=1, limit=2)


async def test_a_look_up_gives_plain_values_with_their_source(lookups: Lookups, tiny: Brief) -> None:
    found = await lookups.search("do grades rise", limit=2)
    first = next(iter(tiny.passages.values()))
    assert (found.found, len(found.hits)) == (True, 2)
    assert (found.hits[0].passage, found.hits[0].text, found.hits[0].score) == (first.id, first.text, 0.5)
    assert found.hits[0].title == tiny.sources[first.source].title
    assert {hit.stance for hit in (await lookups.search("x", stance="against")).hits} == {"against"}
    assert {hit.source for hit in (await lookups.search("x", source="survey")).hits} == {"survey"}
    with pytest.raises(UserError, match="no stance 'odd': use for, against, neutral"):
        await lookups.search("x", stance="odd")
    with pytest.raises(UserError, match="no source 'nope'"):
        await lookups.search("x", source="nope")


async def test_the_other_side_is_the_stance_that_the_best_passages_do_not_take(lookups: Lookups, search: FakeSearch) -> None:
    first = next(h.stance for h in (await lookups.search("x", limit=20)).hits if h.stance != "neutral")
    other = await lookups.other_side("x")
    assert {hit.stance for hit in other.hits} == {"against" if first == "for" else "for"}
    search.silent = True
    assert not (await lookups.other_side("x")).found


async def test_a_service_without_an_index_says_so(tiny: Brief, speaker: FakeSpeaker) -> None:
    with pytest.raises(UserError, match="not indexed"):
        await Lookups(tiny, None, speaker, FairQueue(), lambda: NOON).search("x")


def test_sources_are_browsed_and_shown_with_their_passages(lookups: Lookups, tiny: Brief) -> None:
    assert [card.key for card in lookups.sources()] == list(tiny.sources)
    assert all(card.stance == "for" for card in lookups.sources(stance="for"))
    card, passages = lookups.source("survey")
    assert card.passages == len(passages) == len(tiny.passages_of("survey"))
    assert lookups.passage(passages[0].passage) == passages[0]
    with pytest.raises(UserError, match="no source"):
        lookups.source("nope")
    with pytest.raises(UserError, match="no passage"):
        lookups.passage("nope#1")


async def test_an_answer_outside_a_debate_is_checked_and_not_recorded(lookups: Lookups, speaker: FakeSpeaker) -> None:
    steps: list[Progress] = []
    answer = await lookups.argue_against(" Grades rise. ", user="7", progress=steps.append)
    assert (answer.text, answer.writer) == ("Answer 1 [1].", "fake")
    assert [r.passage for r in answer.references] == ["survey#hours"]
    assert speaker.asked[0].history[0].text == "Grades rise."
    assert (speaker.asked[0].user, steps) == ("7", [])
    with pytest.raises(SpeechTextError):
        await lookups.argue_against(" ")


async def test_who_waits_is_told_the_place(lookups: Lookups, speaker: FakeSpeaker) -> None:
    speaker.go.clear()
    steps: list[Progress] = []
    first = asyncio.create_task(lookups.argue_against("Grades rise.", user="1"))
    await asyncio.wait_for(speaker.began.wait(), 60)
    second = asyncio.create_task(lookups.argue_against("Grades rise.", user="2", progress=steps.append))
    await asyncio.sleep(0)
    assert steps == [Progress(Step.QUEUED, 0)]
    speaker.go.set()
    await asyncio.gather(first, second)


def test_known_claims_are_found_by_the_beginnings_of_words(tiny: Brief) -> None:
    claims = KnownClaims(tiny)
    everything = claims.find("", limit=1000)
    assert {c.key for c in everything} == {*tiny.blocks, *tiny.contentions}
    block = tiny.blocks["grades-rise"]
    hits = claims.find("grad")
    assert hits
    assert all(any(word.startswith("grad") for word in hit.text.casefold().split()) for hit in hits)
    assert block.key in {hit.key for hit in hits}
    assert claims.find("zzz") == []
    assert len(claims.find("", limit=3)) == 3
    assert {c.stance for c in claims.find("", stance="for", limit=1000)} == {"for"}
    assert claims.find("GRAD") == hits


def test_known_claims_of_the_shipped_brief_come_at_typing_speed(shipped: Brief) -> None:
    claims = KnownClaims(shipped)
    began = time.thread_time()
    for typed in ("a", "the", "an alliance wou", "zz"):
        claims.find(typed)
    assert (time.thread_time() - began) / 4 < 0.1
