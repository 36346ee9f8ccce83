"""Freed memory is given back where the C library can, and nothing happens elsewhere."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import pytest

from bot.memory import give_back


def resident() -> int:
    """Kilobytes that this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="SKIPPED FOR WANT OF LINUX: memory is read from /proc")
def test_what_lies_freed_between_what_is_held_is_given_back() -> None:
    # 60 MB in pieces under the size from which glibc asks the system for each, every hundredth of them kept.
    pieces = [bytearray(60_000) for _ in range(1000)]
    kept = pieces[::100]
    pieces.clear()
    held = resident()
    if not give_back():
        pytest.skip("SKIPPED FOR WANT OF GLIBC: this C library gives memory back in its own way")
    assert len(kept) == 10
    assert resident() < held


def test_a_c_library_without_it_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    assert give_back() is False
