"""Belonging: what a sentence says outright of states and groups, that they belong, have left or stay out.

Only plain statements count: the states, the group and the words that join them stand next to one another, and nothing about them
is denied, supposed, reported or asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from bot.speech import voice

# No plain statement has more characters, and no list is read further: time would grow with the square of both.
LONGEST, MOST_LISTED = 600, 10
# So many characters behind a statement may still take it back, though another clause begins ("in all but name").
NEAR = 16
Names = tuple[tuple[str, ...], ...]


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
# What makes another thing of a group's name ("the League summit"), or of a state's ("the Ardland Sea", "Ardland's").
_OTHER = (
    r"(?![\w+’]|'s\b|-\w|\s*(?:plus\b|\+|summit|meeting|talks?\b|exercise|drill|partner|discussion|negotiation|consultation|style\b"
    r"|process|working|project|programme|program|initiative|statement|vaccine|framework|table|room|orbit|debate|dialogue|sea\b|strait"
    r"|bid|territory|waters|invit|observ|candidate|pillar|early|alone|out of))"
)
# "Isn't it true that she joined?" says that she did.
_PRESSED = re.compile(
    r"^\W*(?:(?:but|and|so|well)\W+)?(?:isn['’]?t it|is it not|wasn['’]?t it|was it not)"
    r"\s+(?:\w+ly\s+)?(?:true|so|a\s+fact|the\s+case|clear|obvious)\s+that\s+",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"\b(?:all but|de facto|in (?:effect|practice|spirit|name)|effectively|practically|virtually|basically|as good as|like an?"
    r"|(?:inform|unoffici)al\w*|honorary|dialogue|associate|observer|potential|prospective|candidate|invit\w+|former(?:ly)?|pillar"
    r"|next|instead|until|alongside|cooperat\w+|against|when|where|only if|as if|as though|without|rather|treat\w*)\b"
)
# A name behind these is not what the sentence speaks of, or the sentence does not say it in its own name.
_LEANING = re.compile(
    r"\b(?:had|were|should|unlike|like|besides?|with|to|for|from|than|against|between|by|about|outside|beyond|alongside|including"
    r"|near|around|over|(?<!members )(?<!member )(?<!membership )(?<!states )(?<!countries )(?<!powers )of"
    r"|(?:idea|notion|belief|impression|claim|rumou?r|suggestion|story|thought)s?(?: that)?"
    r"|(?:told|heard|read)(?: me| us)?(?: that)?|tells?(?: me| us)?(?: that)?)$"
)


class Reading:
    """The patterns for the states and groups of one brief."""

    def __init__(self, states: Names, groups: Names) -> None:
        """Of every state and group the names, the first the usual one."""
        self._states = {name.lower(): known[0] for known in states for name in known}
        self._groups = {name.lower(): known[0] for known in groups for name in known}
        self._state = re.compile(_alternatives(states), re.IGNORECASE)
        self._group = _compiled(rf"(?P<group>{_alternatives(groups)})")
        state, group = self._state.pattern, self._group.pattern
        between = r"(?:\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|&|plus|with|together\s+with|along\s+with|as\s+well\s+as)\s+|\s+)"
        listed = rf"(?P<states>{state}(?:{between}{state}){{0,{MOST_LISTED}}})"
        lasting = rf"{listed}{_ADVERB}{_HAVE}{_ADVERB}"
        self._lists = _compiled(group + _LISTS + listed)
        self._patterns = [
            (Relation.LEFT, _compiled(lasting + _LEAVE + group + _TAIL)),
            (Relation.STAYS_OUT, _compiled(listed + _ADVERB + _STAY_OUT + group + _TAIL)),
            (Relation.STAYS_OUT, _compiled(group + _LACKS + listed)),
            (Relation.BELONGS, _compiled(rf"{listed},?{_ADVERB}(?:\s+{_BE})?{_KIND}{_MEMBER}{group}{_TAIL}")),
            (Relation.BELONGS, _compiled(lasting + _JOIN + group + _TAIL)),
            (Relation.BELONGS, _compiled(group + _HOLDS + listed)),
            (Relation.BELONGS, self._lists),
            (Relation.BELONGS, _compiled(rf"{listed}{_ADVERB}\s+(?:makes?\s+up|made\s+up|forms?|formed)\s+{group}")),
            (Relation.BELONGS, _compiled(rf"{group}\s*,?\s+(?:and\s+)?{listed}{_ADVERB}\s+{_BE}{_AMONG_THEM}")),
            (Relation.BELONGS, _compiled(rf"{listed}{_ADVERB}\s+{_BE}{_KIND}\s+{group}[\s-]members?\b")),
        ]
        # These take for granted what they say, whatever the sentence asks or says besides.
        now = r"\b(?:now\s+that|ever\s+since|given\s+that)\s+"
        self._granted = [
            (Relation.BELONGS, _compiled(group + _LIKE + listed)),
            (Relation.BELONGS, _compiled(rf"{group}\s+members?\s+{listed}")),
            (Relation.BELONGS, _compiled(rf"{listed}\s*,{_KIND}\s+{group}[\s-]members?\b")),
            (Relation.BELONGS, _compiled(now + lasting + _JOIN + group + _TAIL)),
            (Relation.LEFT, _compiled(now + lasting + _LEAVE + group + _TAIL)),
        ]

    def said(self, sentence: str) -> Iterator[tuple[Said, ...]]:
        """What `sentence` says outright, the states of one list together."""
        sentence = _PRESSED.sub("", sentence).rstrip("? ") if _PRESSED.match(sentence) else sentence
        if len(sentence) > LONGEST or not self._group.search(sentence):
            return
        low = sentence.lower()
        for relation, pattern in self._patterns + self._granted:
            for found in pattern.finditer(sentence):
                granted = (relation, pattern) in self._granted and _is_granted(low, found.end())
                if granted or _is_outright(low, found.start(), found.end(), relation):
                    group = self._groups[_bare(found["group"])]
                    states = [self._states[_bare(state)] for state in self._state.findall(found["states"])]
                    yield tuple(Said(state, relation, group, sure=pattern is not self._lists) for state in states)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _bare(name: str) -> str:
    return re.sub(r"^the\s+", "", " ".join(name.lower().split()))


def _alternatives(names: Names) -> str:
    each = sorted((name for known in names for name in known), key=len, reverse=True)
    # "us" is mostly a pronoun: a short name counts in capitals, or behind "the".
    ways = [rf"(?-i:{re.escape(name)})" if name.isupper() and len(name) < 3 else re.escape(name) for name in each]
    behind = [re.escape(name) for name in each if name.isupper() and len(name) < 3]
    short = rf"|(?:the\s+(?:{'|'.join(behind)}))" if behind else ""
    return rf"(?<![\w-])(?:(?:the\s+)?(?:{'|'.join(ways)}){short}){_OTHER}"


def _is_outright(low: str, begin: int, end: int, relation: Relation) -> bool:
    around = [(a, z) for a, z in voice.clauses(low) if z > begin and a < end]
    clause = low[around[0][0] : around[-1][1]]
    before = low[around[0][0] : begin].rstrip()
    return not (
        low.rstrip().endswith("?")
        or voice.rejected(low)
        or voice.reported(low[:end])
        or voice.suppositions(clause)
        or voice.conditional(low, end)
        or _HEDGED.search(low[around[0][0] : max(around[-1][1], end + NEAR)])
        or _LEANING.search(before)
        or voice.denies(before)
        or (relation is not Relation.STAYS_OUT and voice.denies(clause.replace("no longer", "")))
    )


def _is_granted(low: str, end: int) -> bool:
    return not (voice.rejected(low) or voice.reported(low[:end]) or voice.conditional(low, end))
