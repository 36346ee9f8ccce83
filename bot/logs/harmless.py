"""Records made harmless where they are made, before any handler sees them.

The bot's own records are written by hand and hold ids and numbers. A library's record may hold anything: discord.py logs whole
messages, database drivers statements with their values, clients of model servers prompts and keys. Of those the constant
words of the library's code are kept, and the numbers; everything else is replaced by its kind and length. This holds on every
level and for handlers that libraries install themselves.
"""

from __future__ import annotations

import ast
import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.logs.trace import trace_of

WITHHELD = "(message withheld)"
_NUMBERS = (int, float, bool, type(None))


class Withheld:
    """Stands in a message for a value: its kind, and its length where it has one."""

    def __init__(self, value: object) -> None:
        size = f" of {len(value)}" if isinstance(value, (str, bytes, list, tuple, dict)) else ""
        self._shown = f"<{type(value).__name__}{size}>"

    def __str__(self) -> str:
        return self._shown

    __repr__ = __str__


class HarmlessRecord(logging.LogRecord):
    """A record whose message, arguments and exception hold no words of people and no secrets."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.trace: list[str] = []
        if self.exc_info and self.exc_info[1] is not None:
            self.trace = trace_of(self.exc_info[1])
        self.exc_info = self.exc_text = self.stack_info = None
        if self.ours:
            self.args = _each(self.args, lambda a: type(a).__name__ if isinstance(a, BaseException) else a)
            return
        if not isinstance(self.msg, str) or self.msg not in _constants(self.pathname):
            self.msg, self.args = WITHHELD, None
        else:
            self.args = _each(self.args, lambda a: a if isinstance(a, _NUMBERS) else Withheld(a))

    @property
    def ours(self) -> bool:
        """Whether the bot itself made this record."""
        return self.name == "bot" or self.name.startswith("bot.")

    def getMessage(self) -> str:  # noqa: N802 - the library's name
        """The message; one that does not fit its arguments without them."""
        try:
            return super().getMessage()
        except (TypeError, ValueError, KeyError):
            return str(self.msg)


def _each(args: Any, change: Any) -> Any:
    if isinstance(args, dict):
        return {key: change(value) for key, value in args.items()}
    return tuple(change(value) for value in args or ())


@lru_cache(maxsize=512)
def _constants(file: str) -> frozenset[str]:
    """The constant strings of a source file; none where it cannot be read. A message made of values is not among them."""
    try:
        tree = ast.parse(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return frozenset()
    return frozenset(node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
