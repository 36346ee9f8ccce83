"""Reading dates and authors from the lines in which documents name them."""

from __future__ import annotations

import re

from bot.brief.fields import is_date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)"
_WRITTEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (rf"\b{_DAY}\s+{_MONTH},?\s+{_YEAR}\b", rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}\b", rf"\b{_MONTH}\s+{_YEAR}\b")
)
_ISO = re.compile(r"\b\d{4}-\d{2}(?:-\d{2})?")
# A byline names people; a longer line is prose.
_BYLINE_WORDS = 16
_BYLINE = re.compile(r"^(?:written )?by:?\s+(?P<names>\S.{2,120})$", re.IGNORECASE)


def date_in(line: str) -> str:
    """The first date in `line` as YYYY-MM-DD or YYYY-MM, a lone year as YYYY, or an empty text."""
    iso = _ISO.search(line)
    if iso and is_date(iso.group()):
        return iso.group()
    for pattern in _WRITTEN:
        match = pattern.search(line)
        if match:
            parts = match.groupdict()
            month = _MONTHS.index(parts["month"].lower()[:3]) + 1
            date = f"{parts['year']}-{month:02}" + (f"-{int(parts['day']):02}" if parts.get("day") else "")
            return date if is_date(date) else ""
    alone = re.fullmatch(rf"\W*{_YEAR}\W*", line)
    return alone["year"] if alone else ""


def authors_in(line: str) -> tuple[str, ...]:
    """The names in a byline such as "by A. Writer and B. Author"; anything else gives none."""
    match = _BYLINE.match(line)
    return names_in(match["names"]) if match and len(match["names"].split()) <= _BYLINE_WORDS else ()


def names_in(text: str) -> tuple[str, ...]:
    """Names parted by commas, semicolons, `and` or `&`."""
    return tuple(name.strip() for name in re.split(r"\s*[;,]\s*|\s+(?:and|&)\s+", text) if name.strip())
