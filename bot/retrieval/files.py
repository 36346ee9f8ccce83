"""Files of the cache: written whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from bot.errors import UserError


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
        reason = (error.strerror or "write failed").lower()
        raise UserError(f"the index cannot be written to {folder} ({reason}): make room or set DATA_DIR") from error
