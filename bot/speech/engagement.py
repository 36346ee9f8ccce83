"""Engagement: which of the bot's arguments an opponent's point replies to. In doubt it replies.

To say that something was not answered when it was is worse than to miss a drop, so every sign counts: meaning, a topic
named, words shared with what the bot said, and talk about the bot's case in general.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from bot.brief.model import Brief
from bot.brief.sentences import split_sentences
from bot.debate.record import EVERYTHING
from bot.debate.words import PointKind
from bot.speech import voice
from bot.speech.flow import Flow
from bot.speech.matching import Match

# Cosine between an opponent's sentence and what the bot said, from which on the one may be a reply to the other.
NEAR_AT = 0.45
# A topic named in more than this share of all the ways arguments are heard names the subject, not one argument on it.
COMMON = 0.06
SHARED_STEMS = 3
_COMMON_STEMS = frozenset(
    w[:6]
    for w in (
        *(
            "that",
            "this",
            "with",
            "from",
            "have",
            "they",
            "will",
            "would",
            "their",
            "them",
            "there",
            "what",
            "which",
            "when",
            "than",
        ),
        *("then", "were", "been", "does", "more", "most", "other", "another", "about", "because", "into", "only", "over", "such"),
        *(
            "some",
            "each",
            "every",
            "also",
            "even",
            "many",
            "much",
            "must",
            "could",
            "should",
            "still",
            "very",
            "your",
            "just",
            "like",
        ),
        *("alliance", "alliances", "treaty", "states", "country", "countries", "government", "governments", "against", "between"),
        *(
            "after",
            "before",
            "never",
            "make",
            "made",
            "nobody",
            "anybody",
            "without",
            "under",
            "where",
            "while",
            "these",
            "those",
        ),
    )
)


def _stems(text: str) -> frozenset[str]:
    return frozenset(w[:6] for w in re.findall(r"[a-z]{4,}", text.lower())) - _COMMON_STEMS


@cache
def _name_of(topic: str) -> re.Pattern[str]:
    words = re.findall(r"[\w-]+", topic.lower())
    stem = r"\s+".join(re.escape(w if len(w) < 7 else w[:6]) + (r"\w*" if len(w) >= 5 else r"\b") for w in words)
    return re.compile(rf"\b{stem}")


def _named(topic: str, text: str) -> bool:
    return _name_of(topic).search(text.lower()) is not None


@lru_cache(maxsize=8)
def _common_topics(lines: tuple[str, ...], topics: tuple[str, ...]) -> frozenset[str]:
    return frozenset(t for t in topics if sum(_named(t, line) for line in lines) > COMMON * len(lines))


def telling_topics(brief: Brief) -> dict[str, tuple[str, ...]]:
    """For each contention, the topics whose mention may be a reply to it; those that everybody names are left out."""
    lines = tuple(way for block in brief.blocks.values() for way in block.heard)
    topics = tuple(dict.fromkeys(t for c in brief.contentions.values() for t in c.about))
    common = _common_topics(lines, topics)
    return {c.key: tuple(t for t in c.about if t not in common) for c in brief.contentions.values()}


def asks_after_our_case(brief: Brief, match: Match) -> bool:
    """Whether a point is a question after the bot's case as such ("What is left of your case?"), which no passage answers."""
    if match.kind is not PointKind.QUESTION or match.met_by is not None or match.corrections or not voice.blanket(match.text):
        return False
    return not any(_named(topic, match.text) for topic in brief.topics)


def _spoken(flow: Flow, key: str) -> str:
    return " ".join(row.text for row in flow.sheet.rows if row.owner == key and row.kind is not PointKind.QUESTION)


def spoken_sentences(flow: Flow) -> dict[str, tuple[str, ...]]:
    """For each argument of the bot's that a reply is owed to, the sentences that it said under it."""
    keys = sorted({str(row.owner) for row in flow.sheet.rows if row.owner in flow.passed or row.owner in flow.replied})
    return {key: tuple(split_sentences(_spoken(flow, key))) for key in keys}


def replies_of(brief: Brief, flow: Flow, match: Match, near: Mapping[str, float]) -> tuple[str, ...]:
    """Keys of the bot's arguments to which the point `match` replies, sorted; `EVERYTHING` alone where it may be any.

    `near` gives for a key the greatest cosine between the point and what the bot said under that key.
    """
    if match.kind in (PointKind.ABUSE, PointKind.INSTRUCTION, PointKind.PROCEDURE):
        return ()
    topics = telling_topics(brief)
    ours = [key for key in {row.owner for row in flow.sheet.rows} if key in flow.passed or key in flow.replied]
    stems = _stems(match.text)
    found = {
        str(key)
        for key in ours
        if key in match.engaged
        or key == match.met_by
        or near.get(str(key), 0.0) >= NEAR_AT
        or any(_named(topic, match.text) for topic in topics.get(str(key), ()))
        or len(stems & _stems(_spoken(flow, str(key)))) >= SHARED_STEMS
    }
    if voice.blanket(match.text) or (match.kind is PointKind.CHALLENGE and not found):
        return (EVERYTHING,)
    return tuple(sorted(found))
