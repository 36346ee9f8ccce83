"""Numbered places: a query that names "Article 5" comes before its neighbours in the same source."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NAMED = re.compile(r"\b(?:articles?|arts?\.?)\s*(\d{1,3}|[ivx]{1,5})\b", re.IGNORECASE)
_ROMAN = {"i": 1, "v": 5, "x": 10}


def numbered(text: str) -> tuple[int, ...]:
    """The articles that `text` names, "Art. IV" and "article 4" alike; of "Articles 3 and 4" the first."""
    return tuple(_value(m.group(1).lower()) for m in _NAMED.finditer(text))


def _value(number: str) -> int:
    if number.isdigit():
        return int(number)
    each = [_ROMAN[letter] for letter in number]
    return sum(-one if one < after else one for one, after in zip(each, (*each[1:], 0), strict=True))


def by_place(query: str, found: Sequence[tuple[str, str]]) -> list[int]:
    """The order of `found`, source and locator of each hit, best first, by the one article that `query` names.

    Sources keep their ranks: within each the passages whose locator is that article go first, then those whose locator begins
    with it, and the others follow. A query that names no article, or several, changes nothing.
    """
    named = set(numbered(query))
    places = list(range(len(found)))
    if len(named) != 1:
        return places
    ordered = {
        source: sorted((at for at in places if found[at][0] == source), key=lambda at: _rank(found[at][1], named))
        for source, _ in found
    }
    return [ordered[found[at][0]].pop(0) for at in places]


def _rank(locator: str, named: set[int]) -> int:
    if not named & set(numbered(locator)):
        return 2
    return 0 if _NAMED.fullmatch(locator.strip()) else 1
