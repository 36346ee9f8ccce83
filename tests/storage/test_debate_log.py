"""The log on real SQLite files: what goes in comes out, and trouble is said in one line."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.debate.change import Change
from bot.debate.formats import format_named
from bot.debate.record import Citation, Point, Speech
from bot.debate.state import DebateState, Participant, Role, Status
from bot.debate.words import PointKind, Side, SpeechKind, Verdict
from bot.storage.database import StorageError, in_plain_words, open_database
from bot.storage.debate_log import AlreadyRecordedError, DebateLog, StaleError, UnknownDebateError
from tests.conftest import ROOT
from tests.rows import all_rows

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
FIRST = Speech(
    0, Side.PROPOSITION, SpeechKind.REBUTTAL, "Ann", "Grades rise — «всегда».\nTwo lines.", NOON + timedelta(minutes=1)
)
HEARD = (
    Point(0, "Grades rise.", PointKind.CLAIM, "grades-rise", Verdict.ANSWERED, None, "close"),
    Point(1, "Two lines.", PointKind.OFF_TOPIC),
)
SECOND = Speech(
    1,
    Side.OPPOSITION,
    SpeechKind.REBUTTAL,
    "Debatebot",
    "They do not [1]. Nor [2].",
    NOON + timedelta(minutes=2),
    (Point(0, "They do not.", PointKind.CLAIM, "grades-rise#1", Verdict.EXTENDED, 0, "prepared"),),
    (Citation(1, "survey#hours", "survey", "p. 2"), Citation(2, "sleep-study#grades", "sleep-study", "table 1")),
    "composer",
    {"cut": 1, "kept": 7},
)


def address(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def debate(name: str = "d1", opened_at: datetime = NOON) -> DebateState:
    people = (
        Participant("Ann", Role.DEBATER, Side.PROPOSITION),
        Participant("Debatebot", Role.BOT, Side.OPPOSITION),
        Participant("Mo", Role.MODERATOR),
    )
    return DebateState(
        name, "Robert'); DROP TABLE debates;--", format_named("practice"), Status.RUNNING, people, opened_at, turn_began=opened_at
    )


async def append(log: DebateLog, debate_id: str, speech: Speech, heard: tuple[Point, ...] = ()) -> DebateState:
    """Record `speech` as the next turn, and what was heard in the one before."""
    before = await log.load(debate_id)
    after = replace(before, speeches=(*before.speeches, speech), turn_began=speech.delivered_at)
    return await log.save(Change(before, after, speech.delivered_at, heard=heard, heard_turn=speech.turn - 1))


def dump(file: Path) -> list[str]:
    connection = sqlite3.connect(file)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


async def test_a_debate_comes_back_from_a_reopened_file_as_it_went_in(url: str) -> None:
    async with open_database(url) as engine:
        await DebateLog(engine).create(debate(), "Ann")
    async with open_database(url) as engine:
        assert await DebateLog(engine).load("d1") == debate()


async def test_speeches_come_back_with_their_points_and_citations(url: str) -> None:
    struck = replace(FIRST, turn=2, text="Again.", struck=True, delivered_at=NOON + timedelta(minutes=3))
    async with open_database(url) as engine:
        log = DebateLog(engine)
        await log.create(debate(), "Ann")
        await append(log, "d1", FIRST)
        await append(log, "d1", SECOND, HEARD)
        await append(log, "d1", struck)
    async with open_database(url) as engine:
        state = await DebateLog(engine).load("d1")
    assert state.speeches == (replace(FIRST, points=HEARD), SECOND, struck)
    assert state.turn_began == struck.delivered_at


async def test_speeches_of_one_debate_do_not_show_in_another(url: str) -> None:
    async with open_database(url) as engine:
        log = DebateLog(engine)
        for name in ("d1", "d2"):
            await log.create(debate(name), "Ann")
            await append(log, name, replace(FIRST, text=f"Said in {name}."))
        await append(log, "d2", SECOND, HEARD)
        assert [s.text for s in (await log.load("d1")).speeches] == ["Said in d1."]
        assert (await log.load("d1")).speeches[0].points == ()
        assert (await log.load("d2")).speeches[0].points == HEARD


async def test_a_turn_is_recorded_once_and_a_second_try_changes_nothing(url: str) -> None:
    async with open_database(url) as engine:
        log = DebateLog(engine)
        await log.create(debate(), "Ann")
        await append(log, "d1", FIRST)
        await append(log, "d1", SECOND, HEARD)
        before = await all_rows(url)
        other = replace(SECOND, text="Other words.", delivered_at=NOON + timedelta(hours=1))
        with pytest.raises(AlreadyRecordedError, match="in the debate's record already"):
            await append(log, "d1", other, (Point(7, "Late.", PointKind.CLAIM),))
        assert await all_rows(url) == before


async def test_a_speech_whose_points_cannot_be_kept_leaves_nothing_behind(url: str) -> None:
    async with open_database(url) as engine:
        log = DebateLog(engine)
        await log.create(debate(), "Ann")
        await append(log, "d1", FIRST)
        before = await all_rows(url)
        twice = replace(SECOND, citations=(SECOND.citations[0], SECOND.citations[0]))
        with pytest.raises(AlreadyRecordedError):
            await append(log, "d1", twice, HEARD)
        assert await all_rows(url) == before


async def test_of_many_who_record_one_turn_at_once_one_succeeds(url: str) -> None:
    async with open_database(url) as engine:
        log = DebateLog(engine)
        await log.create(debate(), "Ann")
        before = await log.load("d1")
        tries = [log.save(Change(before, replace(before, speeches=(replace(FIRST, text=f"Try {n}."),)), NOON)) for n in range(5)]
        done = await asyncio.gather(*tries, return_exceptions=True)
        assert [type(d) for d in done if not isinstance(d, DebateState)] == [StaleError] * 4
        winner = next(n for n, d in enumerate(done) if isinstance(d, DebateState))
        assert [s.text for s in (await log.load("d1")).speeches] == [f"Try {winner}."]


async def test_a_change_of_status_is_kept_with_who_made_it(url: str) -> None:
    later = NOON + timedelta(minutes=5)
    async with open_database(url) as engine:
        log = DebateLog(engine)
        await log.create(debate(), "Ann")
        before = await log.load("d1")
        change = Change(before, replace(before, status=Status.PAUSED, used=7.5), later, "Mo", "pause", "", "a fire drill")
        state = await log.save(change)
        assert state == await log.load("d1")
        assert (state.status, state.used, state.version) == (Status.PAUSED, 7.5, before.version + 1)
    acts = [(row["actor"], row["action"], row["reason"], row["at"]) for row in (await all_rows(url))["actions"]]
    assert acts == [("Ann", "open", "", NOON.isoformat()), ("Mo", "pause", "a fire drill", later.isoformat())]


async def test_an_unknown_debate_is_refused_by_its_id(url: str) -> None:
    async with open_database(url) as engine:
        with pytest.raises(UnknownDebateError, match="there is no debate nope"):
            await DebateLog(engine).load("nope")


async def test_recent_lists_the_newest_first_with_their_speeches_counted(url: str) -> None:
    async with open_database(url) as engine:
        log = DebateLog(engine)
        assert await log.recent() == []
        for n in range(4):
            await log.create(debate(f"d{n}", NOON + timedelta(days=n)), "Ann")
        await append(log, "d2", FIRST)
        await append(log, "d2", SECOND, HEARD)
        before = await log.load("d3")
        await log.save(Change(before, replace(before, status=Status.CLOSED), NOON, "Mo", "close"))
        assert await log.recent(3) == [
            ("d3", "practice", "closed", 0),
            ("d2", "practice", "running", 2),
            ("d1", "practice", "running", 0),
        ]
        assert len(await log.recent()) == 4


@pytest.mark.parametrize("content", [b"This is no database. " * 400, b"SQLite format 3\0" + b"\xff" * 8000])
async def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "log.db"
    file.write_bytes(content)
    with pytest.raises(StorageError, match="damaged") as refused:
        async with open_database(address(file)):
            pass
    assert str(file) in str(refused.value)
    assert "\n" not in str(refused.value)
    assert file.read_bytes() == content


async def test_a_log_damaged_in_its_pages_is_reported_when_read(tmp_path: Path) -> None:
    file = tmp_path / "log.db"
    async with open_database(address(file)) as engine:
        log = DebateLog(engine)
        await log.create(debate(), "Ann")
        await append(log, "d1", replace(FIRST, text="word " * 4000))
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    file.write_bytes(content)
    with pytest.raises(StorageError, match="damaged"):
        async with open_database(address(file)) as engine:
            await DebateLog(engine).load("d1")


async def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in the folder's place")
    for file in (tmp_path / "data" / "log.db", tmp_path / "data" / "deeper" / "log.db"):
        with pytest.raises(StorageError, match=r"cannot be made .*set DATA_DIR"):
            async with open_database(address(file)):
                pass


async def test_a_folder_in_the_log_s_place_is_reported(tmp_path: Path) -> None:
    (tmp_path / "log.db").mkdir()
    with pytest.raises(StorageError, match="cannot be opened"):
        async with open_database(address(tmp_path / "log.db")):
            pass


async def test_a_log_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "log.db"
    async with open_database(address(file)) as engine:
        await DebateLog(engine).create(debate(), "Ann")
    connection = sqlite3.connect(file)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    before = dump(file)
    with pytest.raises(StorageError, match="newer Debatebot"):
        async with open_database(address(file)):
            pass
    assert dump(file) == before


@pytest.mark.parametrize(
    "url", ["", "no address", "/just/a/path.db", "nosuch://somewhere/log", "sqlite:///sync-driver.db", "sqlite+nosuch:///log.db"]
)
async def test_a_bad_database_url_is_refused_by_its_name(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StorageError, match="DATABASE_URL"):
        async with open_database(url):
            pass


async def test_a_log_in_memory_works_and_has_a_name() -> None:
    async with open_database("sqlite+aiosqlite://") as engine:
        await DebateLog(engine).create(debate(), "Ann")
        assert (await DebateLog(engine).load("d1")).id == "d1"


def test_a_trouble_without_a_plain_word_passes_through() -> None:
    strange = OperationalError("SELECT 1", {}, sqlite3.OperationalError("something new"))
    with pytest.raises(OperationalError, match="something new"), in_plain_words("log.db"):
        raise strange


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("database or disk is full", "the disk is full"),
        ("disk I/O error", "check the disk"),
        ("database is locked", "in use by another process"),
        ("attempt to write a readonly database", "permissions"),
        ("unable to open database file", "cannot be opened"),
        ("database disk image is malformed", "is damaged"),
        ("could not extend file: No space left on device", "the disk is full"),
        ('password authentication failed for user "x"', "user or password"),
        ('database "x" does not exist', "no such database"),
        ('role "x" does not exist', "no such database or user"),
        ("no such table: actions", "lacks one of its tables"),
        ("<class 'asyncpg.exceptions.UndefinedTableError'>: relation \"actions\" does not exist", "lacks one of its tables"),
        ("invalid page in block 0 of relation base/1/2", "is damaged"),
        ("sorry, too many clients already", "too many connections"),
        ("connection was closed in the middle of operation", "shut down meanwhile"),
    ],
)
def test_a_trouble_of_the_disk_is_told_in_plain_words(said: str, told: str) -> None:
    with pytest.raises(StorageError, match=told), in_plain_words("log.db"):
        raise OperationalError("SELECT 1", {}, sqlite3.OperationalError(said))


def test_a_server_that_cannot_be_reached_is_told_in_plain_words() -> None:
    with pytest.raises(StorageError, match="cannot be reached: check DATABASE_URL"), in_plain_words("log"):
        raise ConnectionRefusedError(111, "Connect call failed")


KILLED = """
import asyncio, sys
from dataclasses import replace
from tests.storage.test_debate_log import HEARD, NOON, SECOND
from bot.debate.change import Change
from bot.storage.database import open_database
from bot.storage.debate_log import DebateLog

async def main():
    async with open_database(sys.argv[1]) as engine:
        log = DebateLog(engine)
        state = await log.load("d1")

        async def stop(*_):
            print("open", flush=True)
            await asyncio.sleep(60)

        log._note = stop
        after = replace(state, speeches=(*state.speeches, SECOND))
        await log.save(Change(state, after, NOON, "Ann", "test", heard=HEARD, heard_turn=0))

asyncio.run(main())
"""


async def test_a_process_killed_within_a_transaction_leaves_the_log_whole(tmp_path: Path) -> None:
    file = tmp_path / "log.db"
    async with open_database(address(file)) as engine:
        await DebateLog(engine).create(debate(), "Ann")
        await append(DebateLog(engine), "d1", FIRST)
    before = dump(file)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, address(file), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert child.stdout is not None
        assert await asyncio.wait_for(child.stdout.readline(), 240) == b"open\n"
    finally:
        child.kill()
        await child.communicate()
    assert child.returncode == -9
    assert dump(file) == before
    async with open_database(address(file)) as engine:
        log = DebateLog(engine)
        assert (await log.load("d1")).speeches == (FIRST,)
        await append(log, "d1", SECOND, HEARD)
        assert (await log.load("d1")).speeches == (replace(FIRST, points=HEARD), SECOND)
    connection = sqlite3.connect(file)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        connection.close()


async def test_writers_of_one_process_queue_up_instead_of_giving_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.storage.database.BUSY_MS", 0)  # SQLite refuses a second writer at once
    async with open_database(address(tmp_path / "log.db")) as engine:
        log = DebateLog(engine)
        await asyncio.gather(*(log.create(debate(f"d{n}"), "Ann") for n in range(20)))
        assert len(await log.recent()) == 20


async def test_settling_empties_the_journal_once_nobody_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.storage.database.BUSY_MS", 50)
    file = tmp_path / "log.db"
    journal = tmp_path / "log.db-wal"
    async with open_database(address(file)) as engine:
        log = DebateLog(engine)
        await log.create(debate("d1"), "Mo")
        async with engine.connect() as reader:
            await reader.exec_driver_sql("SELECT count(*) FROM debates")
            await log.create(debate("d2"), "Mo")
            await log.settle()
            assert journal.stat().st_size > 0
        await log.settle()
        assert journal.stat().st_size == 0
        assert (await log.load("d2")).id == "d2"
        await log.create(debate("d3"), "Mo")
        assert {row[0] for row in await log.recent()} == {"d1", "d2", "d3"}
