"""Treaties of defence in a statement held against the passages: who is said to be bound to whom, or not to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.brief.model import Brief
from bot.brief.treaties import Treaties
from bot.speech.allies import Reading, Tie
from bot.speech.evidence import opening_and_nearest
from bot.speech.figures import Contested
from bot.speech.moves import MoveKind
from bot.speech.outright import Names

# Besides the two states, what the sentence of a passage speaks of that ties them or does not.
_ABOUT = "ally allies treaty defence obligations owes"


@lru_cache(maxsize=8)
def _reading(states: Names) -> Reading:
    return Reading(states)


def mistaken(brief: Brief, sentence: str) -> tuple[tuple[Tie, tuple[Treaties, ...]], ...]:
    """What `sentence` says outright of treaties between states and passages have otherwise, each with what these say."""
    if not brief.motion.states or not brief.treaties:
        return ()
    found: dict[Tie, tuple[Treaties, ...]] = {}
    for tie in _reading(brief.motion.states).said(sentence):
        stated = tuple(each for each in brief.treaties if each.tie(tie.one, tie.other) is (not tie.bound))
        if stated:
            found[tie] = stated
    return tuple(found.items())


def prepared(brief: Brief, sentence: str) -> tuple[str, ...]:
    """The keys of the corrections that are prepared for the false treaties which `sentence` states.

    Of several that are heard by the same one, that of most lines is meant.
    """
    keys = (_meant(brief, tie) for tie, _ in mistaken(brief, sentence))
    return tuple(dict.fromkeys(key for key in keys if key is not None))


def _meant(brief: Brief, tie: Tie) -> str | None:
    lines = {key: _heard(brief, key).count(tie) for key in brief.corrections}
    key = max(lines, key=lambda each: lines[each], default=None)
    return key if key is not None and lines[key] else None


def _heard(brief: Brief, key: str) -> tuple[Tie, ...]:
    return _stated(brief.motion.states, brief.corrections[key].heard)


@lru_cache(maxsize=1024)
def _stated(states: Names, lines: tuple[str, ...]) -> tuple[Tie, ...]:
    return tuple(tie for line in lines for tie in _reading(states).said(line))


def contested_tie(brief: Brief, said: Sequence[str], corrected: Iterable[str] = ()) -> Contested | None:
    """What a passage has in place of the first treaty that one of the sentences `said` has wrong, or None.

    What the passages of the corrections with the keys `corrected` put right is left to them.
    """
    known = brief.cited_by(corrected)
    for sentence in said:
        for tie, stated in mistaken(brief, sentence):
            if any(each.passage in known for each in stated):
                continue
            passage = brief.passages[stated[0].passage]
            names = [name for known in brief.motion.states if {tie.one, tie.other} & {*known} for name in known]
            spoken = opening_and_nearest(passage, " ".join((*names, _ABOUT)), denied=tie.bound)
            stands, held = ("a treaty", "none") if tie.bound else ("no treaty", "one")
            return Contested(f"{stands} of defence between {tie.one} and {tie.other}", held, passage, spoken, MoveKind.TIES)
    return None
