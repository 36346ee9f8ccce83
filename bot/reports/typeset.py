"""Text in pictures: which fonts, how wide, where lines break. Holds no figure and changes no setting of matplotlib."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from matplotlib import font_manager
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

from bot.reports.plain import plain

POINTS_PER_INCH = 72.0
# matplotlib ships the first; the others are taken where the machine has them, for scripts that it lacks.
_FAMILIES = (
    *("DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "WenQuanYi Zen Hei", "Noto Sans Devanagari", "Noto Sans Thai"),
    *("Noto Sans Arabic", "Noto Sans Hebrew", "Noto Emoji"),
)
# Stands for a character that no font here can draw; the page and the alternative text keep the character.
MISSING = "\u25a1"
_SPACE = re.compile(r"\s")


@cache
def families() -> tuple[str, ...]:
    """The font families that are installed, in the order in which they are tried."""
    there = {entry.name for entry in font_manager.fontManager.ttflist}
    return tuple(name for name in _FAMILIES if name in there)


@cache
def _drawable() -> frozenset[int]:
    """Characters that a family has in both weights; the faces of one family do not always have the same."""
    known: set[int] = set()
    for name in families():
        faces = [font_manager.findfont(FontProperties(family=[name], weight=weight)) for weight in ("normal", "bold")]
        known |= set.intersection(*(set(font_manager.get_font(face).get_charmap()) for face in faces))
    return frozenset(known)


@cache
def font(size: float, *, bold: bool = False, italic: bool = False) -> Any:
    """The font for text of `size` points."""
    return FontProperties(
        family=list(families()), size=size, weight="bold" if bold else "normal", style="italic" if italic else "normal"
    )


def drawable(text: str) -> str:
    """`text` with `MISSING` for every character that would come out as an error or an empty box."""
    known = _drawable()
    return "".join(c if _SPACE.match(c) or ord(c) in known else MISSING for c in plain(text))


@lru_cache(maxsize=20_000)
def width(text: str, size: float, bold: bool = False) -> float:
    """The width of one line of `text` in points."""
    # Measured at the resolution of one pixel a point tenth, so that the result does not depend on the picture's.
    renderer = RendererAgg(1, 1, POINTS_PER_INCH * 10)
    return float(renderer.get_text_width_height_descent(text, font(size, bold=bold), False)[0]) / 10


def wrapped(text: str, size: float, room: float, *, lines: int, bold: bool = False) -> list[str]:
    """`text` in at most `lines` lines of at most `room` points. Long words are broken; a cut text ends in an ellipsis."""
    space = width("n n", size, bold) - width("nn", size, bold)
    done: list[str] = []
    line, used = "", 0.0
    words = drawable(text).split()
    while words:
        word = words.pop(0)
        wide = width(word, size, bold)
        if wide > room and (not line or len(word) > 24):
            fits = _fitting(word, size, room - (used + space if line else 0.0), bold)
            if fits:
                words.insert(0, word[fits:])
                word, wide = word[:fits], width(word[:fits], size, bold)
        if line and used + space + wide > room:
            done.append(line)
            line, used = "", 0.0
            words.insert(0, word)
        else:
            used += wide + (space if line else 0.0)
            line = f"{line} {word}" if line else word
        if len(done) == lines:
            break
    if line and len(done) < lines:
        done.append(line)
        line = ""
    if line or words:
        done[-1] = _ended(done[-1], size, room, bold)
    return done


def _fitting(word: str, size: float, room: float, bold: bool) -> int:
    """How many characters of `word` fit; at least one in an empty line of any width."""
    low, high = 0, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(word[:middle], size, bold) <= room else (low, middle - 1)
    return low


def _ended(line: str, size: float, room: float, bold: bool) -> str:
    kept = line[: _fitting(line, size, room - width(" …", size, bold), bold)].rstrip(" ….,;:")
    return f"{kept} …"
