"""Logging as the operator chose it, for as long as a command runs."""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TextIO

from bot.logs.harmless import HarmlessRecord
from bot.logs.lines import JsonLines, TextLines

Format = Literal["text", "json"]
Level = Literal["debug", "info", "warning", "error"]
log = logging.getLogger(__name__)


@contextmanager
def logging_as(form: Format, level: Level, stream: TextIO | None = None) -> Iterator[None]:
    """Inside, records of this level and above go to `stream` (default: standard error) as lines of `form`.

    Warnings of libraries, and exceptions that nobody caught in a thread or while an object was deleted, are logged too
    instead of printed with their messages.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    before = (root.level, logging.getLogRecordFactory(), warnings.showwarning, threading.excepthook, sys.unraisablehook)
    root.addHandler(handler)
    root.setLevel(level.upper())
    logging.setLogRecordFactory(HarmlessRecord)
    warnings.showwarning = _warned
    threading.excepthook = _thread_ended
    sys.unraisablehook = _unraisable
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before[0])
        logging.setLogRecordFactory(before[1])
        warnings.showwarning, threading.excepthook, sys.unraisablehook = before[2:]


def _warned(message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: Any, **__: Any) -> None:
    del message  # it may hold anything
    log.warning("a library warned: %s at %s:%d", category.__name__, Path(filename).name, lineno)


def _thread_ended(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None and not isinstance(ended.exc_value, SystemExit):
        log.error("a thread ended with an error", exc_info=ended.exc_value)


def _unraisable(raised: sys.UnraisableHookArgs) -> None:
    if raised.exc_value is not None:
        log.error("an error could not be raised", exc_info=raised.exc_value)
