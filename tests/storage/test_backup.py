"""Copies of the log: of one moment, checked, compared, and put back without losing what was there."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage.backup import back_up, checksum_file, log_file, restore
from bot.storage.database import StorageError, open_database
from bot.storage.debate_log import DebateLog
from tests.conftest import Run
from tests.storage.test_debate_log import FIRST, address, append, debate, dump

NOW = datetime(2025, 3, 2, 8, 30, tzinfo=UTC)


async def filled(file: Path, *names: str) -> None:
    async with open_database(address(file)) as engine:
        for name in names:
            await DebateLog(engine).create(debate(name), "Ann")


def half_copies(folder: Path) -> list[Path]:
    return list(folder.rglob("*.part*"))


async def names_in(file: Path) -> set[str]:
    async with open_database(address(file)) as engine:
        return {row[0] for row in await DebateLog(engine).recent()}


async def test_a_copy_made_while_debates_are_written_is_of_one_moment(tmp_path: Path) -> None:
    file, copy = tmp_path / "log.db", tmp_path / "kept" / "copy.db"
    async with open_database(address(file)) as engine:
        log = DebateLog(engine)

        async def write() -> None:
            for n in range(30):
                await log.create(debate(f"d{n}"), "Ann")
                await append(log, f"d{n}", replace(FIRST, text=f"Speech {n}."))

        digest, _ = await asyncio.gather(asyncio.to_thread(back_up, file, copy), write())
        assert len(await log.recent(100)) == 30
    assert checksum_file(copy).read_text().split() == [digest, "copy.db"]
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert sorted(p.name for p in copy.parent.iterdir()) == ["copy.db", "copy.db.sha256"]


async def test_a_restored_copy_brings_back_its_debates_and_keeps_the_log_before(tmp_path: Path) -> None:
    file, copy = tmp_path / "log.db", tmp_path / "copy.db"
    await filled(file, "d1", "d2")
    back_up(file, copy)
    before = dump(file)
    await filled(file, "d3")
    kept, compared = restore(copy, file, NOW)
    assert compared
    assert kept == tmp_path / "log.db.before-20250302T083000Z"
    assert dump(file) == before
    assert await names_in(kept) == {"d1", "d2", "d3"}
    assert await names_in(file) == {"d1", "d2"}


async def test_a_copy_is_restored_under_a_log_that_is_in_use(tmp_path: Path) -> None:
    file, copy = tmp_path / "log.db", tmp_path / "copy.db"
    await filled(file, "d1")
    back_up(file, copy)
    async with open_database(address(file)) as engine:
        log = DebateLog(engine)
        await log.create(debate("d2"), "Ann")
        await asyncio.to_thread(restore, copy, file, NOW)
        assert [row[0] for row in await log.recent()] == ["d1"]
        await log.create(debate("d4"), "Ann")
    assert await names_in(file) == {"d1", "d4"}


async def test_a_copy_takes_the_place_of_a_damaged_or_missing_log(tmp_path: Path) -> None:
    file, copy = tmp_path / "log.db", tmp_path / "copy.db"
    await filled(file, "d1")
    back_up(file, copy)
    checksum_file(copy).unlink()
    file.write_bytes(b"no database at all " * 100)
    kept, compared = restore(copy, file, NOW)
    assert not compared
    assert kept is not None
    assert kept.read_bytes().startswith(b"no database")
    assert await names_in(file) == {"d1"}
    elsewhere = tmp_path / "new" / "log.db"
    assert restore(copy, elsewhere, NOW) == (None, False)
    assert await names_in(elsewhere) == {"d1"}


async def test_a_copy_that_is_not_what_was_saved_is_refused_and_the_log_left_alone(tmp_path: Path) -> None:
    file, copy = tmp_path / "log.db", tmp_path / "copy.db"
    await filled(file, "d1")
    back_up(file, copy)
    before = dump(file)
    raw = bytearray(copy.read_bytes())
    raw[-1] ^= 1
    copy.write_bytes(raw)
    with pytest.raises(StorageError, match="checksum differs"):
        restore(copy, file, NOW)
    checksum_file(copy).unlink()
    copy.write_bytes(bytes(raw[:8192]))
    with pytest.raises(StorageError, match="not a sound debate log"):
        restore(copy, file, NOW)
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE letters (a)")
        connection.commit()
    with pytest.raises(StorageError, match="it is no debate log"):
        restore(tmp_path / "other.db", file, NOW)
    with pytest.raises(StorageError, match="there is no copy"):
        restore(tmp_path / "missing.db", file, NOW)
    assert dump(file) == before


async def test_a_copy_never_overwrites_and_never_stays_half(tmp_path: Path) -> None:
    file = tmp_path / "log.db"
    with pytest.raises(StorageError, match="there is no log"):
        back_up(file, tmp_path / "copy.db")
    await filled(file, "d1")
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(StorageError, match="exists already"):
        back_up(file, tmp_path / "copy.db")
    (tmp_path / "flat").write_text("a file in a folder's place")
    with pytest.raises(StorageError, match="cannot be written"):
        back_up(file, tmp_path / "flat" / "copy.db")
    with pytest.raises(StorageError, match="cannot be written"):
        restore(file, tmp_path / "flat" / "log.db", NOW)
    assert (tmp_path / "copy.db").read_text() == "mine"
    assert half_copies(tmp_path) == []


@pytest.mark.parametrize(
    ("url", "why"),
    [("no address", "DATABASE_URL"), ("postgresql+asyncpg://h/d", "pg_dump"), ("sqlite+aiosqlite://", "only a SQLite log")],
)
def test_another_database_has_its_own_tools(url: str, why: str) -> None:
    with pytest.raises(StorageError, match=why):
        log_file(url)


async def test_damage_that_opens_cleanly_is_found_by_the_check(tmp_path: Path) -> None:
    file = tmp_path / "log.db"
    async with open_database(address(file)) as engine:
        log = DebateLog(engine)
        await log.create(debate(), "Ann")
        assert await log.fault() is None
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO rounds (debate_id, number, began_at) VALUES ('gone', 0, '')")
        connection.commit()
    async with open_database(address(file)) as engine:
        assert "a row of rounds that belongs to nothing" in str(await DebateLog(engine).fault())


def test_the_commands_copy_and_put_back_and_say_what_they_did(debatebot: Run, tmp_path: Path) -> None:
    assert debatebot("practice", stdin=b"Grades rise because pupils sleep longer.\n").returncode == 0
    copy = tmp_path / "copy.db"
    made = debatebot("backup", str(copy))
    assert made.returncode == 0, made.stderr
    assert b"SHA-256" in made.stdout
    back = debatebot("restore", str(copy))
    assert back.returncode == 0, back.stderr
    assert b"holds 1 debates" in back.stdout
    assert b"compared with its checksum" in back.stdout
    again = debatebot("backup", str(copy))
    assert (again.returncode, again.stdout) == (1, b"")
    assert again.stderr.startswith(b"error: ")
