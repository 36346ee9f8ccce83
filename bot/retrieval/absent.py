"""Importing a library without what it would only use if it were there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def absent(module: str) -> Iterator[None]:
    """Meanwhile `module` cannot be imported, as if it were not installed; afterwards it can. One already imported stays.

    See https://docs.python.org/3/reference/import.html#the-module-cache. It holds for all threads: only for imports at start.
    """
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]
