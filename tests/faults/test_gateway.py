"""The gateway fails: drops, reconnection, lost sessions, refusals. Nothing is lost and nothing counts twice."""

from __future__ import annotations

import asyncio

import pytest

from bot.discord_ui.client import Options
from bot.errors import UserError
from tests.faults.world import PATIENCE, World, begin, end


async def test_a_whole_round_over_real_sockets(here: World) -> None:
    state = await here.started(format="one-on-one")
    for turn in (0, 2, 4):
        await here.told(here.form(state, turn, f"Grades rise, part {turn}."), "is recorded")
        await here.shown(turn + 1)
    await here.whole(6)
    assert "All speeches have been given" in here.town.said(here.thread)
    assert len(here.double.gateway.identified) == 1


@pytest.mark.parametrize("how", ["broken", "op 7", "op 9, resumable", "closed with 4000", "closed with 1001"])
async def test_what_happens_while_the_gateway_is_away_is_replayed_on_resume(here: World, how: str) -> None:
    state = await here.started()
    gateway = here.double.gateway
    before = len(gateway.lines)
    assert before == 1
    lost = gateway.lines[0]
    session = next(iter(gateway.sessions.values()))
    session.line = None  # what is said from now on does not get through
    spoken = here.form(state, 0, "Said while nobody listened.")
    await asyncio.sleep(0.05)
    if how == "broken":
        await here.double.drop()
    elif how == "op 7":
        await here.double.ask_to_reconnect()
    elif how == "op 9, resumable":
        await here.double.invalidate(resumable=True)
    else:
        await here.double.drop(int(how.rpartition(" ")[2]))
    await here.until(lambda: gateway.resumed, "RESUME")
    await here.told(spoken, "is recorded")
    await here.whole(2)
    assert lost not in gateway.lines
    assert len(gateway.identified) == 1
    assert gateway.resumed[0]["session_id"] == session.id
    here.town.again(spoken)
    await here.told(here.form(state, 2, "And once more."), "is recorded")
    await here.whole(4)


async def test_a_session_that_is_lost_begins_anew_and_the_debate_goes_on(here: World) -> None:
    state = await here.started()
    await here.double.invalidate(resumable=False)
    await here.until(lambda: len(here.double.gateway.identified) == 2, "IDENTIFY")
    await here.until(lambda: here.double.gateway.sessions, "a session")
    await here.told(here.form(state, 0, "Grades rise."), "is recorded")
    await here.whole(2)
    assert len(here.clients) == 1


async def test_a_resume_that_the_gateway_refuses_begins_a_session_anew(here: World) -> None:
    state = await here.started()
    here.double.gateway.sessions.clear()
    await here.double.drop(4000)
    await here.until(lambda: len(here.double.gateway.identified) == 2, "IDENTIFY")
    await here.told(here.form(state, 0, "Grades rise."), "is recorded")
    await here.whole(2)


async def test_a_token_that_is_refused_later_ends_the_bot_with_one_line(here: World) -> None:
    await here.started()
    await here.double.drop(4004)
    assert here.running is not None
    with pytest.raises(UserError, match=r"DISCORD_TOKEN \(4004\).*developer portal") as said:
        await asyncio.wait_for(asyncio.shield(here.running), PATIENCE)
    assert "\n" not in str(said.value)
    assert here.waits == []


async def test_a_wrong_token_is_one_line(here: World) -> None:
    await end(here)
    begin(here, Options(guild_ready_timeout=0.05), token="wrong")
    assert here.running is not None
    with pytest.raises(UserError, match="DISCORD_TOKEN"):
        await asyncio.wait_for(here.running, PATIENCE)
    here.running = None


async def test_a_gateway_that_refuses_at_the_start_is_tried_again_more_slowly(here: World) -> None:
    state = await here.started()
    await end(here)
    here.double.gateway.refuse_with = 503
    begin(here, Options(guild_ready_timeout=0.05))
    await here.until(lambda: len(here.waits) >= 4, "four tries")
    assert here.waits[:4] == [1, 2, 4, 8]
    here.double.gateway.refuse_with = None
    await here.connected()
    await here.until(lambda: "I was away" in here.town.said(here.thread), "the notice")
    assert here.town.said(here.thread).count("I was away") == 1
    await here.told(here.form(state, 0, "Grades rise."), "is recorded")
    await here.whole(2)
