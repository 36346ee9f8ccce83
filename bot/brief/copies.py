"""Copies: an operator's own text of a source that the brief holds in paraphrase.

The brief's corrections are written against the paraphrase. A copy says the same things in the source's words, errors
included, so each of its passages takes over the corrections of whatever it may be the text of. Too many are harmless; one
too few would let an error be repeated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.brief.model import Brief, Passage, Source, Wording

_PARAGRAPHS = re.compile(r"¶(\d+)(?:–(\d+))?")
# The number of a copy's passages, by shared words, that a corrected paraphrase is taken to be about.
_NEAREST = 2


def _span(locator: str) -> range:
    """The paragraphs that a locator names; empty for pages, articles and corrections."""
    match = _PARAGRAPHS.fullmatch(locator)
    return range(int(match[1]), int(match[2] or match[1]) + 1) if match else range(0)


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:6] for word in re.findall(r"\w{4,}|\d+", text.lower()))


def _about(original: Passage, copies: Sequence[Passage]) -> list[Passage]:
    """The passages of a copy that may hold what `original` paraphrases."""
    place = _span(original.locator)
    if not place or not all(_span(copy.locator) for copy in copies):
        return list(copies)  # pages of a copy are not pages of the original: anything may be anywhere
    stems = _stems(original.text)
    nearest = sorted(copies, key=lambda copy: (-len(stems & _stems(copy.text)), copy.id))[:_NEAREST]
    return [copy for copy in copies if set(place) & set(_span(copy.locator)) or copy in nearest]


def with_corrections(sources: Mapping[str, Source], passages: Mapping[str, Passage]) -> dict[str, Passage]:
    """The passages, those of copies with the corrections that their originals carry."""
    inherited: dict[str, list[str]] = {}
    for source in sources.values():
        copies = [p for p in passages.values() if source.copy_of and p.source == source.key]
        for original in passages.values():
            if copies and original.source == source.copy_of and original.corrected_by:
                for copy in _about(original, copies):
                    inherited.setdefault(copy.id, []).extend(original.corrected_by)
    return {
        key: replace(p, corrected_by=tuple(dict.fromkeys((*p.corrected_by, *inherited[key])))) if key in inherited else p
        for key, p in passages.items()
    }


def copies_of(brief: Brief, key: str) -> tuple[Passage, ...]:
    """The verbatim passages of every copy of the source `key`, in file order."""
    keys = {s.key for s in brief.sources.values() if s.copy_of == key and s.wording is Wording.VERBATIM}
    return tuple(p for p in brief.passages.values() if p.source in keys)
