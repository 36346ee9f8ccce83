"""What is known about a debate that no longer goes on."""

from __future__ import annotations

from collections import Counter, deque
from pathlib import Path

from bot.debate.state import DebateState
from tests.double.people import Town

LAST_LINES = 60
# How the bot logs an error that it does not expect.
UNEXPECTED = "unexpected error "


class Stuck(Exception):  # noqa: N818 - said of a debate
    """A debate has not moved for too long."""


def log_of(file: str) -> Path:
    """Where the bot beside the log `file` writes its lines."""
    return Path(file).with_suffix(".txt")


def known(state: DebateState | None, town: Town) -> str:
    """State and thread."""
    told = ["stuck: no debate could be opened" if state is None else f"stuck: debate {state.id}"]
    if state is not None:
        told += [
            f"status {state.status}, version {state.version}, {state.turns_taken} turns taken, next {state.next_turn}",
            f"thread {state.channel_id}, panel {state.message_id or 'none'}, deadline {state.deadline}",
            "--- what the thread says",
            town.said(int(state.channel_id)),
        ]
    return "\n".join(told)


def last_lines(log: Path) -> list[str]:
    """The newest lines of a log that may be long."""
    if not log.exists():
        return []
    with log.open(encoding="utf-8", errors="replace") as lines:
        return [line.rstrip("\n") for line in deque(lines, maxlen=LAST_LINES)]


def traces(log: Path) -> Counter[str]:
    """Where unexpected errors came from, kinds and frames as the bot logs them (no texts), with how often."""
    found: Counter[str] = Counter()
    if not log.exists():
        return found
    with log.open(encoding="utf-8", errors="replace") as lines:
        trace: list[str] | None = None
        for line in lines:
            if trace is not None and line.startswith(" "):
                trace.append(line.rstrip())
                continue
            if trace:
                found["\n".join(trace)] += 1
            trace = [] if UNEXPECTED in line else None
        if trace:
            found["\n".join(trace)] += 1
    return found


def unexpected(log: Path) -> Counter[str]:
    """How many unexpected errors of each kind the bot has logged."""
    if not log.exists():
        return Counter()
    with log.open(encoding="utf-8", errors="replace") as lines:
        return Counter(line.rstrip().rpartition(": ")[2].split()[0] for line in lines if UNEXPECTED in line)
