"""Attribution: what a sentence makes somebody hold on the motion, held against the passage that gives the position.

Only what is said plainly counts: the name, the verb, what the motion is about and, after "says", what is said of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from bot.brief.model import Brief
from bot.brief.position import Position
from bot.speech import voice
from bot.speech.evidence import opening_and_nearest
from bot.speech.figures import Contested
from bot.speech.moves import MoveKind
from bot.speech.outright import ENDS, LONGEST, compiled

_ADVERB = (
    r"(?:\s+(?:himself|herself|itself|also|clearly|openly|now|really|actually|always|even|fully|strongly|explicitly|plainly"
    r"|in\s+fact|surely|certainly|definitely|very|quite|simply|all))*"
)
_WANTS = (
    r"(?:supports?|supported|backs?|backed|favou?rs?|favou?red|endorse[sd]?|advocate[sd]?|champion(?:s|ed)|promote[sd]?|urge[sd]?"
    r"|(?:calls?|called|argues?|argued|pleads?|pleaded)\s+for|wants?|wanted|predict(?:s|ed)?|foresees?|foresaw|propose[sd]?"
    r"|(?:is|was|are|were|comes?\s+out|came\s+out)\s+(?:in\s+favou?r\s+of|for))"
)
_REFUSES = (
    r"(?:oppose[sd]?|reject(?:s|ed)?|condemn(?:s|ed)?|dismiss(?:es|ed)?|rule[sd]?\s+out|argue[sd]?\s+against"
    r"|(?:is|was|are|were)\s+(?:\w+\s+)?against)"
)
_OF = (
    r"(?:\s+(?:the\s+)?(?:idea|creation|building|founding|emergence|coming)\s+of)?"
    r"(?:\s+(?:an?|the|such\s+an?|any|his|her|their))?\s+"
)
_SAYS = (
    r"(?:says?|said|writes?|wrote|argue[sd]?|claim(?:s|ed)?|admits?|admitted|concedes?|conceded|believe[sd]?|thinks?|thought|holds?"
    r"|held|concludes?|concluded|predicts?|predicted|shows?|showed|states?|stated|proves?|proved|insists?|insisted|expects?"
    r"|expected|accepts?|accepted|agrees?|agreed|confirms?|confirmed)(?:\s+that)?(?:\s+(?:an?|the|such\s+an?))?\s+"
)
_COMES = (
    r"\s+(?:(?:is|was)"
    + _ADVERB
    + r"\s+(?:inevitable|certain|likely|probable|coming|unavoidable|on\s+its\s+way|around\s+the\s+corner"
    r"|bound\s+to\s+(?:come|emerge|happen))"
    r"|(?:will|would|can|could)"
    + _ADVERB
    + r"\s+(?:emerge|come|happen|work|succeed|arise|exist|form|be\s+(?:built|founded|formed)))"
)
_FAILS = (
    r"\s+(?:(?:is|was)" + _ADVERB + r"\s+(?:impossible|unlikely|improbable|not\s+likely|out\s+of\s+the\s+question|never\s+coming)"
    r"|(?:will|would|can|could)\s*(?:not|never|n['’]t)" + _ADVERB + r"\s+(?:emerge|come|happen|work|succeed|arise|exist|form))"
)


class Reading:
    """The patterns for the names of those who hold a position and of what the motion is about."""

    def __init__(self, holders: tuple[str, ...], subject: tuple[str, ...]) -> None:
        """`holders` and `subject` are names in any order."""
        who = rf"(?<![\w-])(?P<who>{_any_of(holders)})(?![\w’'-]){_ADVERB}\s+"
        what = rf"(?:{_any_of(subject)})(?![\w’'-])"
        self._subject = compiled(what)
        self._patterns = [
            (True, compiled(rf"{who}{_WANTS}{_OF}{what}{ENDS}")),
            (False, compiled(rf"{who}{_REFUSES}{_OF}{what}{ENDS}")),
            (True, compiled(rf"{who}{_SAYS}{what}{_COMES}{ENDS}")),
            (False, compiled(rf"{who}{_SAYS}{what}{_FAILS}{ENDS}")),
        ]

    def said(self, sentence: str) -> Iterator[tuple[str, bool]]:
        """Who, in lower case, is said outright to hold what on the motion: True for, False against."""
        low = sentence.lower()
        if len(sentence) > LONGEST or not self._subject.search(sentence) or low.rstrip().endswith("?") or voice.rejected(low):
            return
        for is_for, pattern in self._patterns:
            for found in pattern.finditer(sentence):
                before = low[: found.start()]
                if not (voice.reported(before) or voice.denies(before) or voice.conditional(low, found.start())):
                    yield found["who"].lower(), is_for


def _any_of(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


@lru_cache(maxsize=8)
def _reading(holders: tuple[str, ...], subject: tuple[str, ...]) -> Reading:
    return Reading(holders, subject)


def misattributed(brief: Brief, sentence: str) -> tuple[tuple[str, Position], ...]:
    """Who in `sentence` is said outright to hold the opposite of what a passage gives as theirs, with the position."""
    holders = {name.lower(): position for position in brief.positions for name in position.held_by}
    if not holders or not brief.motion.subject_names:
        return ()
    said = _reading(tuple(holders), brief.motion.subject_names).said(sentence)
    return tuple((who, holders[who]) for who, is_for in said if holders[who].is_for is not is_for)


def contested_position(brief: Brief, said: Sequence[str], corrected: Iterable[str] = ()) -> Contested | None:
    """What a passage has in place of the first position that one of the sentences `said` gives somebody wrongly, or None.

    What the passages of the corrections with the keys `corrected` put right is left to them.
    """
    known = brief.cited_by(corrected)
    for sentence in said:
        for who, position in misattributed(brief, sentence):
            if position.passage in known:
                continue
            passage = brief.passages[position.passage]
            spoken = opening_and_nearest(passage, " ".join(brief.motion.subject_names), denied=not position.is_for)
            sides = ("against it", "for it") if position.is_for else ("for it", "against it")
            return Contested(f"{who} {sides[0]}", f"{position.held_by[0]} {sides[1]}", passage, spoken, MoveKind.POSITION)
    return None
