"""Remembering that a brief is sound, so that an unchanged one is not checked against itself at every start."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from bot.brief.model import Brief

# The code that checks: a brief that an older or newer one found sound is checked again.
CODE = Path(__file__).parent


class SoundBrief:
    """The note in `file` that says which brief was last found sound, by the hash of all that the checks look at.

    A missing, stale or damaged note only means that the brief is checked again.
    """

    def __init__(self, file: Path, brief: Brief) -> None:
        self._file = file
        # Of the very value that would be checked: between two readings a file could change. The questions have no faults
        # but those that reading them finds.
        digest = sha256(repr(replace(brief, questions=())).encode())
        for code in sorted(CODE.glob("*.py")):
            digest.update(code.read_bytes())
        self._digest = digest.hexdigest().encode()

    def known(self) -> bool:
        """Whether this very brief was found sound before, by the same checks."""
        try:
            return self._file.read_bytes() == self._digest
        except OSError:
            return False

    def note(self) -> None:
        """Write down that this brief is sound. Where that cannot be written the next start takes longer, and that is all."""
        partial = self._file.with_name(f"{self._file.name}.{uuid4().hex}.partial")
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            try:
                partial.write_bytes(self._digest)
                partial.replace(self._file)
            finally:
                partial.unlink(missing_ok=True)
