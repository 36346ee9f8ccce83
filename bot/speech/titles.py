"""Titles and topics of the brief as they stand inside a sentence."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import ClassVar

from bot.brief.model import Brief

_ARTICLES = ("the", "a", "an", "no", "even", "only", "when", "if", "as", "because")
_BORDER, _ARTICLE, _NAME = re.compile(r"\b"), re.compile(r"\b[Tt]he $"), re.compile(r" [A-Z]")


def title_of(brief: Brief, key: str | None) -> str:
    """The title of a block or contention as a clause; empty where there is none."""
    owner = brief.blocks.get(key or "") or brief.contentions.get(key or "")
    return _clause(brief, owner.title) if owner else ""


def topic_of(brief: Brief, key: str | None, avoid: frozenset[str] = frozenset()) -> str:
    """The first topic of a block or contention that is not in `avoid`, with its article where the brief's prose uses one."""
    owner = brief.blocks.get(key or "") or brief.contentions.get(key or "")
    topics = [_with_article(_Prose.of(brief).text, topic) for topic in owner.about] if owner else []
    fresh = [topic for topic in topics if topic not in avoid]
    return (fresh or topics or ["that"])[0]


def vocabulary(brief: Brief) -> frozenset[str]:
    """Every word of the brief's prose, cut to six letters."""
    return _Prose.of(brief).stems


def _clause(brief: Brief, title: str) -> str:
    first, second = (*title.split(), "")[:2]
    first = first.strip("'’s,")
    # Two capitals in a row are a name of two words, unless the first is an article.
    double = second[:1].isupper() and first.lower() not in _ARTICLES
    keep = double or first in _Prose.of(brief).names or first[1:] != first[1:].lower()
    return (title if keep else title[0].lower() + title[1:]).rstrip(".")


# A brief has a few topics for each of its blocks and contentions; a cache that is too small reads the whole prose again.
@lru_cache(maxsize=8192)
def _with_article(prose: str, topic: str) -> str:
    # A pattern that begins with letters is looked for several times as fast as one that begins with a border between words.
    found = re.finditer(rf"{re.escape(topic)}\b(?![’'-])", prose)
    places = [(at.start(), at.end()) for at in found if _BORDER.match(prose, at.start())]
    articled = [at for at, past in places if _ARTICLE.search(prose[max(0, at - 5) : at]) and not _NAME.match(prose, past)]
    return f"the {topic}" if places and len(articled) / len(places) > 0.5 else topic


class _Prose:
    """The brief's prose, read once: its text, and the first words of titles that are names."""

    _known: ClassVar[dict[str, _Prose]] = {}

    def __init__(self, brief: Brief) -> None:
        parts = [p.text for p in brief.passages.values()]
        parts += [answer.text for block in brief.blocks.values() for answer in block.answers]
        parts += [p.text for c in brief.contentions.values() for p in (c.reasons, *c.evidence, c.extension)]
        self.text = "\n".join(parts)
        titles = [*(block.title for block in brief.blocks.values()), *(c.title for c in brief.contentions.values())]
        self.stems = frozenset(w[:6] for w in re.findall(r"[a-z]{4,}", "\n".join((self.text, *titles)).lower()))
        small = set(re.findall(r"\b[a-z][\w-]*", self.text))
        firsts = {title.split()[0].strip("'’s,") for title in titles}
        inside = set(re.findall(r"(?<=[a-z,;] )[A-Z][\w-]*", self.text))
        # A name stands inside a sentence somewhere, or is itself what an argument is about.
        self.names = frozenset(word for word in firsts if word.lower() not in small and (word in inside or word in brief.topics))

    @classmethod
    def of(cls, brief: Brief) -> _Prose:
        """The prose of `brief`; kept for the briefs in use."""
        key = f"{brief.folder}:{brief.fingerprint}"
        if key not in cls._known:
            if len(cls._known) > 8:
                cls._known.clear()
            cls._known[key] = cls(brief)
        return cls._known[key]
