"""How a record becomes a line: plain text for a terminal, or one JSON object a line for whatever collects logs."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from bot.logs.harmless import HarmlessRecord

_STANDARD = frozenset(vars(HarmlessRecord("", 0, "", 0, "", None, None))) | {"message", "asctime", "taskName", "frames"}


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """What the bot said in `extra`; a library's is left out."""
    if not getattr(record, "ours", False):
        return {}
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


def _trace(record: logging.LogRecord) -> list[str]:
    """Where something failed: what the bot said in `extra` as `frames`, else what the record caught."""
    return list(getattr(record, "frames", ()) or getattr(record, "trace", ()))


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _message(record: logging.LogRecord) -> str:
    return " ".join(record.getMessage().split())


class TextLines(logging.Formatter):
    """Time, level, logger, message, `name=value`; the trace of an exception on indented lines below."""

    def format(self, record: logging.LogRecord) -> str:
        """The lines of `record`."""
        more = "".join(f" {name}={value}" for name, value in fields_of(record).items())
        head = f"{_moment(record)} {record.levelname} {record.name} {_message(record)}{more}"
        return "\n    ".join((head, *_trace(record)))


class JsonLines(logging.Formatter):
    """One object a line: time, level, logger, message, the fields in `extra`, and `trace` where something failed."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of `record`."""
        line = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            **fields_of(record),
        }
        trace = _trace(record)
        return json.dumps(line | ({"trace": trace} if trace else {}), ensure_ascii=False, default=str)
