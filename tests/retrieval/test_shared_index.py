"""One index for several processes: one builds it, the others wait and then read it, and reading writes nothing."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from bot.errors import UserError
from bot.retrieval import files
from bot.retrieval.store import load_or_build
from tests.conftest import ROOT, HashingEncoder

# Waits for its start, builds or reads, and says how many texts it encoded itself.
PROCESS = """
import sys, time
from pathlib import Path
from bot.retrieval.store import load_or_build
from tests.conftest import HashingEncoder

class Slow(HashingEncoder):
    def encode(self, texts):
        time.sleep(0.3)
        return super().encode(texts)

encoder = Slow()
texts = [f"text {n}" for n in range(40)]
print("ready", flush=True)
sys.stdin.readline()
dense = load_or_build(Path(sys.argv[1]), "passages", texts, texts, encoder)
print(sum(map(len, encoder.calls)), len(dense.ids), flush=True)
"""


async def test_three_processes_that_start_at_once_build_once(tmp_path: Path) -> None:
    pipe = asyncio.subprocess.PIPE
    workers = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", PROCESS, tmp_path, cwd=ROOT, stdin=pipe, stdout=pipe)
        for _ in range(3)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert await asyncio.wait_for(worker.stdout.readline(), 600) == b"ready\n"
    said = await asyncio.wait_for(asyncio.gather(*(worker.communicate(b"go\n") for worker in workers)), 600)
    assert sorted(out.decode().strip() for out, _ in said) == ["0 40", "0 40", "40 40"]


def test_a_sound_index_is_only_read(tmp_path: Path, hashing: HashingEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    load_or_build(tmp_path, "passages", ["a"], ["text"], hashing)
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}
    monkeypatch.setattr(files, "PATIENCE_SECONDS", 0.0)
    with FileLock(tmp_path / "passages.lock"):  # somebody builds something else meanwhile
        load_or_build(tmp_path, "passages", ["a"], ["text"], hashing)
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*") if file.suffix != ".lock"} == {
        file: at for file, at in before.items() if file.suffix != ".lock"
    }


def test_a_builder_that_does_not_finish_is_named_in_one_line(
    tmp_path: Path, hashing: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PATIENCE_SECONDS", 0.05)
    with FileLock(tmp_path / "passages.lock"), pytest.raises(UserError, match="another process has been building") as said:
        load_or_build(tmp_path, "passages", ["a"], ["text"], hashing)
    assert "\n" not in str(said.value)
    assert hashing.calls == []
