"""An exception without its message: messages hold what people wrote, statements with their values, addresses with passwords."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

_HOUSE = Path(__file__).resolve().parents[2]
MOST_LINES = 120


def trace_of(error: BaseException) -> list[str]:
    """The kinds of `error` and of what caused it, the first cause last, each with its frames as `file:line in function`."""
    return list(_lines(error, set()))[:MOST_LINES]


def _lines(error: BaseException, met: set[int]) -> Iterator[str]:
    met.add(id(error))
    yield type(error).__name__
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}"
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for word, other in (*(("holds", e) for e in inner), ("because of", cause)):
        if other is not None and id(other) not in met:
            first, *others = _lines(other, met)
            yield f"{word} {first}"
            yield from others


def _short(file: str) -> str:
    """A file of the bot by its path in the house, a library's from its package on."""
    path = Path(file)
    if path.is_relative_to(_HOUSE) and "site-packages" not in path.parts:
        return path.relative_to(_HOUSE).as_posix()
    return path.as_posix().rpartition("site-packages/")[2]
