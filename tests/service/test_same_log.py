"""The same debate on SQLite and on PostgreSQL: the logs are equal, row by row."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

from bot.brief.model import Brief
from bot.debate.state import Role
from bot.debate.words import Side
from bot.service import DebateService
from bot.storage.database import open_database
from bot.storage.debate_log import DebateLog
from tests.conftest import fresh_database
from tests.rows import all_rows, without_numbers
from tests.service.test_ballots import OPP, PRO, cast
from tests.service.test_debates import FakeSpeaker
from tests.service.test_moderated import Hands

# A statement of each kind that people and the clock can cause; characters that a database may fold, cut or reject.
STRANGE = 'Grades rise: “já” naïve 睡眠 \U0001f4a4 it\'s 100 % \\ "so"\nand a tab\t.'


async def play(url: str, brief: Brief) -> dict[str, list[dict[str, Any]]]:
    """Play the debate into the log at `url` and return every row."""
    hands = Hands()
    async with open_database(url) as engine:
        service = DebateService(DebateLog(engine), FakeSpeaker(), brief, hands)
        await service.guilds.set("9", "retention_days", "30")
        state = await service.open_debate("o", format_key="classroom", guild_id="9", channel_id="70", moderator="mo", blind=True)
        await service.place(state.id, channel_id="71", message_id="72")
        await service.join(state.id, "ann", Side.PROPOSITION, display="Ann Ó", key="k1")
        for judge in ("j1", "j2"):
            await service.appoint(state.id, "mo", judge, Role.JUDGE)
        await service.appoint(state.id, "mo", "t1", Role.TRAINEE)
        await service.start(state.id, "mo", key="k2")
        await speeches(service, hands, state.id)
        await service.close(state.id, "mo", reason="time")
        for judge, winner, pro, opp in (("j1", PRO, 8, 7.5), ("j2", OPP, 6, 7), ("t1", OPP, 5, 9)):
            await cast(service, state.id, judge, winner, pro, opp)
        await service.ballots.release(state.id, "mo", key="k3", casting=PRO, reason="better evidence")
    return without_numbers(await all_rows(url))


async def speeches(service: DebateService, hands: Hands, debate_id: str) -> None:
    """Every turn passes: spoken whole or in pieces, answered, skipped, run out; with pauses, prep time and a struck speech."""
    state = await service.deliver(debate_id, "ann", STRANGE)
    while not state.over:
        hands.pass_(10.25)
        turn = state.next_turn
        assert turn is not None
        if service.bot_is_due(state):
            await service.answer(debate_id)
        elif len(state.skipped) == 0:
            await service.skip(debate_id, "mo", turn=turn.number, reason="late")
        elif turn.number % 3 == 0:
            await service.begin_prep(debate_id, "ann")
            hands.pass_(5)
            await service.end_prep(debate_id, "ann")
            await service.add_part(debate_id, "ann", "One part.", key="m1")
            await service.add_part(debate_id, "ann", "And another.", key="m2")
            await service.add_part(debate_id, "ann", "One part, edited.", key="m1")
            await service.finish(debate_id, "ann")
        else:
            await service.pause(debate_id, "mo", reason="a fire drill")
            hands.pass_(300)
            await service.resume(debate_id, "mo")
            await service.extend(debate_id, "mo", 30)
            hands.pass_(1000)
            assert await service.deadline_warning(debate_id) is None
            assert await service.expire(debate_id, turn.number) is not None
        state = await service.state(debate_id)
    await service.strike(debate_id, "mo", 1, reason="off the motion")


async def test_sqlite_and_postgresql_hold_the_same_log_of_the_same_debate(
    tmp_path: Path, postgresql: str, worker_id: str, tiny: Brief, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda _n: "d1d1d1d1")
    here = await play(f"sqlite+aiosqlite:///{tmp_path / 'log.db'}", tiny)
    there = await play(await fresh_database(postgresql, f"debatebot_test_{worker_id}"), tiny)
    assert here == there
    assert [name for name, rows in here.items() if not rows] == []
    assert here["speeches"][0]["text"] == STRANGE
