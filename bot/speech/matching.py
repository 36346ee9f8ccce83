"""Matching: from utterances to the arguments of a speech, each with the block, contention or correction that it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.brief.model import Brief
from bot.debate.words import PointKind
from bot.retrieval.encoder import Vector, Vectors
from bot.retrieval.learnt import Learnt
from bot.retrieval.likeness import Likenesses, greatest
from bot.retrieval.matcher import PhraseMatcher, blend
from bot.speech import memberships, ties
from bot.speech.asides import aside_of, examples, grants
from bot.speech.points import Utterance
from bot.speech.premises import false_premises, presupposed
from bot.speech.recognition import ACCEPTED, Recognition, fact_asked, recognise
from bot.speech.segments import Window, best_division, windows

# So many utterances, of so many words in all, training reads as one text; more cost more time than they tell.
READ_TOGETHER, READ_WORDS = 3, 45
# In a speech of more words only those that belong together by their form, so that a wall is answered in time.
LONG_WORDS = 300
# What a further argument must gain, and how much more where the utterance leans on the one before it.
CUT_COSTS = 0.12
LEANING_COSTS = 0.35
# An utterance that is recognised this surely is an argument of its own.
DISTINCT = 0.5
# Unless the whole is recognised so much more surely that the utterance only completes it.
CLEARER = 0.35
# A question is an argument if it is so like one, or so surely one, as "Has it not signed everything that there is to sign?"
QUESTION_ALIKE = 0.6
ARGUES = 0.65
# By how much a falsehood is more like a text than an argument is, for it to be the falsehood alone.
RATHER = 0.3
# By how much a truth of the brief is more like a text than an argument is, for it to be said and nothing argued.
TRULY = 0.1
_SILENT = (PointKind.INSTRUCTION, PointKind.ABUSE, PointKind.PROCEDURE, PointKind.OFF_TOPIC)
_APART = (*_SILENT, PointKind.CONCESSION)
_STATED = (PointKind.CLAIM, PointKind.EVIDENCE)


@dataclass(frozen=True, slots=True)
class Match:
    """One argument of the opponent: its utterances joined, what it was recognised as, and how surely.

    `met_by` is a block's key, or None where the brief has no prepared answer. `score` is the probability in 0..1 that the
    recognition is right. `corrections` are the keys of the false premises it asserts. `disputes` are the contentions of
    ours that it argues against; `engaged` those that it touches, also weakly.
    """

    text: str
    kind: PointKind
    met_by: str | None
    score: float
    corrections: tuple[str, ...] = ()
    engaged: tuple[str, ...] = ()
    disputes: tuple[str, ...] = ()


def phrases(brief: Brief) -> list[tuple[str, str]]:
    """(owner, phrase) for everything a sentence can be recognised by.

    Owners are `block:KEY`, `truth:KEY`, `ours:KEY`, and `aside:KIND` for what is no argument on any motion.
    """
    pairs = [(f"block:{b.key}", way) for b in brief.blocks.values() for way in (*b.heard, b.title)]
    pairs += [(f"truth:{b.key}", way) for b in brief.blocks.values() for way in b.not_heard]
    pairs += [(f"ours:{c.key}", way) for c in brief.contentions.values() for way in (*c.heard, c.title)]
    return pairs + examples()


def match(brief: Brief, matcher: PhraseMatcher, utterances: Sequence[Utterance], vectors: Vectors) -> list[Match]:
    """The arguments in a speech, in order of first mention. Row i of `vectors` belongs to `utterances[i]`."""
    if not utterances:
        return []
    single = [(at, at + 1) for at in range(len(utterances))]
    heard = _Heard(matcher.learnt, utterances) if matcher.learnt else None
    alone = matcher.match(vectors, heard.vectors(single) if heard else None)
    utterances = [replace(u, kind=aside_of(u, like)) for u, like in zip(utterances, alone, strict=True)]
    runs = windows(len(utterances), [u.kind in _APART for u in utterances])
    joint = [run for run in runs if run[1] - run[0] > 1]
    likes = dict(zip(single, alone, strict=True))
    if joint:
        adapted = heard.vectors(joint) if heard else None
        likes |= dict(zip(joint, matcher.match(blend(vectors, _lengths(utterances), joint), adapted), strict=True))
    likes = {run: likes[run] for run in runs}
    recognised = {run: recognise(brief, _text(utterances, run), like) for run, like in likes.items()}
    asked = {at: fact_asked(brief, like) if utterances[at].kind is PointKind.QUESTION else None for at, like in enumerate(alone)}
    gains = {run: 0.0 if _mixed(run, recognised, asked) else (run[1] - run[0]) * found.sure for run, found in recognised.items()}
    division = best_division(len(utterances), gains, lambda at: LEANING_COSTS if utterances[at].leans else CUT_COSTS)
    found: list[Match] = []
    for run in division:
        now = _match(brief, utterances, run, recognised[run], likes, heard)
        _add(found, now, leans=utterances[run[0]].leans)
    return found


def _lengths(utterances: Sequence[Utterance]) -> list[int]:
    return [len(u.text.split()) for u in utterances]


class _Heard:
    """What training says of runs of utterances: their adapted vectors, and which premises they assert.

    A short run is read as one text, in which "they" and "it" have what they stand for; a longer one is the blend of what it
    consists of.
    """

    def __init__(self, learnt: Learnt, utterances: Sequence[Utterance]) -> None:
        self._learnt = learnt
        self._utterances = utterances
        self._lengths = _lengths(utterances)
        self._vectors: dict[Window, Vector] = {}
        self._asserted: dict[Window, Mapping[str, float]] = {}

    def vectors(self, runs: Sequence[Window]) -> Vectors:
        """The adapted unit vectors of `runs`, row i for run i; single utterances must be asked for before longer runs."""
        read = [run for run in runs if self._is_read(run)]
        if read:
            vectors, asserted = self._learnt.hear([_text(self._utterances, run) for run in read])
            self._vectors |= dict(zip(read, vectors, strict=True))
            self._asserted |= dict(zip(read, asserted, strict=True))
        longer = [run for run in runs if run not in self._vectors]
        if longer:
            each = np.stack([self._vectors[at, at + 1] for at in range(len(self._utterances))])
            self._vectors |= dict(zip(longer, blend(each, self._lengths, longer), strict=True))
        return np.stack([self._vectors[run] for run in runs])

    def _is_read(self, run: Window) -> bool:
        first, past = run
        if past - first == 1:
            return True
        if past - first > READ_TOGETHER or sum(self._lengths[first:past]) > READ_WORDS:
            return False
        return sum(self._lengths) <= LONG_WORDS or any(self._goes_on(at) for at in range(first + 1, past))

    def _goes_on(self, at: int) -> bool:
        return self._utterances[at].leans or self._utterances[at].sentence == self._utterances[at - 1].sentence

    def asserted(self, run: Window, *, wanted: bool) -> Mapping[str, float] | None:
        """The logits of the premises that a run asserts, by key; None of a run that was not read and is not `wanted`."""
        if run not in self._asserted and wanted:
            self._asserted[run] = self._learnt.hear([_text(self._utterances, run)])[1][0]
        return self._asserted.get(run)


def _mixed(run: Window, recognised: dict[Window, Recognition], asked: dict[int, str | None]) -> bool:
    """Whether an utterance of `run` is, taken alone, surely another argument than the whole, or two ask after other facts."""
    if len({asked[at] for at in range(*run)} - {None}) > 1:
        return True
    alone = (recognised[at, at + 1] for at in range(*run))
    least = max(DISTINCT, recognised[run].sure - CLEARER)
    return any(each.sure >= least and each.key != recognised[run].key for each in alone)


def _text(utterances: Sequence[Utterance], run: Window) -> str:
    text, sentence = "", -1
    for utterance in utterances[run[0] : run[1]]:
        within = utterance.sentence == sentence and text
        text, sentence = joined(text, (utterance.said if within else "") or utterance.text), utterance.sentence
    return text


def joined(before: str, now: str) -> str:
    """Two pieces of one argument as running text."""
    if not before:
        return now
    # What ends without a stop is a clause: a full stop there would be ours and not the speaker's.
    stop = "" if before.endswith((".", "!", "?", ",", ":", ";")) else ","
    return f"{before}{stop} {now}"


def _match(
    brief: Brief,
    utterances: Sequence[Utterance],
    run: Window,
    found: Recognition,
    likes: dict[Window, Likenesses],
    heard: _Heard | None,
) -> Match:
    corrections = [key for at in range(*run) for key in _premises(brief, utterances, at, likes, heard)]
    kinds = [u.kind for u in utterances[run[0] : run[1]]]
    kind = next((k for k in kinds if k not in (PointKind.EVIDENCE, PointKind.CLAIM)), kinds[0])
    # A question of fact is better answered from the passages than with an argument that merely shares its words.
    asks = kind is PointKind.QUESTION and found.sure < ARGUES and found.cosine < QUESTION_ALIKE
    met = found.key if found.sure >= ACCEPTED and not asks and kind not in _SILENT else None
    if met is not None and _rather_false(met, corrections, likes[run]):
        met = None
    if met is not None and kind in _STATED and not corrections and _rather_true(brief, met, _text(utterances, run), likes[run]):
        met, kind = None, PointKind.CONCESSION
    if kind is PointKind.QUESTION:
        met = fact_asked(brief, likes[run]) or met
    # What is recognised as an argument is answered: a truth in it may be the ground that it stands on.
    if met is None and kind in _STATED and not corrections and grants(brief, _text(utterances, run), likes[run]):
        kind = PointKind.CONCESSION
    disputes = found.disputes if met is None and kind not in _APART else ()
    return Match(_text(utterances, run), kind, met, found.sure, tuple(dict.fromkeys(corrections)), found.engaged, disputes)


def _rather_false(key: str, corrections: Sequence[str], like: Likenesses) -> bool:
    """Whether a text is by training one of the falsehoods that it asserts rather than the argument `key`.

    A falsehood that is put right needs no answer to an argument that merely speaks of the same thing.
    """
    argument = like[f"block:{key}"].learnt
    return argument is not None and any((like[f"block:{false}"].learnt or 0.0) - argument > RATHER for false in corrections)


def _rather_true(brief: Brief, key: str, text: str, like: Likenesses) -> bool:
    """Whether a text says a truth of the brief and is by training that truth rather than the argument `key`."""
    argument = like[f"block:{key}"].learnt
    if argument is None:
        return False
    truest = greatest(like.learnt[like.owners.places("truth")])
    return truest - argument > TRULY and grants(brief, text, like)


def _premises(
    brief: Brief,
    utterances: Sequence[Utterance],
    at: int,
    likes: dict[Window, Likenesses],
    heard: _Heard | None,
) -> tuple[str, ...]:
    """The false premises that utterance `at` asserts, alone or completed by one or two before it ("it", "they" ...)."""
    if utterances[at].kind in _SILENT:
        return ()
    asks = utterances[at].kind is PointKind.QUESTION
    said = utterances[at].text
    found = dict.fromkeys((*memberships.prepared(brief, said), *ties.prepared(brief, said)))
    for first in (at, at - 1, at - 2):
        run = (first, at + 1)
        if run not in likes or not (asks or _no_question(utterances[max(first, 0) : at])):
            continue
        before, now = _text(utterances, (first, at)).lower(), utterances[at].text
        logits = heard.asserted(run, wanted=False) if heard else None
        if asks:
            found.update(dict.fromkeys(presupposed(brief, f"{before} {now}", likes[run], logits)))
            continue
        keys = false_premises(brief, before, now, likes[run], logits, found)
        if keys and heard and logits is None:
            # The rules alone found something in a run that was not read: it counts if training says so too.
            keys = false_premises(brief, before, now, likes[run], heard.asserted(run, wanted=True), found)
        found.update(dict.fromkeys(keys))
    return tuple(found)


def _no_question(utterances: Sequence[Utterance]) -> bool:
    return not any(u.kind is PointKind.QUESTION for u in utterances)


def _add(found: list[Match], now: Match, *, leans: bool) -> None:
    """Put `now` behind the arguments found, or to the one that it repeats or leans on."""
    same = next((i for i, m in enumerate(found) if now.met_by and m.met_by == now.met_by), None)
    if same is None and found and _belongs(found[-1], now, leans=leans):
        same = len(found) - 1
    if same is None:
        found.append(now)
    else:
        found[same] = _join(found[same], now)


def _belongs(before: Match, now: Match, *, leans: bool) -> bool:
    if before.kind in _SILENT or now.kind in _SILENT:
        return before.kind is now.kind
    if PointKind.CONCESSION in (before.kind, now.kind) and before.kind is not now.kind:
        return False
    if PointKind.QUESTION in (before.kind, now.kind):
        return False
    # A reason or example belongs to the claim before it unless it is itself an argument that was recognised.
    return leans and now.met_by is None and not now.disputes


def _join(before: Match, now: Match) -> Match:
    best = max((before, now), key=lambda m: (m.met_by is not None, m.score))
    kind = before.kind if before.kind is not PointKind.EVIDENCE else now.kind
    return Match(
        joined(before.text, now.text),
        kind,
        best.met_by,
        best.score,
        tuple(dict.fromkeys((*before.corrections, *now.corrections))),
        tuple(dict.fromkeys((*before.engaged, *now.engaged))),
        tuple(dict.fromkeys((*before.disputes, *now.disputes))),
    )
