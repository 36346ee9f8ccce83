"""Opening the log: engine, pragmas, migrations, and database troubles said in one line."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, event, func, literal_column, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import UserError
from bot.storage.schema import metadata

BUSY_MS = 5000
_TROUBLES = (
    ("not a database", "is not a debate log or is damaged: move it away or restore a copy"),
    ("malformed", "is damaged: move it away or restore a copy"),
    ("disk is full", "cannot grow, the disk is full: make room and try again"),
    ("disk i/o", "cannot be read or written: check the disk and try again"),
    ("locked", "is in use by another process: try again in a moment"),
    ("readonly", "cannot be written: mend its permissions or set DATA_DIR"),
    ("no space left", "cannot grow, the disk is full: make room and try again"),
    ("authentication failed", "refuses the user or password: mend DATABASE_URL"),
    (r'(database|role) ".*" does not exist', "has no such database or user: create it, or mend DATABASE_URL"),
    ("no such table|undefinedtable", "lacks one of its tables: restore a copy, or mend DATABASE_URL"),
    ("invalid page", "is damaged: restore a copy"),
    ("too many clients", "has too many connections: try again in a moment"),
    ("connection was closed", "was shut down meanwhile: try again in a moment"),
    ("unable to open", "cannot be opened: check that the folder exists and can be written, or set DATA_DIR"),
)


# The key of the lock under which a server's database is migrated; any number that nothing else uses.
_MIGRATING = 735_202_101


class StorageError(UserError):
    """The log cannot be used."""


@contextmanager
def in_plain_words(where: str) -> Iterator[None]:
    """Turn database errors inside into `StorageError` with one line; integrity errors pass through."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        said = str(getattr(error, "orig", error)).lower()
        for sign, meaning in _TROUBLES:
            if re.search(sign, said):
                raise StorageError(f"the log {where} {meaning}") from error
        raise
    except OSError as error:
        # The driver of a server's database lets the errors of the network through.
        raise StorageError(f"the log {where} cannot be reached: check DATABASE_URL and that the server runs") from error


class Database:
    """Transactions on the log, with its troubles said in one line. A reader sees one moment; writers queue up."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.where = engine.url.database or "in memory"
        self._sqlite = engine.dialect.name == "sqlite"
        self._reads = engine if self._sqlite else engine.execution_options(isolation_level="REPEATABLE READ")
        self._writes = engine.execution_options(**_WRITING)
        # SQLite lets one writer in and makes the others ask again and again, the unlucky ones until they give up. Within
        # this process they queue up here instead.
        self._turn: AbstractAsyncContextManager[object] = asyncio.Lock() if self._sqlite else nullcontext()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection on which every query sees the same state of the log."""
        with in_plain_words(self.where):
            async with self._reads.connect() as connection:
                yield connection

    async def fault(self) -> str | None:
        """What SQLite's own checks say against the file, on one line, or None; a server's tables are read from end to end."""
        if not self._sqlite:
            return await self._unreadable()
        async with self.reading() as connection:
            said = (await connection.exec_driver_sql("PRAGMA integrity_check(1)")).scalars().all()
            astray = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first()
        if said != ["ok"]:
            return f"the log {self.where} is damaged ({' '.join(str(said[0]).split())[:80]}): restore a copy"
        return f"the log {self.where} has a row of {astray[0]} that belongs to nothing: restore a copy" if astray else None

    async def _unreadable(self) -> str | None:
        """Which table of a server's database cannot be read whole: a damaged page stops the reading."""
        for table in metadata.sorted_tables:
            try:
                async with self.reading() as connection:
                    # Its name alone stands for the whole row, which no index holds.
                    await connection.execute(select(func.count(literal_column(table.name))).select_from(table))
            except (StorageError, DBAPIError) as error:
                said = str(error) if isinstance(error, StorageError) else f"the log {self.where} is damaged: restore a copy"
                return f"{said} (table {table.name})"
        return None

    async def settle(self) -> None:
        """Write SQLite's journal back into the file and empty it; a server looks after its own.

        SQLite does so by itself only in a moment when nobody reads. In a busy bot that may never come, and the journal grows
        without end. Who reads or writes now is waited for; where that takes too long the journal is left for the next time.
        """
        if not self._sqlite:
            return
        with in_plain_words(self.where):
            async with self._turn, self._reads.connect() as connection:
                # Beside SQLAlchemy, which would begin a transaction, and in one nothing can be written back.
                driver: Any = (await connection.get_raw_connection()).driver_connection
                async with driver.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
                    await cursor.fetchall()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A connection whose writes are recorded together at the end, or not at all if anything is raised."""
        with in_plain_words(self.where):
            async with self._turn, self._writes.begin() as connection:
                yield connection


# SQLite must be told at the beginning that a transaction will write: one that turns from reading to writing is refused
# at once, without waiting, if another process has written meanwhile.
_WRITING = {"debatebot_writes": True}


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("debatebot_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where `_begin` says so, not where the driver guesses
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _try_out(file: str) -> None:
    """Open and read the file once, synchronously: a file that cannot be used never reaches the asynchronous driver.

    A connection that fails there leaves a worker thread behind, which may outlive the event loop.
    """
    with closing(sqlite3.connect(file, timeout=BUSY_MS / 1000)) as connection:
        connection.execute("PRAGMA schema_version").fetchone()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _is_current(connection: Connection) -> bool:
    head = ScriptDirectory.from_config(_config()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Of several processes that start at once one migrates and the others wait here, as SQLite makes them by itself.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")
    if _is_current(connection):
        return
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[AsyncEngine]:
    """The log at `url`, migrated to the newest schema; closed at the end. Trouble raises `StorageError`."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StorageError("DATABASE_URL is no SQLAlchemy address: see .env.example") from error
    where = parsed.database or "in memory"
    sqlite = parsed.get_backend_name() == "sqlite"
    if sqlite and parsed.database:
        try:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = (error.strerror or "failed").lower()
            raise StorageError(f"the log {where} cannot be made ({reason}): set DATA_DIR to another folder") from error
    try:
        # What people wrote stands in the parameters: the library puts them into its messages and its log otherwise.
        engine = create_async_engine(parsed, pool_pre_ping=not sqlite, hide_parameters=True)
    except (ArgumentError, InvalidRequestError, ImportError) as error:
        raise StorageError("DATABASE_URL names no driver that is installed and asynchronous: see .env.example") from error
    if sqlite:
        event.listen(engine.sync_engine, "connect", _pragmas)
        event.listen(engine.sync_engine, "begin", _begin)
    try:
        with in_plain_words(where):
            if sqlite and parsed.database:
                await asyncio.to_thread(_try_out, parsed.database)
            async with engine.connect() as connection:
                current = await connection.run_sync(_is_current)
            if not current:
                async with engine.execution_options(**_WRITING).begin() as connection:
                    await connection.run_sync(_migrate)
        yield engine
    except CommandError as error:
        raise StorageError(f"the log {where} was written by a newer Debatebot: update, or set DATA_DIR") from error
    finally:
        await engine.dispose()
