"""A disk that is really full and a log that another process really holds: one clear line, nothing lost, and on it goes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from bot.brief.model import Brief
from bot.service import DebateService
from bot.storage import database
from bot.storage.backup import back_up
from bot.storage.database import StorageError, open_database
from bot.storage.debate_log import DebateLog
from tests.conftest import fresh_database
from tests.service.test_debates import Clock, FakeSpeaker
from tests.storage.test_debate_log import address, debate

LONG = "Grades rise because pupils sleep longer. " * 450


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    made = mount and os.geteuid() == 0 and subprocess.run([mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False)
    if not made or made.returncode:
        pytest.skip("SKIPPED FOR WANT OF A SMALL DISK: only root may mount one")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@contextmanager
def held_by_another_process(file: Path) -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-c", HOLDER, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield
        holder.stdin.close()
        holder.wait(240)


def fill(folder: Path) -> Path:
    """Take every free byte."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as handle:
        for size in (65536, 4096, 512, 1):
            try:
                while True:
                    handle.write(b"\0" * size)
            except OSError:
                continue
    return filler


async def test_a_speech_that_a_full_disk_refuses_is_told_and_nothing_before_it_is_lost(small_disk: Path, tiny: Brief) -> None:
    file = small_disk / "log.db"
    async with open_database(address(file)) as engine:
        service = DebateService(DebateLog(engine), FakeSpeaker(), tiny, Clock())
        state = await service.open("practice", "Ann")
        await service.deliver(state.id, "Ann", "Grades rise.")
        await service.answer(state.id)
        before = await service.state(state.id)
        filler = fill(small_disk)
        for _ in range(2):
            with pytest.raises(StorageError, match="the disk is full: make room") as refused:
                await service.deliver(state.id, "Ann", LONG)
            assert "\n" not in str(refused.value)
        with pytest.raises(StorageError, match="the disk is full"):
            back_up(file, small_disk / "copy.db")
        assert names(small_disk) == ["filler", "log.db", "log.db-shm", "log.db-wal"]
        assert await service.state(state.id) == before
        filler.unlink()
        after = await service.deliver(state.id, "Ann", LONG)
        assert [s.turn for s in after.speeches] == [0, 1, 2]
    async with open_database(address(file)) as engine:
        assert await DebateLog(engine).load(state.id) == after
        assert await DebateLog(engine).fault() is None


HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
connection.close()
"""


async def test_a_log_that_another_process_holds_is_told_and_used_when_it_is_free(
    tmp_path: Path, tiny: Brief, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 200)
    file = tmp_path / "log.db"
    async with open_database(address(file)) as engine:
        service = DebateService(DebateLog(engine), FakeSpeaker(), tiny, Clock())
        state = await service.open("practice", "Ann")
        with held_by_another_process(file):
            with pytest.raises(StorageError, match="in use by another process: try again in a moment"):
                await service.deliver(state.id, "Ann", "Grades rise.")
            assert (await service.state(state.id)).speeches == ()
        after = await service.deliver(state.id, "Ann", "Grades rise.")
        assert [s.text for s in after.speeches] == ["Grades rise."]


def spoil(file: Path) -> None:
    """Overwrite the first half of the first page."""
    file.write_bytes(b"damaged." * 512 + file.read_bytes()[4096:])


@pytest.mark.skipif(
    bool(os.environ.get("TEST_POSTGRESQL_URL")), reason="SKIPPED FOR WANT OF OUR OWN POSTGRESQL: its files are damaged"
)
async def test_a_damaged_table_of_a_server_is_found_and_named(postgresql: str, worker_id: str) -> None:
    url = await fresh_database(postgresql, f"debatebot_sound_{worker_id}")
    async with open_database(url) as engine:
        for n in range(30):
            await DebateLog(engine).create(debate(f"d{n}"), "Ann")
        assert await DebateLog(engine).fault() is None
    copy = await fresh_database(
        postgresql, f"debatebot_damaged_{worker_id}", f"TEMPLATE debatebot_sound_{worker_id} STRATEGY FILE_COPY"
    )
    server = create_async_engine(copy)
    async with server.connect() as connection:
        place = await connection.exec_driver_sql("SELECT current_setting('data_directory'), pg_relation_filepath('actions')")
        file = Path(*place.one())
    await server.dispose()
    # The copy's pages are on the disk alone: nobody has read them.
    spoil(file)
    async with open_database(copy) as engine:
        fault = await DebateLog(engine).fault()
        assert fault is not None
        assert "is damaged: restore a copy (table actions)" in fault
        assert "\n" not in fault
