"""A moderated debate through the service on a real log: lobby, clock, moderators, restarts, two processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.brief.model import Brief
from bot.debate.errors import NotAllowedError, NotYourTurnError, TimeIsUpError, WrongStatusError
from bot.debate.state import DebateState, Outcome, Role, Status
from bot.debate.steps import Progress, Step
from bot.debate.words import Side
from bot.service import DebateService
from bot.service.queue import FairQueue
from bot.storage.database import open_database
from bot.storage.debate_log import DebateLog, UnknownDebateError
from tests.service.test_debates import FakeSpeaker

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


class Hands:
    """A clock whose hands the test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
async def log(url: str) -> AsyncIterator[DebateLog]:
    async with open_database(url) as engine:
        yield DebateLog(engine)


@pytest.fixture
def service(log: DebateLog, tiny: Brief, hands: Hands) -> DebateService:
    return DebateService(log, FakeSpeaker(), tiny, hands)


async def opened(service: DebateService, **wishes: object) -> DebateState:
    """A classroom debate in guild 9 with Mo in the chair and Ann on the proposition."""
    wishes = {"format_key": "classroom", "guild_id": "9", "channel_id": "70", "moderator": "mo", **wishes}
    state = await service.open_debate("opener", **wishes)  # type: ignore[arg-type]
    return await service.join(state.id, "ann", Side.PROPOSITION, display="Ann")


async def started(service: DebateService, **wishes: object) -> DebateState:
    state = await opened(service, **wishes)
    return await service.start(state.id, "mo")


async def test_a_debate_waits_in_its_lobby_until_a_moderator_starts_it(service: DebateService) -> None:
    state = await opened(service)
    assert (state.status, state.deadline) == (Status.LOBBY, None)
    with pytest.raises(WrongStatusError, match="has not started"):
        await service.deliver(state.id, "ann", "Grades rise.")
    with pytest.raises(NotAllowedError, match="you debate in this round"):
        await service.start(state.id, "ann", staff=True)
    with pytest.raises(NotAllowedError, match="ask a moderator"):
        await service.start(state.id, "stranger")
    state = await service.start(state.id, "mo", reason="all are here")
    assert (state.status, state.deadline) == (Status.RUNNING, NOON + timedelta(seconds=240))
    assert [(a.actor, a.action, a.reason) for a in await service.actions(state.id)] == [
        ("opener", "open", ""),
        ("ann", "join", ""),
        ("mo", "start", "all are here"),
    ]


async def test_paused_time_does_not_count_and_an_extension_adds(service: DebateService, hands: Hands) -> None:
    state = await started(service)
    hands.pass_(100)
    state = await service.pause(state.id, "mo")
    assert state.deadline is None
    hands.pass_(10_000)
    state = await service.resume(state.id, "mo")
    assert state.deadline == hands.now + timedelta(seconds=140)
    state = await service.extend(state.id, "mo", 30, reason="a noise outside")
    assert state.deadline == hands.now + timedelta(seconds=170)


async def test_a_deadline_advances_the_turn_once_whoever_asks(
    service: DebateService, log: DebateLog, tiny: Brief, hands: Hands
) -> None:
    other = DebateService(log, FakeSpeaker(), tiny, hands)
    state = await started(service)
    assert await service.expire(state.id, 0) is None
    hands.pass_(240)
    done = await asyncio.gather(
        *(s.expire(state.id, 0) for s in (service, other) for _ in range(3)),
        service.deliver(state.id, "ann", "In the last instant.", turn=0),
        return_exceptions=True,
    )
    after = await service.state(state.id)
    assert after.turns_taken == 1
    assert [type(d) for d in done[:6]].count(DebateState) + isinstance(done[6], DebateState) == 1
    assert [a.action for a in await service.actions(state.id)].count("expire") == len(after.skipped)


async def test_a_late_speech_is_refused_and_the_turn_passes(service: DebateService, hands: Hands) -> None:
    state = await started(service)
    hands.pass_(246)
    with pytest.raises(TimeIsUpError, match="time for this speech is over"):
        await service.deliver(state.id, "ann", "Too late.")
    after = await service.expire(state.id, 0)
    assert after is not None
    assert [(t.turn, t.outcome) for t in after.skipped] == [(0, Outcome.EXPIRED)]


async def test_gathered_parts_survive_a_restart_and_are_given_at_the_deadline(url: str, tiny: Brief, hands: Hands) -> None:
    async with open_database(url) as engine:
        service = DebateService(DebateLog(engine), FakeSpeaker(), tiny, hands)
        state = await started(service)
        await service.add_part(state.id, "ann", "Grades rise.", key="m1")
        await service.add_part(state.id, "ann", "Sleep helps.", key="m2")
        await service.add_part(state.id, "ann", "Sleep helps.", key="m2")
        await service.add_part(state.id, "ann", "Grades do rise.", key="m1")
    async with open_database(url) as engine:
        service = DebateService(DebateLog(engine), FakeSpeaker(), tiny, hands)
        assert [p.text for p in (await service.state(state.id)).draft] == ["Grades do rise.", "Sleep helps."]
        hands.pass_(240)
        after = await service.expire(state.id, 0)
        assert after is not None
        assert [(s.turn, s.speaker, s.text) for s in after.speeches] == [(0, "ann", "Grades do rise.\n\nSleep helps.")]
        assert after.draft == ()
        again = await service.add_part(state.id, "ann", "Sleep helps.", key="m2")
        assert again == after == await service.state(state.id)


async def test_a_replayed_request_is_recorded_once(service: DebateService) -> None:
    state = await started(service)
    await service.extend(state.id, "mo", 60, key="i1")
    state = await service.extend(state.id, "mo", 60, key="i1")
    assert state.extra == 60
    await service.skip(state.id, "mo", turn=0)
    with pytest.raises(NotYourTurnError, match="speech 1 is not due"):
        await service.skip(state.id, "mo", turn=0)


async def test_a_guild_s_service_reaches_no_other_guild_s_debate(service: DebateService) -> None:
    state = await started(service)
    home, away, nowhere = service.within("9"), service.within("8"), service.within("")
    assert (await home.state(state.id)).id == state.id
    for other in (away, nowhere):
        with pytest.raises(UnknownDebateError):
            await other.state(state.id)
        with pytest.raises(UnknownDebateError):
            await other.pause(state.id, "mo", staff=True)
        with pytest.raises(UnknownDebateError):
            await other.actions(state.id)
        assert await other.debate_in("70") is None
        assert await other.unfinished() == []
        assert await other.recent() == []
    assert [s.id for s in await home.unfinished()] == [state.id]


async def test_people_debate_people_and_the_bot_only_keeps_the_chair(service: DebateService, tiny: Brief) -> None:
    state = await opened(service, bot=False)
    with pytest.raises(WrongStatusError, match="nobody is on the opposition"):
        await service.start(state.id, "mo")
    await service.join(state.id, "bo", Side.OPPOSITION)
    await service.join(state.id, "cy", Side.OPPOSITION)
    await service.start(state.id, "mo")
    await service.deliver(state.id, "ann", "Grades rise.")
    state = await service.deliver(state.id, "cy", "They fall.")
    assert [s.speaker for s in state.speeches] == ["ann", "cy"]
    assert state.bot_side() is None
    assert not service.bot_is_due(state)


async def test_a_struck_speech_is_neither_answered_nor_lost(service: DebateService) -> None:
    state = await started(service)
    await service.deliver(state.id, "ann", "Something rude.")
    await service.strike(state.id, "mo", 0, reason="rude")
    await service.answer(state.id)
    after = await service.state(state.id)
    assert [s.struck for s in after.speeches] == [True, False]
    assert after.speeches[0].points == ()


async def test_warnings_are_given_once_also_after_a_restart(service: DebateService, hands: Hands) -> None:
    state = await started(service)
    assert await service.deadline_warning(state.id) is None
    hands.pass_(180)
    assert await service.deadline_warning(state.id) == 60
    assert await service.deadline_warning(state.id) is None
    hands.pass_(50)
    assert await service.deadline_warning(state.id) == 15
    assert await service.deadline_warning(state.id) is None


async def test_prep_time_stops_the_turn_s_clock_and_empties_the_bank(service: DebateService, hands: Hands) -> None:
    state = await started(service)
    hands.pass_(40)
    state = await service.begin_prep(state.id, "ann")
    hands.pass_(20)
    state = await service.end_prep(state.id, "ann")
    assert state.prep_left == {Side.PROPOSITION: 100.0, Side.OPPOSITION: 120.0}
    assert state.deadline == hands.now + timedelta(seconds=200)
    state = await service.begin_prep(state.id, "ann")
    assert state.deadline == hands.now + timedelta(seconds=300)
    hands.pass_(150)
    state = await service.deliver(state.id, "ann", "Grades rise.")
    assert state.prep_left[Side.PROPOSITION] == 0.0


async def test_a_deadline_that_passed_while_the_bot_was_away_gets_a_minute(service: DebateService, hands: Hands) -> None:
    state = await started(service)
    hands.pass_(9999)
    state = await service.wake(state.id)
    assert state.deadline is not None
    assert timedelta(seconds=60) <= state.deadline - hands.now <= timedelta(seconds=61)
    await service.deliver(state.id, "ann", "Grades rise.")


async def test_the_chair_is_handed_over_and_a_judge_keeps_the_ballot(service: DebateService) -> None:
    state = await started(service)
    await service.appoint(state.id, "mo", "judy", Role.JUDGE, display="Judy")
    with pytest.raises(NotAllowedError, match="may not judge it"):
        await service.appoint(state.id, "mo", "ann", Role.JUDGE)
    state = await service.hand_over(state.id, "mo", "nia", reason="going home")
    assert [p.name for p in state.people(Role.MODERATOR)] == ["nia"]
    with pytest.raises(NotAllowedError):
        await service.pause(state.id, "mo")
    await service.pause(state.id, "nia")


async def test_a_speech_struck_while_the_bot_answers_it_is_not_answered(log: DebateLog, tiny: Brief, hands: Hands) -> None:
    speaker = FakeSpeaker()
    service = DebateService(log, speaker, tiny, hands)
    state = await started(service)
    await service.deliver(state.id, "ann", "Something rude.")
    speaker.go.clear()
    answering = asyncio.create_task(service.answer(state.id))
    await asyncio.wait_for(speaker.began.wait(), 120)
    await service.strike(state.id, "mo", 0, reason="rude")
    speaker.go.set()
    speech, _ = await answering
    assert [len(request.history) for request in speaker.asked] == [1, 0]
    after = await service.state(state.id)
    assert after.speeches[1] == speech
    assert speech.text == "Answer 2 [1]."
    assert after.speeches[0].points == ()


async def test_a_debate_that_waits_for_its_answer_is_told_its_place(log: DebateLog, tiny: Brief, hands: Hands) -> None:
    speaker = FakeSpeaker()
    service = DebateService(log, speaker, tiny, hands, queue=FairQueue(width=1))
    one, two = await started(service), await started(service, guild_id="8", channel_id="71")
    for state in (one, two):
        await service.deliver(state.id, "ann", "Grades rise.")
    speaker.go.clear()
    first = asyncio.create_task(service.answer(one.id))
    await asyncio.wait_for(speaker.began.wait(), 120)
    steps: list[Progress] = []
    queued = asyncio.Event()

    def note(step: Progress) -> None:
        steps.append(step)
        queued.set()

    second = asyncio.create_task(service.answer(two.id, note))
    await asyncio.wait_for(queued.wait(), 120)
    assert service.queue.place(two.id) == 0
    assert steps == [Progress(Step.QUEUED, 0)]
    speaker.go.set()
    await asyncio.gather(first, second)
    assert service.queue.place(two.id) is None


async def test_a_debate_is_found_in_the_channel_where_it_was_placed(service: DebateService) -> None:
    state = await opened(service, channel_id="")
    assert await service.unfinished() == []
    state = await service.place(state.id, channel_id="72", message_id="5")
    assert await service.debate_in("72") == state
    assert await service.within("9").debate_in("72") == state
    assert await service.debate_in("73") is None
    await service.leave(state.id, "ann")
    await service.close(state.id, "mo")
    assert await service.unfinished() == []
    assert await service.debate_in("72") is not None


async def test_what_was_gathered_and_dropped_stays_dropped(service: DebateService) -> None:
    state = await started(service)
    await service.add_part(state.id, "ann", "Not what I meant.", key="m1")
    state = await service.discard(state.id, "ann", reason="again, please")
    assert state.draft == ()
    assert (await service.add_part(state.id, "ann", "Not what I meant.", key="m1")).draft == ()
    await service.add_part(state.id, "ann", "What I meant.", key="m2")
    state = await service.finish(state.id, "ann", turn=0)
    assert [s.text for s in state.speeches] == ["What I meant."]
    assert [a.action for a in await service.actions(state.id)][-1] == "discard"


async def test_a_moderator_removes_a_judge_and_the_record_says_so(service: DebateService) -> None:
    state = await started(service)
    await service.appoint(state.id, "mo", "judy", Role.JUDGE, display="Judy")
    state = await service.remove(state.id, "mo", "judy", reason="ill")
    assert state.people(Role.JUDGE) == ()
    last = (await service.actions(state.id))[-1]
    assert (last.actor, last.action, last.detail, last.reason) == ("mo", "remove", "Judy", "ill")
