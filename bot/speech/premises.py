"""Facts first: whether a statement asserts the false premise of a correction.

By the rules three things must agree. The statement names what the premise is about and says the predicate (`needs`, words found
in one run of neighbouring clauses). It says so itself: no question, denial, supposition or report, unless the premise is put that
way. And it is nearer in meaning to the false phrases than to the true ones of `## Not this` and to other arguments.

What training says of the statement is weighed with what the rules say, so that a falsehood in words that nobody foresaw is found
too, and one that only has the words is let pass.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container, Mapping
from functools import lru_cache
from typing import TypeVar

import numpy as np

from bot.brief.model import Block, Brief
from bot.retrieval.likeness import NOTHING, Likenesses, Numbers, Owners
from bot.speech import voice

# Logistic weights, fitted on the dev half of tests/speech/premises.jsonl together with the sentences of the passages and
# prepared answers that do not themselves assert a premise, none of which may be corrected.
_BIAS = -6.86
_COSINE, _OVER_TRUTH, _WEIGHT, _WEIGHT_OVER_TRUTH, _WEIGHT_OVER_OTHERS = 7.06, 1.15, 7.90, 2.99, 0.97
_LOOKALIKE_NEAR, _LOOKALIKE = -0.48, -4.14
ASSERTED = 0.33
# Logistic weights of training and rules together, fitted on the dev parts of the gold speeches and of premises.jsonl.
_LEARNT_BIAS = -2.86
_LOGIT, _RULES, _LIKE_OVER_OTHERS = 0.70, 0.33, 8.77
_LEARNT_LOOKALIKE, _REJECTED, _SUPPOSED = -1.02, -0.87, -0.49
LEARNT_ASSERTED = 0.5
PRESUPPOSED = 0.8
# What the rules give no probability at all counts as this one does.
_LEAST = 1e-4
FLOOR = 0.5
_WHETHER = re.compile(
    r"^\W*(?:(?:so|and|but|then|well)\W+)?(?:did|does|do|is|are|was|were|has|have|had|can|could|will|would|should|may)\b(?!n't)",
    re.IGNORECASE,
)


Value = TypeVar("Value", float, Numbers)


class _Wording:
    """How the false phrases of one correction are put, so that what they share with a statement is not held against it."""

    def __init__(self, heard: tuple[str, ...]) -> None:
        said = [way.lower() for way in heard]
        self.denies = any(voice.denies(way) for way in said)
        self.supposes = frozenset().union(*(voice.suppositions(way) for way in said))
        self.reports = any(voice.reported(way) for way in said)
        self.rejects = any(voice.rejected(way) for way in said)
        self.conditional = any("if " in way for way in said)


@lru_cache(maxsize=512)
def _wording(heard: tuple[str, ...]) -> _Wording:
    return _Wording(heard)


def _window(block: Block, low: str) -> tuple[voice.Span, int] | None:
    """The clauses that hold something of every group of `needs`, and where the first of it stands."""
    groups = []
    for group in block.needs:
        groups.append(voice.occurrences(low, group))
        if not groups[-1]:
            return None
    window = voice.nearest_window(low, groups)
    if window is None:
        return None
    return window, min((at for group in groups for at, _ in group if window[0] <= at < window[1]), default=window[0])


def _claimed(block: Block, low: str, window: voice.Span, first: int) -> bool:
    wording, said = _wording(block.heard), low[window[0] : window[1]]
    if voice.denies(said) and not wording.denies:
        return False
    if voice.rejected(low) and not wording.rejects:
        return False
    if voice.suppositions(said) - wording.supposes:
        return False
    if voice.conditional(low, first) and not wording.conditional:
        return False
    return wording.reports or not voice.reported(low[: window[1]])


def probability(block: Block, before: str, text: str, like: Likenesses) -> float:
    """Probability in 0..1 that `text` asserts the false premise of correction `block`.

    What `text` leaves to a pronoun may stand in `before`, the utterances just ahead of it (or ""). `like` are the likenesses of
    both together, by owner.
    """
    own, truth = f"block:{block.key}", f"truth:{block.key}"
    false, true = like.get(own, NOTHING), like.get(truth, NOTHING)
    if false.cosine < FLOOR:
        return 0.0
    low = f"{before} {text}".strip().lower()
    found = _window(block, low)
    if found is None or found[0][1] <= len(before):
        return 0.0
    window, first = found
    if not _claimed(block, low, window, first):
        return 0.0
    others = _others(like, own, truth)
    near = min(2, len(voice.occurrences(low[window[0] : window[1]], block.unless)))
    anywhere = min(2, len(voice.occurrences(low, block.unless)))
    z = (
        _BIAS
        + _COSINE * false.cosine
        + _OVER_TRUTH * (false.cosine - true.cosine)
        + _WEIGHT * false.weight
        + _WEIGHT_OVER_TRUTH * (false.weight - true.weight)
        + _WEIGHT_OVER_OTHERS * (false.weight - others)
        + _LOOKALIKE_NEAR * near
        + _LOOKALIKE * anywhere
    )
    return _sigmoid(z)


def _others(like: Likenesses, own: str, truth: str) -> float:
    """The greatest weight of any owner but these two; 0 if there is none."""
    names, heaviest = like.owners.names, np.argsort(-like.weight, kind="stable")[:3]
    return next((float(like.weight[at]) for at in heaviest if names[at] not in (own, truth)), 0.0)


def learnt_probability(block: Block, said: str, rules: float, logit: float, lead: float) -> float:
    """Probability in 0..1 that `said`, in lower case, asserts the false premise of `block`, by training and rules together.

    `rules` is what `probability` gives, `logit` what the adapter's head gives, `lead` how much more like the premise the text is
    by training than like anything else.
    """
    return _sigmoid(_speaks_for(rules, logit, lead) + _speaks_against(block, said))


def _speaks_for(rules: float, logit: Value, lead: Value) -> Value:
    by_rules = _logit(rules) - _logit(_LEAST) if rules > _LEAST else 0.0
    return _LEARNT_BIAS + _RULES * by_rules + _LOGIT * logit + _LIKE_OVER_OTHERS * lead


def _speaks_against(block: Block, said: str) -> float:
    wording = _wording(block.heard)
    return (
        _LEARNT_LOOKALIKE * min(2, len(voice.occurrences(said, block.unless)))
        + _REJECTED * (voice.rejected(said) and not wording.rejects)
        + _SUPPOSED * min(2, len(voice.suppositions(said) - wording.supposes))
    )


@lru_cache(maxsize=64)
def _places(owners: Owners, keys: tuple[str, ...]) -> list[int]:
    """The column of each of these blocks, the last one for a block that has none."""
    return [owners.place.get(f"block:{key}", len(owners.names)) for key in keys]


def _of_blocks(values: Numbers, like: Likenesses, keys: tuple[str, ...], default: float) -> Numbers:
    columns: Numbers = np.append(values, default)[_places(like.owners, keys)]
    return columns


def _leads(like: Likenesses, keys: tuple[str, ...]) -> Numbers:
    """How much more like each of these blocks a text is by training than like anything else; what was not taught counts as 0."""
    learnt = np.nan_to_num(like.learnt, nan=0.0)
    first, second = [*np.sort(learnt)[:-3:-1], 0.0, 0.0][:2]
    own = _of_blocks(learnt, like, keys, np.nan)
    leads: Numbers = np.nan_to_num(own, nan=0.0) - np.where(own == first, second, first)
    return leads


def presupposed(brief: Brief, text: str, like: Likenesses, asserted: Mapping[str, float] | None) -> tuple[str, ...]:
    """The keys of the corrections whose premise a question takes for granted ("Now that all have joined, ..."), by training.

    The rules hear no assertion in a question, so only what was taught of such questions counts, and more of it. A question that
    asks whether something is so ("Did they join?") takes nothing for granted.
    """
    logits = {} if _WHETHER.match(text) else asserted or {}
    said = text.strip().lower()
    near = _within_reach(brief, like, logits, 0.0, PRESUPPOSED)
    return tuple(
        key for key, lead in near if learnt_probability(brief.corrections[key], said, 0.0, logits[key], lead) >= PRESUPPOSED
    )


def _sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, z))))


def _logit(probability: float) -> float:
    return math.log(probability / (1 - min(probability, 1 - _LEAST)))


def false_premises(
    brief: Brief,
    before: str,
    text: str,
    like: Likenesses,
    asserted: Mapping[str, float] | None = None,
    known: Container[str] = (),
) -> tuple[str, ...]:
    """The keys of the corrections whose premise `text`, one sentence or clause after `before`, asserts, in the brief's order.

    `asserted` are the adapter's logits by key; None where there is no adapter, so that the rules alone decide. What is `known` to
    be asserted is not asked about again.
    """
    logits = asserted or {}
    near = [key for key in _near(brief, like, logits) if key not in known]
    found = {key for key in near if probability(brief.corrections[key], before, text, like) >= ASSERTED}
    said = f"{before} {text}".strip().lower()
    for key, lead in _within_reach(brief, like, logits, 1.0, LEARNT_ASSERTED):
        if key in known:
            continue
        block = brief.corrections[key]
        rules = probability(block, before, text, like)
        if learnt_probability(block, said, rules, logits[key], lead) >= LEARNT_ASSERTED:
            found.add(key)
    return tuple(key for key in brief.corrections if key in found)


def _near(brief: Brief, like: Likenesses, logits: Mapping[str, float]) -> list[str]:
    """The corrections that training does not know and whose phrases are near enough for the rules."""
    keys = tuple(key for key in brief.corrections if key not in logits)
    cosines = _of_blocks(like.cosine, like, keys, NOTHING.cosine)
    return [key for key, cosine in zip(keys, cosines, strict=True) if cosine >= FLOOR]


def _within_reach(
    brief: Brief, like: Likenesses, logits: Mapping[str, float], rules: float, least: float
) -> list[tuple[str, float]]:
    """Key and lead of the corrections that can be asserted with a probability of `least` if the rules give `rules` at most.

    Only for these the rules and what speaks against a premise are searched for in words: there are many premises.
    """
    keys = tuple(key for key in brief.corrections if key in logits)
    if not keys:
        return []
    leads = _leads(like, keys)
    most = _speaks_for(rules, np.array([logits[key] for key in keys]), leads)
    rows = zip(keys, leads.tolist(), (most >= _logit(least)).tolist(), strict=True)
    return [(key, lead) for key, lead, can in rows if can]
