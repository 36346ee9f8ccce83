"""A log of every earlier schema, with data in it, becomes one of today with nothing lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from bot.debate.ballots import BallotStatus, Mark
from bot.debate.change import Change
from bot.debate.state import Role, Status
from bot.debate.words import Level, Side, Verdict
from bot.storage.database import _config, open_database
from bot.storage.debate_log import DebateLog
from bot.storage.schema import metadata
from tests.rows import all_rows

REVISIONS = [s.revision for s in reversed(list(ScriptDirectory.from_config(_config()).walk_revisions()))]
# A debate as the first version wrote it: two speeches with points and citations, a pause, a ballot with a score.
FIRST_DATA = """
INSERT INTO debates (id, motion, format, status, opened_at, turn_began, skipped, extra_seconds, guild_id)
  VALUES ('d1', 'This house tests', 'practice', 'paused', '2025-03-01T12:00:00+00:00', '2025-03-01T12:03:00+00:00', 0, 30, '9');
INSERT INTO participants (debate_id, name, role, side) VALUES ('d1', 'Ann', 'debater', 'proposition');
INSERT INTO participants (debate_id, name, role, side) VALUES ('d1', 'Debatebot', 'bot', 'opposition');
INSERT INTO participants (debate_id, name, role) VALUES ('d1', 'Judy', 'judge');
INSERT INTO rounds (debate_id, number, began_at) VALUES ('d1', 0, '2025-03-01T12:01:00+00:00');
INSERT INTO speeches (debate_id, round_id, turn, side, kind, speaker, text, delivered_at, writer, checks, struck)
  VALUES ('d1', 1, 0, 'proposition', 'rebuttal', 'Ann', 'Grades rise.', '2025-03-01T12:01:00+00:00', 'human', '{}', 0);
INSERT INTO speeches (debate_id, round_id, turn, side, kind, speaker, text, delivered_at, writer, checks, struck)
  VALUES ('d1', 1, 1, 'opposition', 'rebuttal', 'Debatebot', 'No [1].', '2025-03-01T12:02:00+00:00', 'composer',
          '{"cut": 1}', 1);
INSERT INTO points (speech_id, ordinal, text, kind, met_by, verdict, answers, reason)
  VALUES (1, 0, 'Grades rise.', 'claim', 'grades-rise', 'answered', NULL, 'close');
INSERT INTO citations (speech_id, marker, passage, source, locator) VALUES (2, 1, 'survey#hours', 'survey', 'p. 2');
INSERT INTO ballots (debate_id, judge, version, status, winner, reason, submitted_at)
  VALUES ('d1', 'Judy', 1, 'confirmed', 'proposition', 'because', '2025-03-01T13:00:00+00:00');
INSERT INTO scores (ballot_id, side, criterion, score, reason) VALUES (1, 'proposition', 'style', 7.5, 'clear');
INSERT INTO actions (debate_id, actor, action, detail, at) VALUES ('d1', 'Ann', 'open', '', '2025-03-01T12:00:00+00:00');
INSERT INTO guild_settings (guild_id, name, value) VALUES ('9', 'retention_days', '30');
"""


# What the second version could say besides.
SECOND_DATA = """UPDATE points SET engages = '["sleep"]'"""


async def upgrade(url: str, revision: str, data: str = "") -> None:
    """Bring the log at `url` to a revision, then write `data` as the program of that time would have."""

    def upgraded(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(upgraded)
            for statement in data.split(";\n"):
                if statement.strip():
                    await connection.exec_driver_sql(statement)
    finally:
        await engine.dispose()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()


@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_log_of_every_earlier_schema_keeps_its_debates_and_goes_on(revision: str, url: str) -> None:
    await upgrade(url, REVISIONS[0], FIRST_DATA)
    later = revision != REVISIONS[0]
    await upgrade(url, revision, SECOND_DATA if later else "")
    async with open_database(url) as engine:
        log = DebateLog(engine)
        state = await log.load("d1")
        assert await log.fault() is None
        assert (state.status, state.extra, state.guild_id, state.turns_taken) == (Status.PAUSED, 30, "9", 2)
        assert (state.level, state.rubric, state.draft, state.skipped) == (Level.VARSITY, "default", (), ())
        assert [(p.name, p.role, p.side) for p in state.participants] == [
            ("Ann", Role.DEBATER, Side.PROPOSITION),
            ("Debatebot", Role.BOT, Side.OPPOSITION),
            ("Judy", Role.JUDGE, None),
        ]
        assert [(s.turn, s.text, s.struck, s.checks) for s in state.speeches] == [
            (0, "Grades rise.", False, {}),
            (1, "No [1].", True, {"cut": 1}),
        ]
        (point,) = state.speeches[0].points
        assert (point.verdict, point.engages) == (Verdict.ANSWERED, ("sleep",) if later else ())
        assert state.speeches[1].citations[0].passage == "survey#hours"
        (ballot,) = await log.ballots("d1")
        assert (ballot.status, ballot.winner, ballot.trainee) == (BallotStatus.CONFIRMED, Side.PROPOSITION, False)
        assert ballot.scores == {(Side.PROPOSITION, "style"): Mark(7.5, "clear")}
        (opened,) = await log.actions("d1")
        assert (opened.actor, opened.reason, opened.at) == ("Ann", "", datetime.fromisoformat("2025-03-01T12:00:00+00:00"))
        assert await log.guilds.read("9") == {"retention_days": "30"}
        await log.save(Change(state, replace(state, status=Status.RUNNING), state.opened_at, "Mo", "resume"))
        assert [a.action for a in await log.actions("d1")] == ["open", "resume"]
    rows = (await all_rows(url))["turns"]
    assert [(r["number"], r["side"], r["outcome"]) for r in rows] == [(0, "proposition", "spoken"), (1, "opposition", "spoken")]


async def test_the_migrations_end_in_the_schema_that_the_code_knows(url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))

    async with open_database(url) as engine, engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_two_processes_that_start_at_once_migrate_once(url: str) -> None:
    await upgrade(url, REVISIONS[0])
    async with open_database(url) as one, open_database(url) as two:
        assert await DebateLog(one).recent() == await DebateLog(two).recent() == []
