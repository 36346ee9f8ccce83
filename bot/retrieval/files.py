"""Files of the cache: written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from bot.errors import UserError

# How long a process waits for another one that builds what both need; the largest build measured took a few minutes.
PATIENCE_SECONDS = 600.0


@contextmanager
def only_builder(folder: Path) -> Iterator[None]:
    """Be the only process that builds what belongs into `folder`; the others wait here, and then find it built.

    The lock is the operating system's, so one whose holder was killed is free. A folder that cannot be written and a holder
    that does not finish raise `UserError`.
    """
    lock = FileLock(folder.with_name(f"{folder.name}.lock"), timeout=PATIENCE_SECONDS)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise UserError(
            f"another process has been building {folder} for {PATIENCE_SECONDS:.0f} s: end it and try again"
        ) from error
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield
    finally:
        lock.release()


def _unwritable(folder: Path, error: OSError) -> UserError:
    reason = (error.strerror or "write failed").lower()
    return UserError(f"the index cannot be written to {folder} ({reason}): make room or set DATA_DIR")


def write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write `files` (name to content) into `folder`, in order, each moved into place when it is complete.

    A crash leaves the old file or the new one. A folder that cannot be written raises `UserError`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            # The name is unique, so that two processes on their first use do not take each other's file away.
            partial = folder / f"{name}.{uuid4().hex}.partial"
            try:
                partial.write_bytes(content)
                partial.replace(folder / name)
            finally:
                partial.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
