"""The PostgreSQL of the tests leaves nothing behind, however the tests end."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.conftest import ROOT
from tests.postgresql import program_folders

HOLDER = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from tests.postgresql import running_server
with running_server() as address:
    print(address, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that also another user may enter."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


def reachable(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("killed", [False, True], ids=["ended", "killed"])
def test_a_server_ends_with_the_tests_also_when_they_are_killed(killed: bool, place: Path) -> None:
    if not program_folders():
        pytest.skip("SKIPPED FOR WANT OF A POSTGRESQL")
    command = [sys.executable, "-c", HOLDER, str(place)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        port = make_url(holder.stdout.readline().decode().strip()).port
        assert port is not None
        assert reachable(port)
        assert list(place.glob("debatebot-pg-*"))
        if killed:
            holder.kill()
        else:
            holder.stdin.write(b"\n")
            holder.stdin.flush()
        holder.wait(240)
    ends = time.monotonic() + 240
    while time.monotonic() < ends and (reachable(port) or list(place.iterdir())):
        time.sleep(0.05)
    assert not reachable(port)
    assert list(place.iterdir()) == []
