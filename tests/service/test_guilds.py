"""Servers' settings, records and retention on a real log; nothing of one server is seen in another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.debate.errors import NotAllowedError, NotYourTurnError, SettingError
from bot.debate.guild import GuildSettings
from bot.debate.state import Role
from bot.debate.words import Side
from bot.service import BOT, DebateService
from bot.service.people import PersonStats, Standing
from bot.storage.debate_log import UnknownDebateError
from bot.storage.person_store import REMOVED
from tests.rows import all_rows
from tests.service.test_ballots import OPP, PRO, cast, judged
from tests.service.test_moderated import Hands, hands, log, service, started

__all__ = ["hands", "log", "service"]


async def test_settings_of_one_server_do_not_show_in_another(service: DebateService) -> None:
    assert await service.guilds.settings("9") == GuildSettings()
    assert (await service.guilds.set("9", "retention_days", "30")).retention_days == 30
    await service.guilds.set("9", "retention_days", "60")
    await service.guilds.set("9", "blind", "on")
    await service.guilds.set("9", "blind", "")
    assert await service.guilds.settings("9") == GuildSettings(retention_days=60)
    assert await service.guilds.settings("8") == GuildSettings()
    with pytest.raises(SettingError, match="retention_days"):
        await service.guilds.set("9", "retention_days", "soon")
    for reach in (service.within("8").guilds.settings("9"), service.guilds.settings("")):
        with pytest.raises(SettingError, match="belong to a server"):
            await reach
    with pytest.raises(SettingError):
        await service.within("8").guilds.set("9", "blind", "on")


async def test_a_record_counts_released_debates_of_its_server_only(service: DebateService) -> None:
    won = await judged(service, "j1")
    await cast(service, won, "j1", PRO, 8, 7)
    await service.ballots.release(won, "mo")
    lost = await started(service)
    await service.deliver(lost.id, "ann", "Grades do rise.")
    await service.strike(lost.id, "mo", 0)
    await service.appoint(lost.id, "mo", "j1", Role.JUDGE)
    await service.close(lost.id, "mo")
    await cast(service, lost.id, "j1", OPP, 6, 7)
    await service.ballots.release(lost.id, "mo")
    await started(service)
    assert await service.people.stats("9", "ann") == PersonStats("ann", 3, 1, 1, 1, 1, 3, 0, 0)
    assert (await service.people.stats("9", "mo")).moderated == 3
    assert (await service.people.stats("9", "j1")).judged == 2
    assert await service.people.stats("8", "ann") == PersonStats("ann", 0, 0, 0, 0, 0, 0, 0, 0)
    assert await service.people.leaderboard("9") == [Standing("ann", "Ann", 2, 1, 1)]
    assert await service.people.leaderboard("8") == []
    with pytest.raises(NotAllowedError, match="belong to a server"):
        await service.within("8").people.stats("9", "ann")


async def test_a_person_sees_all_that_is_stored_and_can_have_it_forgotten(service: DebateService, url: str) -> None:
    id_ = await judged(service, "j1")
    await cast(service, id_, "j1", PRO, 8, 7)
    running = await started(service)
    await service.warn(running.id, "mo", "ann", "Ann was loud")
    await service.deliver(running.id, "ann", "My secret words.")
    await service.answer(running.id)
    assert [row["text"] for row in (await service.people.stored("ann"))["speeches"]] == ["My secret words."]
    assert [row["reason"] for row in (await service.people.stored("j1"))["ballots"]] == ["j1 says so"]
    assert len((await service.people.stored("j1"))["scores"]) == 8
    assert await service.people.forget("ann") == 2
    assert await service.people.forget("j1") == 1
    assert await service.people.forget("ann") == 0
    for person in ("ann", "j1"):
        assert all(rows == [] for rows in (await service.people.stored(person)).values())
    state = await service.state(running.id)
    assert state.speeches[0].text == REMOVED
    assert [p.text for p in state.speeches[0].points] == [""]
    rows = await all_rows(url)
    assert [len(rows["scores"]), sum(row["score"] for row in rows["scores"])] == [8, 60.0]
    for trace in ("secret words", "'ann'", "Ann", "j1 says so", "'j1'"):
        assert trace not in repr(rows)
    with pytest.raises((NotAllowedError, NotYourTurnError)):
        await service.deliver(running.id, "ann", "Again.")
    with pytest.raises(NotAllowedError, match="no person"):
        await service.people.forget(BOT)


async def test_a_server_keeps_debates_as_long_as_it_says(service: DebateService, hands: Hands, url: str) -> None:
    old = await started(service)
    await service.deliver(old.id, "ann", "Grades rise.")
    await service.close(old.id, "mo")
    elsewhere = await service.open_debate("o", format_key="classroom", guild_id="8", channel_id="71")
    hands.pass_(10 * 86400)
    fresh = await started(service)
    assert await service.guilds.purge(hands.now) == 0
    await service.guilds.set("9", "retention_days", "7")
    await service.guilds.set("7", "retention_days", "0")
    assert await service.guilds.purge(hands.now) == 1
    with pytest.raises(UnknownDebateError):
        await service.state(old.id)
    assert {s.id for s in await service.unfinished()} == {elsewhere.id, fresh.id}
    assert await service.guilds.purge(hands.now + timedelta(days=8)) == 1
    rows = await all_rows(url)
    assert [len(rows[table]) for table in ("speeches", "points", "turns", "debates")] == [0, 0, 0, 1]
    assert {row["debate_id"] for table in ("actions", "participants") for row in rows[table]} == {elsewhere.id}
    await service.guilds.left("8", hands.now)
    assert await service.guilds.purge(hands.now + timedelta(days=29)) == 0
    await service.guilds.returned("8")
    assert await service.guilds.purge(hands.now + timedelta(days=31)) == 0
    await service.guilds.left("8", hands.now)
    assert await service.guilds.settings("8") == GuildSettings()
    assert await service.guilds.purge(hands.now + timedelta(days=31)) == 1
    assert await service.unfinished() == []
    assert sorted((await all_rows(url))["guild_settings"], key=lambda row: row["guild_id"]) == [
        {"guild_id": "7", "name": "retention_days", "value": "0"},
        {"guild_id": "9", "name": "retention_days", "value": "7"},
    ]


async def test_the_side_of_a_side_change_is_counted_once(service: DebateService) -> None:
    state = await service.open_debate("o", format_key="classroom", guild_id="9", bot=False, moderator="mo")
    await service.join(state.id, "ann", Side.PROPOSITION)
    state = await service.join(state.id, "ann", Side.OPPOSITION)
    assert [(p.name, p.side) for p in state.people(Role.DEBATER)] == [("ann", OPP)]
    assert (await service.people.stats("9", "ann")).debates == 1
