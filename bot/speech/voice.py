"""How a thing is said: asserted, denied, supposed or reported, judged by plain cues in the clauses that matter.

A false premise is corrected only where it is asserted. A question, a denial ("is not"), a supposition ("if", "could",
"should") and a report of somebody else's view ("you say", "some believe") assert nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

Span = tuple[int, int]

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|nobody|nothing|cannot|without|hardly|isnt|arent|wasnt|werent|doesnt|dont"
    r"|didnt|cant|wont|hasnt"
    r"|havent|aint|rather than|instead of|far from|refused to|refuses to|failed to|\w+n't)\b",
    re.IGNORECASE,
)
# Said of the whole statement, wherever they stand in it.
_REJECTION = re.compile(
    r"\b(?:wrong(?:ly)?|mistaken(?:ly)?|mistake|untrue|false(?:ly)?|myth|misread\w*|misquot\w*|misunderst\w+"
    r"|incorrect\w*|nonsense"
    r"|not true|isn'?t true|debunk\w*|refut\w+|fiction|could not find|couldn'?t find|no evidence|no proof)\b",
    re.IGNORECASE,
)
# Phrases whose negative word strengthens what is said.
_EMPHASIS = re.compile(
    r"\b(?:(?:no one|nobody|none)(?: can| could| would)? (?:den(?:y|ies)|disputes?|doubts?)\w*|no doubt|no question"
    r"|without (?:a )?doubt|no matter"
    r"|without question|cannot be denied|can'?t be denied|undeniabl[ey]|not only|not just|no longer an?"
    r"|nothing (?:can |could )?(?:stops?|prevents?)\w*"
    r"|no less than|no choice|(?:should|ought to|would|must) know|isn'?t it|aren'?t they|doesn'?t it|don'?t they"
    r"|never mind|why not|no wonder|if not more)\b",
    re.IGNORECASE,
)
_SUPPOSITION = re.compile(
    r"\b(?:would|could|should|might|may|shall|ought|unless|whether|suppos\w+|imagin\w+|perhaps|maybe|possibly|wants?"
    r"|wanted|wish\w*|hop(?:e|es|ed|ing)"
    r"|propos(?:e|es|ed|al|als)|plan(?:s|ned|ning)?|consider\w*|will|gonna|going to|one day|some ?day|soon|need(?:s"
    r"|ed)? to|wouldn'?t|let's|let us"
    r"|demand(?:s|ed)?|urges?|urged|call(?:s|ed)? for|expected to|about to|nearly|almost|tried to|tries to"
    r"|threaten\w*|hypothetical\w*|can)\b",
    re.IGNORECASE,
)
_LEADING_IF = re.compile(
    r"\b(?:if|unless|once|suppos(?:e|ing)|imagine|when(?:ever)? (?:the|a|an)? ?\w+ (?:is|are|gets?) (?:finally|ever))\b",
    re.IGNORECASE,
)
_REPORT = re.compile(
    r"\b(?:(?:you|u|they|some(?: people| say)?|people|many|critics|my opponent|opponents?|the (?:bot|other side"
    r"|opposition)|your side|he|she|li|china"
    r"|beijing|the chinese)\b[^.;:]{0,20}?\b(?:say|says|said|saying|claims?|claimed|assert\w*|believ\w+|thinks?"
    r"|thought|alleges?|alleged|insists?|attribut\w+|pretends?"
    r"|argues?|argued|suggests?|suggested|den(?:y|ies|ied)|reads?)|it is (?:often )?(?:said|claimed)|so-called"
    r"|supposedly|allegedly|rumou?r\w*)\b",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"[,;:—–]\s|\s-\s|\b(?:and|but|so|because|which|while|whereas|since|although|though|yet|cuz|bc)\b", re.IGNORECASE
)


# Said of the other side's whole case, or of what it said, whatever it was.
_BLANKET = re.compile(
    r"\b(all|none|any|every|most|much|half|both|each) (of )?(this|that|your|the bot'?s|those|these|it|you)\b|\beverything\b"
    r"|\b(your|ur|the bot'?s) (own |whole |entire |other |main |only |best |strongest |real "
    r"|first |second |third |last |so[- ]called )*"
    r"(case|argument|point|side|speech|position|answer|reasoning|logic|evidence|example|claim|contention|reply|rebuttal|question)s?\b"
    r"|\b(you|u|the bot|my opponent|the opposition) (just |only |keep |still |also |have |has )*"
    r"(say|says|said|saying|claim|claims|claimed|argue|argues|argued|repeat|told|mention|ignore|assume|think|forget|cite|cites|cited|ask|asks|asked)\b",
    re.IGNORECASE,
)


def blanket(text: str) -> bool:
    """Whether `text` speaks of the other side's case or words as such, so that it may reply to any of its arguments."""
    return bool(_BLANKET.search(text))


def occurrences(text: str, alternatives: tuple[str, ...]) -> list[Span]:
    """Where any of `alternatives` begins a word of `text`, without overlaps; both are lower case."""
    return [m.span() for m in _finder(alternatives).finditer(text)] if alternatives else []


@lru_cache(maxsize=1024)
def _finder(alternatives: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, alternatives))})")


def clauses(text: str) -> list[Span]:
    """The clauses of one sentence as spans that cover it whole."""
    cuts = sorted({0, *(m.start() for m in _BREAK.finditer(text)), len(text)})
    return [(a, z) for a, z in pairwise(cuts) if z > a]


def nearest_window(text: str, groups: Iterable[Sequence[Span]]) -> Span | None:
    """The fewest neighbouring clauses of `text` that hold something of every group, the first such; None if there are none."""
    parts, wanted = clauses(text), [list(group) for group in groups]
    best: tuple[int, int] | None = None
    for first in range(len(parts)):
        for last in range(first, len(parts)):
            if best is not None and last - first >= best[1] - best[0]:
                break
            begin, end = parts[first][0], parts[last][1]
            if all(any(begin <= at < end for at, _ in group) for group in wanted):
                best = (first, last)
                break
    return None if best is None else (parts[best[0]][0], parts[best[1]][1])


def _found(pattern: re.Pattern[str], text: str) -> frozenset[str]:
    return frozenset(m.group(0).lower() for m in pattern.finditer(text))


def denies(text: str) -> bool:
    """Whether a negative word stands in `text` that does not merely strengthen it."""
    return bool(_NEGATION.search(_EMPHASIS.sub(" ", text)))


def suppositions(text: str) -> frozenset[str]:
    """The words of `text` that make it a possibility, a wish, a demand or a forecast."""
    return _found(_SUPPOSITION, _EMPHASIS.sub(" ", text).replace("as soon as", " "))


def rejected(text: str) -> bool:
    """Whether the statement calls something wrong, a myth or unproven."""
    return bool(_REJECTION.search(text))


def reported(text: str) -> bool:
    """Whether the statement tells what somebody else says or believes."""
    return bool(_REPORT.search(text))


def conditional(text: str, before: int) -> bool:
    """Whether an if-clause opens in `text` ahead of position `before`."""
    return bool(_LEADING_IF.search(text[: max(before, 0)]))
