"""Allies: what a sentence says outright of treaties of defence between states, that two have one or have none.

Only plain statements count, as with memberships: the states and the words that tie them stand next to one another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

from bot.speech.outright import ENDS, LONGEST, MOST_LISTED, Names, alternatives, bare, compiled, is_outright, plainly


@dataclass(frozen=True, slots=True)
class Tie:
    """That a treaty of defence ties `one` to `other`, or, where not `bound`, that none does; the two go by the alphabet."""

    one: str
    other: str
    bound: bool


_ADVERB = (
    r"(?:\s+(?:all|both|also|already|now|still|even|since|today|long|formally|officially|openly|legally|fully|in\s+fact"
    r"|simply))*"
)
_BE = r"\s+(?:is|are|remains?|(?:has|have)\s+(?:long\s+)?been|became|becomes?)"
_ARTICLE = (
    r"(?:\s+(?:an?|the|its|their|each|full|fully|formal|proper|real|solemn|binding|bilateral|official|old|firm|military"
    r"|close|sworn))*"
)
_ALLIES = r"(?:[\s-]+(?:treaty|defen[cs]e|military))?\s+all(?:y|ies)"
_DEFENCE = (
    r"(?:\s+|-)(?:(?:mutual|collective)[\s-]+)?(?:(?:defen[cs]e|security)[\s-]+(?:treat(?:y|ies)|pacts?|alliances?)"
    r"|alliance[\s-]+treat(?:y|ies)|alliances?|treat(?:y|ies)\s+of\s+(?:alliance|(?:mutual\s+)?defen[cs]e))"
)
_ANY = rf"(?:{_DEFENCE}|\s+treat(?:y|ies)|\s+pacts?)"
_HAVE = r"\s+(?:(?:has\s+|have\s+)?(?:got|signed|concluded|made)|has|have|share|keeps?|holds?)"
_EACH = r"(?:\s+(?:with|of|to|between)\s+(?:one\s+another|each\s+other|them))?"
_HELP = (
    r"\s+to\s+(?:defend|protect|fight\s+for|go\s+to\s+war\s+for|come\s+to\s+the\s+(?:aid|defen[cs]e|help|rescue)\s+of|help\s+defend"
    r"|die\s+for|treat\s+an\s+attack\s+on)\s+"
)
_SWORN = (
    r"\s+(?:bound|obliged|obligated|sworn|committed|required|pledged|tied|allied)"
    r"(?:\s+(?:by|under)\s+(?:an?\s+|the\s+)?(?:\w+\s+)?(?:treaty|law|pact))?"
)
_NOT = r"(?:\s+(?:not|no\s+longer|never\s+been)|n['’]t)"
# What no statement of a tie does without: the patterns below are slow where nothing can be found.
_TOLD = re.compile(
    r"\b(?:all(?:y|ies|ied|iances?)|treat(?:y|ies)|pacts?|bound|oblig|sworn|committed|required|pledged|tied|linked|joined)", re.I
)
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")


class Reading:
    """The patterns for the states of one brief."""

    def __init__(self, states: Names) -> None:
        """Of every state the names, the first the usual one."""
        self._states = {name.lower(): known[0] for known in states for name in known}
        self._state = compiled(alternatives(states))
        state = self._state.pattern
        between = r"(?:\s*,\s*(?:and\s+)?|\s+(?:and|&|plus|together\s+with|as\s+well\s+as)\s+)"
        one = rf"(?P<one>{state}(?:{between}{state}){{0,{MOST_LISTED}}})"
        other = rf"(?P<other>{state}(?:{between}{state}){{0,{MOST_LISTED}}})"
        several = rf"(?P<one>{state}(?:{between}{state}){{1,{MOST_LISTED}}})"
        there = r"\b(?:there\s+(?:is|are|exists?)|we\s+(?:now\s+)?have)"
        tied = [
            rf"{several}{_ADVERB}{_BE}{_ADVERB}{_ARTICLE}{_ALLIES}{_EACH}{ENDS}",
            rf"{one}{_ADVERB}{_BE}{_ADVERB}{_ARTICLE}{_ALLIES}\s+(?:of|to|with)\s+{other}{ENDS}",
            rf"{several}{_ADVERB}{_BE}{_ADVERB}\s+(?:bound|tied|linked|joined|allied|sworn){_EACH}\s+by\s+(?:an?\s+)?(?:\w+\s+)?"
            rf"(?:treaty|mutual\s+defen[cs]e\s+\w+){_EACH}{ENDS}",
            rf"{several}{_ADVERB}{_BE}{_ADVERB}{_SWORN}\s+to\s+(?:defend|protect|fight\s+for)\s+(?:one\s+another|each\s+other){ENDS}",
            rf"{one}{_ADVERB}{_BE}{_ADVERB}{_SWORN}{_HELP}{other}{ENDS}",
            rf"{one}{_ADVERB}{_HAVE}{_ADVERB}{_ARTICLE}{_DEFENCE}\s+with\s+{other}{ENDS}",
            rf"{several}{_ADVERB}{_HAVE}{_ADVERB}{_ARTICLE}{_DEFENCE}{_EACH}{ENDS}",
            rf"{there}{_ADVERB}{_ARTICLE}{_DEFENCE}\s+between\s+{several}{ENDS}",
        ]
        loose = [
            rf"{one}{_ADVERB}(?:\s+(?:has|have|holds?)\s+no|(?:\s+do(?:es)?(?:\s+not|n['’]t)\s+have|\s+lacks?)(?:\s+an?y?)?)"
            rf"{_ARTICLE}{_ANY}\s+with\s+{other}{ENDS}",
            rf"{several}{_ADVERB}(?:\s+(?:has|have|share)\s+no|\s+do(?:\s+not|n['’]t)\s+have(?:\s+an?y?)?){_ARTICLE}{_ANY}{_EACH}{ENDS}",
            rf"{one}{_ADVERB}\s*(?:is|are)(?:{_NOT}(?:\s+an?)?|\s+no){_ARTICLE}{_ALLIES}\s+(?:of|to|with)\s+{other}{ENDS}",
            rf"{several}{_ADVERB}\s*(?:is|are){_NOT}{_ARTICLE}{_ALLIES}{_EACH}{ENDS}",
            rf"\bthere\s+(?:is|exists)\s+no(?:\s+longer\s+an?y?)?{_ARTICLE}{_ANY}\s+between\s+{several}{ENDS}",
            rf"{one}{_ADVERB}(?:\s+ha(?:s|ve))?\s+(?:ended|scrapped|tore\s+up|torn\s+up|terminated|cancelled|abrogated|renounced|left|quit"
            rf"|(?:withdrew|withdrawn|walked\s+out|pulled\s+out)\s+(?:from|of))\s+(?:its|their|the){_ARTICLE}{_DEFENCE}"
            rf"\s+with\s+{other}{ENDS}",
        ]
        self._patterns = [(True, compiled(each)) for each in tied] + [(False, compiled(each)) for each in loose]

    def said(self, sentence: str) -> Iterator[Tie]:
        """What `sentence` says outright of any two states."""
        sentence = plainly(sentence)
        if len(sentence) > LONGEST or not _TOLD.search(sentence) or not self._state.search(sentence):
            return
        low = sentence.lower()
        for bound, pattern in self._patterns:
            for found in pattern.finditer(sentence):
                past = not bound and _YEAR.search(sentence)
                if not past and is_outright(low, found.start(), found.end(), denial=not bound):
                    yield from self._ties(found, bound=bound)

    def _ties(self, found: re.Match[str], *, bound: bool) -> Iterator[Tie]:
        given = {name: self._named(text) for name, text in found.groupdict().items()}
        pairs = product(given["one"], given["other"]) if "other" in given else combinations(given["one"], 2)
        yield from (Tie(min(one, other), max(one, other), bound) for one, other in pairs if one != other)

    def _named(self, text: str) -> list[str]:
        return [self._states[bare(state)] for state in self._state.findall(text)]
