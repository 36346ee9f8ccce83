"""Recognition: which prepared block or contention a run of words is, and how surely."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.brief.model import Brief
from bot.retrieval.likeness import Likeness, Likenesses, Numbers, Owners, greatest

# What the cosine with the nearest phrase adds to an owner's weight when owners are compared.
COSINE_SHARE = 0.5
# What naming an owner's own subject adds.
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
def _topic(about: tuple[str, ...]) -> re.Pattern[str] | None:
    words = [re.escape(word.lower()) for word in about if word]
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})") if words else None


def _names(about: tuple[str, ...], low: str) -> bool:
    topic = _topic(about)
    return topic is not None and bool(topic.search(low))


def _named(row: _Row, about: tuple[str, ...], low: str) -> _Row:
    return (row[0] + NAMED * _names(about, low), *row[1:])


@lru_cache(maxsize=64)
def _columns(owners: Owners, kind: str, keys: tuple[str, ...] | None) -> tuple[list[str], NDArray[np.intp]]:
    """The keys of the owners of `kind`, only those among `keys`, and their columns."""
    among = None if keys is None else frozenset(keys)
    picked = [at for at, key in enumerate(owners.keys(kind)) if among is None or key in among]
    return [owners.keys(kind)[at] for at in picked], owners.places(kind)[picked]


def _rows(like: Likenesses, scores: Numbers, kind: str, keys: Iterable[str] | None = None) -> list[_Row]:
    """The owners of `kind` among `keys` that can still be first or second once names count; of contentions all."""
    named, places = _columns(like.owners, kind, None if keys is None else tuple(keys))
    own = scores[places]
    # The others are spared the search for names.
    least = float(np.partition(own, -2)[-2]) - NAMED if keys is not None and len(own) > 1 else -math.inf
    return [
        (float(own[at]), kind == "block", named[at], like[f"{kind}:{named[at]}"]) for at in np.flatnonzero(own >= least).tolist()
    ]


def recognise(brief: Brief, text: str, like: Likenesses) -> Recognition:
    """The prepared argument that `text` is; a correction is none, since `premises` decides on those."""
    low = text.lower()
    scale = UNTAUGHT if not np.isnan(like.learnt).all() else 1.0
    scores = _scores(like, scale)
    aside = greatest(like.learnt[like.owners.places("aside")])
    ranked = [_named(row, brief.blocks[row[2]].about, low) for row in _rows(like, scores, "block", brief.arguments)]
    ranked += [_named(row, brief.contentions[row[2]].about, low) for row in _rows(like, scores, "ours")]
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


def _scores(like: Likenesses, scale: float) -> Numbers:
    """By which owners are compared with one another; `scale` is what lines count for an owner of which nothing was taught."""
    plain = plain_score(like)
    return np.where(np.isnan(like.learnt), scale * plain, LEARNT_SHARE * like.learnt + PLAIN_SHARE * plain)


def plain_score(like: Likenesses) -> Numbers:
    """By which owners are compared with one another where nothing was taught, in the order of their columns."""
    return like.weight + COSINE_SHARE * like.cosine


def fact_asked(brief: Brief, like: Likenesses) -> str | None:
    """The correction whose fact a question of likeness `like` asks after, None where arguments are as near."""
    plain, blocks, keys = plain_score(like), like.owners.places("block"), like.owners.keys("block")
    facts = [(float(plain[at]), key, at) for at, key in zip(blocks, keys, strict=True) if key in brief.corrections]
    if not facts:
        return None
    arguments = [at for at, key in zip(blocks, keys, strict=True) if key in brief.arguments]
    most = max(0.0, greatest(plain[arguments]), greatest(plain[like.owners.places("ours")]))
    best, key, at = max(facts)
    found = like.cosine[at] >= ASKED_COSINE and like.weight[at] >= ASKED_WEIGHT and best >= most + ASKED_LEAD
    return key if found else None


def _sure(ranked: list[_Row], row: _Row, aside: float, scale: float) -> float:
    """Probability in 0..1 that `row` is what was argued, from its likeness and its lead over the next of its kind.

    `aside` is how like an aside of any kind the text is by training, `scale` what `_scores` took.
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
