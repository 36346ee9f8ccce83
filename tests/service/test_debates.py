"""The service on a real log with a fake speaker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.brief.model import Brief
from bot.debate.change import Change
from bot.debate.errors import NotAllowedError, NotYourTurnError, SpeechTextError, UnknownFormatError, WrongStatusError
from bot.debate.record import Citation, Point, Speech
from bot.debate.state import DebateState, Participant, Role, Status
from bot.debate.steps import OnProgress
from bot.debate.words import PointKind, Side, SpeechKind
from bot.service import BOT, DebateService
from bot.speech.request import SpeechDraft, SpeechRequest
from bot.storage.database import open_database
from bot.storage.debate_log import DebateLog, UnknownDebateError

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


class Clock:
    """A minute passes with every look."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


class FakeSpeaker:
    """Says a numbered line, once `go` is set."""

    def __init__(self) -> None:
        self.asked: list[SpeechRequest] = []
        self.began = asyncio.Event()
        self.go = asyncio.Event()
        self.go.set()

    async def answer(self, request: SpeechRequest, progress: OnProgress | None = None) -> SpeechDraft:
        self.asked.append(request)
        number = len(self.asked)
        self.began.set()
        await self.go.wait()
        return SpeechDraft(
            text=f"Answer {number} [1].",
            points=(Point(0, f"Answer {number}.", PointKind.CLAIM),),
            citations=(Citation(1, "survey#hours", "survey", "p. 2"),),
            heard=(Point(0, "Heard.", PointKind.CLAIM),) if request.history else (),
            conceded=(),
            dropped=(),
            writer="fake",
            checks={"cut": 0},
            seconds=0.5,
        )


@pytest.fixture
def speaker() -> FakeSpeaker:
    return FakeSpeaker()


@pytest.fixture
async def log(url: str) -> AsyncIterator[DebateLog]:
    async with open_database(url) as engine:
        yield DebateLog(engine)


@pytest.fixture
def service(log: DebateLog, speaker: FakeSpeaker, tiny: Brief) -> DebateService:
    return DebateService(log, speaker, tiny, Clock())


async def test_a_new_debate_is_on_the_brief_s_motion_with_the_bot_on_its_side(service: DebateService, tiny: Brief) -> None:
    state = await service.open("practice", "Ann")
    assert state.motion == service.motion == tiny.motion.text
    assert service.position == tiny.motion.position
    assert state.bot_side() is Side(tiny.motion.bot_side)
    assert service.debater(state) == "Ann"
    assert not service.bot_is_due(state)
    assert await service.recent() == [(state.id, "practice", "running", 0)]


async def test_an_unknown_format_opens_nothing(service: DebateService) -> None:
    with pytest.raises(UnknownFormatError):
        await service.open("shouting", "Ann")
    assert await service.recent() == []


async def test_an_unknown_debate_is_refused(service: DebateService) -> None:
    with pytest.raises(UnknownDebateError):
        await service.deliver("nope", "Ann", "Words.")


async def test_an_answer_is_recorded_with_what_it_heard(service: DebateService, speaker: FakeSpeaker) -> None:
    state = await service.open("practice", "Ann")
    state = await service.deliver(state.id, "Ann", "  Grades rise.  ")
    assert state.speeches[0].text == "Grades rise."
    assert service.bot_is_due(state)
    speech, seconds = await service.answer(state.id)
    after = await service.state(state.id)
    assert seconds == 0.5
    assert after.speeches[1] == speech
    assert (speech.writer, speech.speaker, speech.checks) == ("fake", BOT, {"cut": 0})
    assert [p.text for p in after.speeches[0].points] == ["Heard."]
    assert speaker.asked == [SpeechRequest(Side.OPPOSITION, SpeechKind.REBUTTAL, 380, state.speeches, user="Ann")]


async def test_two_answers_at_once_record_one_and_both_return_it(
    service: DebateService, speaker: FakeSpeaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, both = speaker.answer, asyncio.Event()

    async def together(*asked: Any, **more: Any) -> Any:
        draft = await real(*asked, **more)
        # Neither is recorded before both were asked for, however long the engine takes to load the debate.
        if len(speaker.asked) == 2:
            both.set()
        await both.wait()
        return draft

    monkeypatch.setattr(speaker, "answer", together)
    state = await service.open("practice", "Ann")
    await service.deliver(state.id, "Ann", "Grades rise.")
    (one, _), (two, _) = await asyncio.gather(service.answer(state.id), service.answer(state.id))
    after = await service.state(state.id)
    assert len(speaker.asked) == 2
    assert len(after.speeches) == 2
    assert one == two == after.speeches[1]


async def test_an_answer_that_another_process_overtook_gives_way(
    service: DebateService, log: DebateLog, tiny: Brief, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = await service.open("practice", "Ann")
    await service.deliver(state.id, "Ann", "Grades rise.")
    elsewhere = DebateService(log, FakeSpeaker(), tiny, Clock())
    real = DebateLog.save
    overtaken: list[Speech] = []

    async def slow(self: DebateLog, change: Change, key: str = "") -> DebateState:
        if not overtaken:
            monkeypatch.setattr(DebateLog, "save", real)
            overtaken.append((await elsewhere.answer(change.before.id))[0])
        return await real(self, change, key)

    monkeypatch.setattr(DebateLog, "save", slow)
    speech, _ = await service.answer(state.id)
    assert [speech] == overtaken
    assert len((await service.state(state.id)).speeches) == 2


async def test_two_speeches_of_one_person_at_once_record_one(service: DebateService) -> None:
    state = await service.open("practice", "Ann")
    done = await asyncio.gather(
        *(service.deliver(state.id, "Ann", f"Speech {word}.") for word in ("one", "two", "three")), return_exceptions=True
    )
    assert [type(d) for d in done].count(DebateState) == 1
    assert [type(d) for d in done].count(NotYourTurnError) == 2
    assert len((await service.state(state.id)).speeches) == 1


async def test_nobody_is_heard_out_of_turn(service: DebateService, speaker: FakeSpeaker) -> None:
    state = await service.open("practice", "Ann")
    with pytest.raises(NotYourTurnError):
        await service.answer(state.id)
    with pytest.raises(NotAllowedError):
        await service.deliver(state.id, "Stranger", "Words.")
    with pytest.raises(SpeechTextError):
        await service.deliver(state.id, "Ann", "  ")
    await service.deliver(state.id, "Ann", "Grades rise.")
    with pytest.raises(NotYourTurnError):
        await service.deliver(state.id, "Ann", "And again.")
    assert len((await service.state(state.id)).speeches) == 1
    assert speaker.asked == []


async def test_a_paused_debate_hears_nobody_until_it_is_resumed(service: DebateService, speaker: FakeSpeaker) -> None:
    state = await service.open("practice", "Ann")
    paused = await service.pause(state.id, "Ann")
    assert paused.status is Status.PAUSED
    with pytest.raises(WrongStatusError, match="paused"):
        await service.deliver(state.id, "Ann", "Words.")
    with pytest.raises(WrongStatusError, match="paused"):
        await service.answer(state.id)
    assert (await service.resume(state.id, "Ann")).status is Status.RUNNING
    await service.deliver(state.id, "Ann", "Words.")
    paused = await service.pause(state.id, "Ann")
    assert not service.bot_is_due(paused)
    assert speaker.asked == []


@pytest.mark.parametrize("action", ["pause", "close"])
async def test_an_answer_ready_only_after_the_debate_stopped_is_not_recorded(
    service: DebateService, speaker: FakeSpeaker, action: str
) -> None:
    state = await service.open("practice", "Ann")
    await service.deliver(state.id, "Ann", "Grades rise.")
    speaker.go.clear()
    answering = asyncio.create_task(service.answer(state.id))
    await asyncio.wait_for(speaker.began.wait(), 120)
    await getattr(service, action)(state.id, "Ann")
    speaker.go.set()
    with pytest.raises(WrongStatusError):
        await answering
    assert len((await service.state(state.id)).speeches) == 1


async def test_a_closed_debate_stays_closed(service: DebateService) -> None:
    state = await service.open("practice", "Ann")
    await service.close(state.id, "Ann")
    with pytest.raises(WrongStatusError):
        await service.deliver(state.id, "Ann", "Words.")
    for change in (service.pause, service.resume, service.close):
        with pytest.raises(WrongStatusError):
            await change(state.id, "Ann")


async def test_an_interrupted_debate_goes_on_where_it_stopped(url: str, tiny: Brief) -> None:
    async with open_database(url) as engine:
        service = DebateService(DebateLog(engine), FakeSpeaker(), tiny, Clock())
        state = await service.open("one-on-one", "Ann")
        before = await service.deliver(state.id, "Ann", "Grades rise.")
    speaker = FakeSpeaker()
    async with open_database(url) as engine:
        service = DebateService(DebateLog(engine), speaker, tiny, Clock())
        assert await service.state(state.id) == before
        await service.answer(state.id)
        after = await service.deliver(state.id, "Ann", "They do.")
    assert [s.turn for s in after.speeches] == [0, 1, 2]
    assert speaker.asked[0].history == before.speeches


async def test_a_debate_of_bots_has_no_human_debater(service: DebateService) -> None:
    state = await service.open("practice", "Ann")
    alone = DebateState(
        state.id, state.motion, state.format, state.status, (Participant(BOT, Role.BOT, Side.OPPOSITION),), state.opened_at
    )
    with pytest.raises(WrongStatusError, match="no human"):
        service.debater(alone)


def test_a_reference_says_what_the_brief_knows_and_keeps_what_left_it(service: DebateService, tiny: Brief) -> None:
    passage = tiny.passages["survey#hours"]
    known, gone = service.references(
        (Citation(1, passage.id, passage.source, passage.locator), Citation(2, "lost#part", "lost", "p. 9"))
    )
    assert (known.marker, known.title, known.text) == (1, tiny.sources["survey"].title, passage.text)
    assert (gone.title, gone.byline, gone.locator, gone.address, gone.text) == ("lost", "no longer in the brief", "p. 9", "", "")
