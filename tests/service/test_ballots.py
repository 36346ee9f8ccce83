"""Scoring through the service on a real log."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.debate.ballots import BallotStatus, Mark
from bot.debate.errors import BallotError, NotAllowedError
from bot.debate.rubrics import rubric_of_text
from bot.debate.state import Role
from bot.debate.words import Side
from bot.service import DebateService
from bot.storage.debate_log import UnknownDebateError
from tests.service.test_moderated import Hands, hands, log, service, started

__all__ = ["hands", "log", "service"]
PRO, OPP = Side.PROPOSITION, Side.OPPOSITION


async def judged(service: DebateService, *judges: str, **wishes: object) -> str:
    state = await started(service, **wishes)
    for judge in judges:
        await service.appoint(state.id, "mo", judge, Role.TRAINEE if judge.startswith("t") else Role.JUDGE)
    await service.close(state.id, "mo")
    return state.id


async def cast(service: DebateService, debate_id: str, judge: str, winner: Side, pro: float, opp: float) -> None:
    rubric = await service.ballots.rubric(debate_id)
    scores = {(side, c.key): Mark(s, "why") for side, s in ((PRO, pro), (OPP, opp)) for c in rubric.criteria}
    await service.ballots.draft(debate_id, judge, winner=winner, scores=scores, reason=f"{judge} says so")
    await service.ballots.submit(debate_id, judge)
    await service.ballots.confirm(debate_id, judge)


async def test_three_judges_and_a_trainee_decide_a_round(service: DebateService, hands: Hands) -> None:
    id_ = await judged(service, "j1", "j2", "j3", "t1", blind=True)
    for judge, winner, pro, opp in (("j1", PRO, 8, 7), ("j2", PRO, 7, 6.5), ("j3", OPP, 6, 7), ("t1", OPP, 1, 9)):
        await cast(service, id_, judge, winner, pro, opp)
    assert [b.judge for b in await service.ballots.of(id_, "j1")] == ["j1"]
    assert await service.ballots.of(id_, "ann") == ()
    with pytest.raises(NotAllowedError):
        await service.ballots.result(id_, "ann")
    assert await service.ballots.release_of(id_) is None
    result = await service.ballots.release(id_, "mo", key="i7")
    assert (result.winner, result.count, result.dissents) == (PRO, {PRO: 2, OPP: 1}, ("j3",))
    assert await service.ballots.release(id_, "mo", key="i7") == result
    assert await service.ballots.result(id_, "ann") == result
    assert [b.judge for b in await service.ballots.of(id_, "ann")] == ["j1", "j2", "j3"]
    released = await service.ballots.release_of(id_)
    assert released is not None
    assert (released.by, released.winner) == ("mo", PRO)
    assert [a.action for a in await service.actions(id_)][-1] == "release"
    with pytest.raises(NotAllowedError, match="released"):
        await service.ballots.draft(id_, "j1", reason="too late")


async def test_versions_stay_in_the_log_and_a_replay_makes_none(service: DebateService) -> None:
    id_ = await judged(service, "j1")
    await cast(service, id_, "j1", PRO, 8, 7)
    second = await service.ballots.draft(id_, "j1", reason="on reflection", scores={(PRO, "style"): Mark(9, "better")})
    assert second.version == 2
    one = await service.ballots.submit(id_, "j1", key="k1")
    assert await service.ballots.submit(id_, "j1", key="k1") == one
    done = await service.ballots.confirm(id_, "j1", key="k2")
    assert await service.ballots.confirm(id_, "j1", key="k2") == done
    kept = await service.ballots.of(id_, "j1")
    assert [(b.version, b.status) for b in kept] == [(1, BallotStatus.SUPERSEDED), (2, BallotStatus.CONFIRMED)]
    assert kept[0].scores[PRO, "style"] == Mark(8.0, "why")
    assert kept[1].scores[PRO, "style"] == Mark(9.0, "better")
    assert kept[1].reason == "on reflection"
    assert isinstance(kept[1].submitted_at, datetime)


async def test_a_split_panel_is_settled_by_the_moderator_s_casting_vote(service: DebateService) -> None:
    id_ = await judged(service, "j1", "j2")
    await cast(service, id_, "j1", PRO, 8, 7)
    await cast(service, id_, "j2", OPP, 7, 8)
    with pytest.raises(BallotError, match="split"):
        await service.ballots.release(id_, "mo")
    result = await service.ballots.release(id_, "mo", casting=OPP, reason="the clearer case")
    assert (result.winner, result.casting) == (OPP, OPP)


async def test_a_debate_keeps_the_rubric_that_it_was_opened_with(service: DebateService) -> None:
    own = rubric_of_text('name = "Ours"\ncriteria = [{key = "truth", high = 4}]', "ours")
    id_ = await judged(service, "j1", rubric=own.key, rubric_definition=own.definition)
    assert await service.ballots.rubric(id_) == own
    await cast(service, id_, "j1", OPP, 3, 4)
    assert (await service.ballots.release(id_, "mo")).totals == {PRO: 3, OPP: 4}


async def test_no_ballot_of_another_guild_can_be_reached(service: DebateService) -> None:
    id_ = await judged(service, "j1")
    await cast(service, id_, "j1", PRO, 8, 7)
    away = service.within("8").ballots
    for reach in (
        away.of(id_, "j1"),
        away.rubric(id_),
        away.result(id_, "mo", staff=True),
        away.release(id_, "mo", staff=True),
        away.release_of(id_),
        away.draft(id_, "j1", reason="x"),
        away.submit(id_, "j1"),
        away.confirm(id_, "j1"),
    ):
        with pytest.raises(UnknownDebateError):
            await reach
