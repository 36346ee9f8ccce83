"""Matching: which prepared block, correction or contention an utterance is, and which utterances are one argument."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.brief.model import Block, BlockKind, Brief
from bot.debate.words import PointKind
from bot.speech.points import Utterance

# Cosine of MiniLM embeddings between an utterance and the nearest way an argument is heard. Chosen on the tuning part of the
# gold speeches (tests/bench/speeches.py prints the curve).
HEARD_AT = 0.50
ENGAGES_AT = 0.42
CORRECTS_AT = 0.55
_NEGATION = re.compile(
    r"\b(not|no|never|isn't|aren't|wasn't|weren't|doesn't|don't|didn't|cannot|can't|won't|hasn't|haven't|nor|without|false|myth)\b",
    re.I,
)

Scores = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Match:
    """One argument of the opponent: its utterances joined, what it was recognised as, and how surely.

    `met_by` is a block's or contention's key, or None where the brief has no prepared answer. `corrections` are the keys of
    the false premises it asserts. `engaged` are the contentions it touches, also weakly.
    """

    text: str
    kind: PointKind
    met_by: str | None
    score: float
    corrections: tuple[str, ...] = ()
    engaged: tuple[str, ...] = ()


def phrases(brief: Brief) -> list[tuple[str, str]]:
    """(owner, phrase) for everything an argument can be recognised by; owners are `block:KEY`, `truth:KEY`, `ours:KEY`."""
    pairs = [(f"block:{b.key}", way) for b in brief.blocks.values() for way in (*b.heard, b.title)]
    pairs += [(f"truth:{b.key}", way) for b in brief.blocks.values() for way in b.not_heard]
    pairs += [(f"ours:{c.key}", way) for c in brief.contentions.values() for way in (*c.heard, c.title)]
    return pairs


def _has(text: str, alternatives: Sequence[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(a)}", text) for a in alternatives)


def asserts(block: Block, text: str, scores: dict[str, float]) -> bool:
    """Whether `text` states the false premise of correction `block`, rather than its denial or something nearby."""
    low = text.lower()
    if not all(_has(low, group) for group in block.needs) or _has(low, block.unless):
        return False
    said = scores.get(f"block:{block.key}", 0.0)
    truth = scores.get(f"truth:{block.key}", 0.0)
    if said < CORRECTS_AT or truth >= said:
        return False
    # A denial of a premise that is itself put without negation is the truth.
    premise_denies = any(_NEGATION.search(way) for way in block.heard)
    return premise_denies or not _NEGATION.search(low)


def _recognise(brief: Brief, utterance: Utterance, ranked: Scores) -> Match:
    scores = dict(ranked)
    corrections = tuple(
        b.key
        for b in brief.blocks.values()
        if b.kind is BlockKind.CORRECTION and utterance.kind is not PointKind.QUESTION and asserts(b, utterance.text, scores)
    )
    blocks = [
        (owner[6:], score)
        for owner, score in ranked
        if owner.startswith("block:") and brief.blocks[owner[6:]].kind is BlockKind.BLOCK
    ]
    engaged = tuple(owner[5:] for owner, score in ranked if owner.startswith("ours:") and score >= ENGAGES_AT)
    key, score = blocks[0] if blocks else ("", 0.0)
    met = key if score >= HEARD_AT else None
    return Match(utterance.text, utterance.kind, met, score, corrections, engaged)


_SILENT = (PointKind.INSTRUCTION, PointKind.ABUSE, PointKind.PROCEDURE)


def _joins(before: Match, now: Match, leans: bool) -> bool:
    if before.kind in _SILENT or now.kind in _SILENT:
        return before.kind is now.kind
    if PointKind.CONCESSION in (before.kind, now.kind) and before.kind is not now.kind:
        return False
    if now.met_by is not None and now.met_by == before.met_by:
        return True
    if now.kind is PointKind.QUESTION or before.kind is PointKind.QUESTION:
        return False
    # A reason or example belongs to the claim before it unless it is itself a different argument, clearly heard.
    return leans and (now.met_by is None or before.met_by is None or now.score < HEARD_AT + 0.1)


def _join(before: Match, now: Match) -> Match:
    best = max((before, now), key=lambda m: (m.met_by is not None, m.score))
    kind = before.kind if before.kind is not PointKind.EVIDENCE else now.kind
    stop = "" if before.text.endswith((".", "!", "?", ",")) else "."
    return Match(
        f"{before.text}{stop} {now.text}",
        kind,
        best.met_by,
        best.score,
        tuple(dict.fromkeys((*before.corrections, *now.corrections))),
        tuple(dict.fromkeys((*before.engaged, *now.engaged))),
    )


def match(brief: Brief, utterances: Sequence[Utterance], ranked: Sequence[Scores]) -> list[Match]:
    """The arguments in a speech, in order. `ranked[i]` are (owner, cosine) for `utterances[i]`, best first."""
    found: list[Match] = []
    for utterance, scores in zip(utterances, ranked, strict=True):
        now = _recognise(brief, utterance, scores)
        if found and _joins(found[-1], now, utterance.leans):
            found[-1] = _join(found[-1], now)
        else:
            same = next((i for i, m in enumerate(found) if now.met_by and m.met_by == now.met_by), None)
            if same is None:
                found.append(now)
            else:
                found[same] = _join(found[same], now)
    return found
