"""Belonging: what a sentence says outright of states and groups, that they belong, have left or stay out.

Only plain statements count: the states, the group and the words that join them stand next to one another, and nothing about them
is denied, supposed, reported or asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from bot.speech.outright import LONGEST, MOST_LISTED, Names, alternatives, bare, compiled, is_granted, is_outright, plainly


class Relation(Enum):
    """What is said of a state and a group."""

    BELONGS = "belongs to"
    STAYS_OUT = "does not belong to"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Said:
    """That `state` stands in `relation` to the group whose usual name is `group`.

    It is not `sure` where only a true member beside it in the list makes it a member.
    """

    state: str
    relation: Relation
    group: str
    sure: bool = field(default=True, compare=False)


# What may stand between a state and what it is said to be: "is now a full and founding member of".
_ADVERB = r"(?:\s+(?:all|both|also|already|now|still|even|since|today|long|formally|officially|openly|recently|just|then|later))*"
_BE = r"(?:is|are|was|were|became|becomes?|remains?|remained|(?:has|have|had)\s+(?:\w+\s+)?been|sits?\s+as|counts?\s+as|being|as)"
_KIND = (
    r"(?:\s+(?:an?|the|one|of|its|now|already|all|both|still|also|and|full|fully|fledged|founding|original|permanent|core|key|loyal"
    r"|active|formal|fellow|proud|new|newest|latest|long|standing|treaty|charter|equal|central|fifth|sixth|fourth|third"
    r"|regional|official|signed|up|integral|-))*"
)
_MEMBER = (
    r"\s+(?:co-)?(?:members?|part|part(?:y|ies)|signator(?:y|ies)|founders?|states?\s+part(?:y|ies))"
    r"\s+(?:of|to|in|inside|within)\s+"
)
_HAVE = r"(?:\s+(?:has|have|had|did))?"
_JOIN = (
    r"\s+(?:joined|signed(?:\s+up\s+to)?|acceded\s+to|entered|belong(?:s|ed)?\s+to|co-?founded|helped\s+(?:to\s+)?found"
    r"|sits?\s+(?:in|on|inside)|(?:is|are|was|were)\s+(?:\w+ly\s+)?(?:in|inside|within|admitted\s+to|accepted\s+into))\s+"
)
_LEAVE = (
    r"\s+(?:left|leaves?|quit|quits|exited|deserted|(?:withdrew|withdrawn|pulled\s+out|walked\s+out|walked\s+away|dropped\s+out|backed\s+out"
    r"|stormed\s+out|resigned)\s+(?:of|from)|(?:was|were|been|got)\s+(?:expelled|thrown\s+out|kicked\s+out|suspended|excluded)\s+(?:from|of)"
    r"|(?:is|are|was|were)\s+no\s+longer\s+(?:(?:an?\s+)?(?:members?|part)\s+of|in)|no\s+longer\s+belongs?\s+to"
    r"|(?:ended|gave\s+up|dropped|renounced|abandoned)\s+(?:its|their)\s+(?:membership|seat|place)\s+(?:of|in|on))\s+"
)
_STAY_OUT = (
    r"(?:\s+(?:is|are|was|were|does|do|did|has|have|had)\s*(?:not|n't|never)(?:\s+(?:even|been|actually|really))?"
    r"(?:" + _KIND + _MEMBER + r"|\s+(?:in|join(?:ed)?|belong\s+to|sign(?:ed)?|inside)\s+)"
    r"|\s+never\s+(?:joined|signed|entered|belonged\s+to|was\s+(?:in|(?:a\s+)?(?:member|part)\s+of))\s+"
    r"|\s+(?:stays?|stayed|stands?|stood|sits?|remains?|remained|is|are)\s+(?:out\s+of|outside(?:\s+of)?)\s+"
    r"|\s+(?:is|are|was|were)\s+(?:no\s+(?:members?|part)\s+of|(?:left|kept|shut)\s+out\s+of|excluded\s+from|missing\s+from|absent\s+from)\s+)"
)
_GROUPING = r"(?:'s)?(?:\s+(?:alliance|pact|treaty|grouping|group|members?|membership|powers|four|five|three|countries))?\s*"
_NAMELY = r"(?:\s+(?:members|states|countries|allies|as\s+members?)(?:\s+(?:such\s+as|like))?)?:?\s+"
_HOLDS = (
    _GROUPING
    + r"\s(?:includes?|included|comprises?|comprised|consists?\s+of|consisted\s+of|brings?\s+together|brought\s+together"
    r"|(?:is|was)\s+(?:made\s+up|composed)\s+of|was\s+(?:signed|founded)\s+by|admitted|took\s+in)" + _NAMELY
)
# "The League has Ardland worried": a list behind these words is one of members only if it names one.
_LISTS = _GROUPING + r"(?:\s(?:is|are|has|unites?|united|counts?|counted|contains?)|=|:)" + _NAMELY
_AMONG_THEM = (
    r"\s+(?:(?:one|two|three|part|members?|both)\s+of|among)"
    r"\s+(?:them|its\s+(?:members|founders)|the\s+(?:three|four|five|members))\b"
)
_LIKE = (
    r"(?:'s)?\s+(?:members?|member\s+states?|countries|states|nations|powers|allies)\s*,?"
    r"\s+(?:like|such\s+as|including|especially|namely)\s+"
)
_LACKS = (
    r"\s+(?:excludes?|excluded|leaves?\s+out|left\s+out|shuts?\s+out|lacks|has\s+no"
    r"|does(?:\s+not|n't)\s+(?:include|contain|have))\s+"
)
# "Joined the League in condemning it", "is not in it to please anybody", "left it divided" say nothing of membership.
_TAIL = r"(?!\s+(?:to|for|at|on|during|behind|alone|weak\w*|divided|stranded|hanging|in\s+\w+ing)\b)"


class Reading:
    """The patterns for the states and groups of one brief."""

    def __init__(self, states: Names, groups: Names) -> None:
        """Of every state and group the names, the first the usual one."""
        self._states = {name.lower(): known[0] for known in states for name in known}
        self._groups = {name.lower(): known[0] for known in groups for name in known}
        self._state = re.compile(alternatives(states), re.IGNORECASE)
        self._group = compiled(rf"(?P<group>{alternatives(groups)})")
        state, group = self._state.pattern, self._group.pattern
        between = r"(?:\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|&|plus|with|together\s+with|along\s+with|as\s+well\s+as)\s+|\s+)"
        listed = rf"(?P<states>{state}(?:{between}{state}){{0,{MOST_LISTED}}})"
        lasting = rf"{listed}{_ADVERB}{_HAVE}{_ADVERB}"
        self._lists = compiled(group + _LISTS + listed)
        self._patterns = [
            (Relation.LEFT, compiled(lasting + _LEAVE + group + _TAIL)),
            (Relation.STAYS_OUT, compiled(listed + _ADVERB + _STAY_OUT + group + _TAIL)),
            (Relation.STAYS_OUT, compiled(group + _LACKS + listed)),
            (Relation.BELONGS, compiled(rf"{listed},?{_ADVERB}(?:\s+{_BE})?{_KIND}{_MEMBER}{group}{_TAIL}")),
            (Relation.BELONGS, compiled(lasting + _JOIN + group + _TAIL)),
            (Relation.BELONGS, compiled(group + _HOLDS + listed)),
            (Relation.BELONGS, self._lists),
            (Relation.BELONGS, compiled(rf"{listed}{_ADVERB}\s+(?:makes?\s+up|made\s+up|forms?|formed)\s+{group}")),
            (Relation.BELONGS, compiled(rf"{group}\s*,?\s+(?:and\s+)?{listed}{_ADVERB}\s+{_BE}{_AMONG_THEM}")),
            (Relation.BELONGS, compiled(rf"{listed}{_ADVERB}\s+{_BE}{_KIND}\s+{group}[\s-]members?\b")),
        ]
        # These take for granted what they say, whatever the sentence asks or says besides.
        now = r"\b(?:now\s+that|ever\s+since|given\s+that)\s+"
        self._granted = [
            (Relation.BELONGS, compiled(group + _LIKE + listed)),
            (Relation.BELONGS, compiled(rf"{group}\s+members?\s+{listed}")),
            (Relation.BELONGS, compiled(rf"{listed}\s*,{_KIND}\s+{group}[\s-]members?\b")),
            (Relation.BELONGS, compiled(now + lasting + _JOIN + group + _TAIL)),
            (Relation.LEFT, compiled(now + lasting + _LEAVE + group + _TAIL)),
        ]

    def said(self, sentence: str) -> Iterator[tuple[Said, ...]]:
        """What `sentence` says outright, the states of one list together."""
        sentence = plainly(sentence)
        if len(sentence) > LONGEST or not self._group.search(sentence):
            return
        low = sentence.lower()
        for relation, pattern in self._patterns + self._granted:
            for found in pattern.finditer(sentence):
                granted = (relation, pattern) in self._granted and is_granted(low, found.end())
                if granted or is_outright(low, found.start(), found.end(), denial=relation is Relation.STAYS_OUT):
                    group = self._groups[bare(found["group"])]
                    states = [self._states[bare(state)] for state in self._state.findall(found["states"])]
                    yield tuple(Said(state, relation, group, sure=pattern is not self._lists) for state in states)
