"""Copies of the log that can be trusted: made while the bot runs, checked, and put back."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.storage.database import BUSY_MS, StorageError, in_plain_words

_BESIDE = ("-wal", "-shm")


def log_file(url: str) -> Path:
    """The file of a SQLite log; another database raises `StorageError` with the tool to use instead."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StorageError("DATABASE_URL is no SQLAlchemy address: see .env.example") from error
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise StorageError("only a SQLite log is copied by this command: for PostgreSQL use pg_dump and pg_restore")
    return Path(parsed.database)


def checksum_file(file: Path) -> Path:
    """Where the checksum of a copy lies, in the form that sha256sum reads."""
    return file.with_name(file.name + ".sha256")


def back_up(source: Path, target: Path) -> str:
    """Copy the log at `source` as of one moment to `target`, check the copy and lay its checksum beside it.

    Writers go on meanwhile. The SHA-256 is returned. An existing `target` is left alone; trouble leaves no half copy.
    """
    if not source.is_file():
        raise StorageError(f"there is no log at {source}: nothing to copy")
    if target.exists():
        raise StorageError(f"{target} exists already: choose another name")
    half = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        half.unlink(missing_ok=True)
        with in_plain_words(f"{source} or its copy {target}"):
            _copy(source, half)
        _sound(half)
        digest = _digest(half)
        _write_durably(checksum_file(target), f"{digest}  {target.name}\n")
        half.replace(target)
    except OSError as error:
        raise StorageError(
            f"{target} cannot be written ({(error.strerror or 'failed').lower()}): choose another place"
        ) from error
    finally:
        for file in (half, *(half.with_name(half.name + end) for end in _BESIDE)):
            with suppress(OSError):  # what cannot be removed was not made
                file.unlink()
    return digest


def restore(source: Path, target: Path, now: datetime) -> tuple[Path | None, bool]:
    """Put the copy at `source` in the place of the log at `target`.

    The copy is compared with its checksum and checked first. The log that was there is kept beside it: its path is returned
    (None if there was none), and whether a checksum was there to compare with.
    """
    if not source.is_file():
        raise StorageError(f"there is no copy at {source}: name the file that `debatebot backup` wrote")
    compared = _compare(source)
    _sound(source)
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    kept: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            kept = target.with_name(f"{target.name}.before-{stamp}")
            if _fault(target) is None:
                back_up(target, kept)
            else:
                _set_aside(target, kept)
        with in_plain_words(str(target)):
            _copy(source, target)
        _sound(target)
    except OSError as error:
        raise _unwritable(target, error) from error
    return kept, compared


def _unwritable(file: Path, error: OSError) -> StorageError:
    return StorageError(f"{file} cannot be written ({(error.strerror or 'failed').lower()}): choose another place")


def _copy(source: Path, target: Path) -> None:
    """SQLite's own copy of one moment: it takes the source's lock and the target's as any reader and writer would."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_MS / 1000)) as old,
        closing(sqlite3.connect(target, timeout=BUSY_MS / 1000)) as new,
    ):
        old.backup(new, pages=-1)


def _fault(file: Path) -> str | None:
    """What is wrong with a log's file, or None."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_MS / 1000)) as connection:
            said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(1)")]
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error as error:
        return str(error)
    if said != ["ok"]:
        return said[0]
    return None if {"alembic_version", "debates"} <= tables else "it is no debate log"


def _sound(file: Path) -> None:
    fault = _fault(file)
    if fault is not None:
        raise StorageError(f"{file} is not a sound debate log ({' '.join(fault.split())[:80]}): use another copy")


def _compare(source: Path) -> bool:
    beside = checksum_file(source)
    if not beside.is_file():
        return False
    if beside.read_text(encoding="ascii", errors="replace").split()[:1] != [_digest(source)]:
        raise StorageError(f"{source} is not what was saved: its checksum differs from {beside}; use another copy")
    return True


def _set_aside(file: Path, kept: Path) -> None:
    file.replace(kept)
    for end in _BESIDE:
        beside = file.with_name(file.name + end)
        if beside.exists():
            beside.replace(kept.with_name(kept.name + end))


def _digest(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _write_durably(file: Path, text: str) -> None:
    with file.open("w", encoding="ascii") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
