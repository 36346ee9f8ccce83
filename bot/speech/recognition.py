"""Recognition: which prepared block or contention a run of words is, and how surely."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.brief.model import BlockKind, Brief
from bot.retrieval.matcher import Likeness

# What the cosine with the nearest phrase adds to an owner's weight when owners are compared.
COSINE_SHARE = 0.5
# What naming an owner's own subject adds, and what naming a subject of which it has nothing takes away.
NAMED = 0.05
# What a question asks after is the fact of a correction: its cosine, its weight, and its lead over every argument.
ASKED_COSINE, ASKED_WEIGHT, ASKED_LEAD = 0.6, 0.2, 0.1
# What being like an owner by training adds to a quarter of the other two.
LEARNT_SHARE, PLAIN_SHARE = 2.0, 0.25
# By how much the other two alone count beside owners that were taught: a block that was added since must be heard by its lines.
UNTAUGHT = 1.6
# Logistic weights of the acceptance, fitted on the dev parts of the gold speeches: without training and with it.
_BIAS, _WEIGHT, _COSINE, _MARGIN = -5.6, 10.0, 5.7, 9.3
_LEARNT = (-3.7, 5.12, 0.57, 3.05, 4.3, 5.47)
ACCEPTED = 0.4
# Below this cosine nothing is recognised, however much less like the other owners are.
FLOOR = 0.45
# The same of what training says; one of the two is enough.
LEARNT_FLOOR = 0.3
DISPUTED = 0.5
ENGAGES_AT = 0.42
# In doubt a speech replies: by training also from here on.
LEARNT_ENGAGES_AT = 0.17

Likenesses = Mapping[str, Likeness]


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a text is: `key` of the best block, `sure` in 0..1; contentions that it `disputes` and that it has `engaged`."""

    key: str | None
    sure: float
    cosine: float
    engaged: tuple[str, ...]
    disputes: tuple[str, ...]


# Score, whether it is a block (else a contention), key, likeness.
_Row = tuple[float, bool, str, Likeness]


@lru_cache(maxsize=2048)
def _topic(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})")


def _names(about: tuple[str, ...], low: str) -> bool:
    words = tuple(word.lower() for word in about if word)
    return bool(words) and bool(_topic(words).search(low))


@lru_cache(maxsize=8)
def _by_kind(names: tuple[str, ...]) -> Mapping[str, list[tuple[str, str]]]:
    """(name, key) of every owner, by its kind."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name in names:
        kind, _, key = name.partition(":")
        found.setdefault(kind, []).append((name, key))
    return found


def _named(row: _Row, about: tuple[str, ...], low: str) -> _Row:
    return (row[0] + NAMED * _names(about, low), *row[1:])


def _within_reach(rows: list[_Row]) -> list[_Row]:
    """The rows that can still be first or second once names count; the others are spared the search for them."""
    second = sorted((row[0] for row in rows), reverse=True)[:2][-1:]
    return [row for row in rows if row[0] >= second[0] - NAMED] if second else []


def recognise(brief: Brief, text: str, like: Likenesses) -> Recognition:
    """The prepared argument that `text` is; a correction is none, since `premises` decides on those."""
    low = text.lower()
    scale = UNTAUGHT if any(each.learnt is not None for each in like.values()) else 1.0
    by_kind = _by_kind(tuple(like))
    aside = max((like[name].learnt or 0.0 for name, _ in by_kind.get("aside", ())), default=0.0)
    arguments = (pair for pair in by_kind.get("block", ()) if brief.blocks[pair[1]].kind is BlockKind.BLOCK)
    blocks: list[_Row] = [(_score(like[name], scale), True, key, like[name]) for name, key in arguments]
    ours: list[_Row] = [(_score(like[name], scale), False, key, like[name]) for name, key in by_kind.get("ours", ())]
    ranked = [_named(row, brief.blocks[row[2]].about, low) for row in _within_reach(blocks)]
    ranked += [_named(row, brief.contentions[row[2]].about, low) for row in ours]
    ranked.sort(key=lambda row: (-row[0], not row[1], row[2]))
    engaged = tuple(key for _, block, key, each in ranked if not block and _engages(each))
    best = {kind: next((row for row in ranked if row[1] is kind), None) for kind in (True, False)}
    block, own = best[True], best[False]
    disputes = (own[2],) if own and _sure(ranked, own, aside, scale) >= DISPUTED else ()
    if block is None:
        return Recognition(None, 0.0, -1.0, engaged, disputes)
    return Recognition(block[2], _sure(ranked, block, aside, scale), block[3].cosine, engaged, disputes)


def _engages(each: Likeness) -> bool:
    return each.cosine >= ENGAGES_AT or (each.learnt is not None and each.learnt >= LEARNT_ENGAGES_AT)


def _score(each: Likeness, scale: float) -> float:
    """By which owners are compared with one another; `scale` is what lines count for an owner of which nothing was taught."""
    plain = _plain(each)
    return scale * plain if each.learnt is None else LEARNT_SHARE * each.learnt + PLAIN_SHARE * plain


def _plain(each: Likeness) -> float:
    return each.weight + COSINE_SHARE * each.cosine


def fact_asked(brief: Brief, like: Likenesses) -> str | None:
    """The correction whose fact a question of likeness `like` asks after, None where arguments are as near."""
    facts, arguments = [], [0.0]
    for name, each in like.items():
        kind, _, key = name.partition(":")
        if kind == "block" and brief.blocks[key].kind is BlockKind.CORRECTION:
            facts.append((_plain(each), key, each))
        elif kind in ("block", "ours"):
            arguments.append(_plain(each))
    best, key, near = max(facts, key=lambda row: (row[0], row[1]), default=(0.0, "", Likeness(-1.0, 0.0)))
    found = near.cosine >= ASKED_COSINE and near.weight >= ASKED_WEIGHT and best >= max(arguments) + ASKED_LEAD
    return key if found else None


def _sure(ranked: list[_Row], row: _Row, aside: float, scale: float) -> float:
    """Probability in 0..1 that `row` is what was argued, from its likeness and its lead over the next of its kind.

    `aside` is how like an aside of any kind the text is by training, `scale` what `_score` took.
    """
    score, kind, key, like = row
    if like.cosine < FLOOR and (like.learnt is None or like.learnt < LEARNT_FLOOR):
        return 0.0
    second = next((other[0] for other in ranked if other[1] is kind and other[2] != key), 0.0)
    if like.learnt is None:
        z = _BIAS + _WEIGHT * like.weight + _COSINE * like.cosine + _MARGIN * (score - second) / scale
    else:
        bias, weight, cosine, learnt, margin, over_aside = _LEARNT
        z = bias + weight * like.weight + cosine * like.cosine + learnt * like.learnt + margin * (score - second)
        z += over_aside * (like.learnt - aside)
    return 1 / (1 + math.exp(-z))
