"""Outright: whether a sentence says in its own name what stands in it of states, and how the names of states are found.

Nothing is said outright that is denied, supposed, reported, asked or taken back by the words around it.
"""

from __future__ import annotations

import re

from bot.speech import voice

# No plain statement has more characters, and no list is read further: time would grow with the square of both.
LONGEST, MOST_LISTED = 600, 10
# So many characters behind a statement may still take it back, though another clause begins ("in all but name").
NEAR = 16
Names = tuple[tuple[str, ...], ...]

# A statement that ends here, so that nothing narrows it: "no treaty with Ardland that covers the islands" denies no treaty.
ENDS = (
    r"(?:\s+in\s+\d{4})?(?=\s*(?:$|[.!,;:?)]|(?:any\s?more|today|now|already|at\s+all|any\s+longer|too|either|whatsoever|then"
    r"|by\s+treaty|by\s+law)\b"
    r"|(?:and|but|so|because|since|while|which\s+is\s+why)\b))"
)
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
    r"|next|instead|until|alongside|cooperat\w+|against|when|where|only if|as if|as though|without|rather"
    r"|treat(?!y\b|ies\b)\w*)\b"
)
# A name behind these is not what the sentence speaks of, or the sentence does not say it in its own name.
_LEANING = re.compile(
    r"\b(?:had|were|should|unlike|like|besides?|with|to|for|from|than|against|between|by|about|outside|beyond|alongside|including"
    r"|near|around|over|(?<!members )(?<!member )(?<!membership )(?<!states )(?<!countries )(?<!powers )of"
    r"|(?:idea|notion|belief|impression|claim|rumou?r|suggestion|story|thought)s?(?: that)?"
    r"|(?:told|heard|read)(?: me| us)?(?: that)?|tells?(?: me| us)?(?: that)?)$"
)


def plainly(sentence: str) -> str:
    """`sentence` as a statement, where it is put as a question that presses for a yes."""
    return _PRESSED.sub("", sentence).rstrip("? ") if _PRESSED.match(sentence) else sentence


def compiled(pattern: str) -> re.Pattern[str]:
    """`pattern` whatever the case."""
    return re.compile(pattern, re.IGNORECASE)


def bare(name: str) -> str:
    """A name as it was found, as names are compared."""
    return re.sub(r"^the\s+", "", " ".join(name.lower().split()))


def alternatives(names: Names) -> str:
    """A pattern for any of `names`, of which each thing has several."""
    each = sorted((name for known in names for name in known), key=len, reverse=True)
    # "us" is mostly a pronoun: a short name counts in capitals, or behind "the".
    ways = [rf"(?-i:{re.escape(name)})" if name.isupper() and len(name) < 3 else re.escape(name) for name in each]
    behind = [re.escape(name) for name in each if name.isupper() and len(name) < 3]
    short = rf"|(?:the\s+(?:{'|'.join(behind)}))" if behind else ""
    return rf"(?<![\w-])(?:(?:the\s+)?(?:{'|'.join(ways)}){short}){_OTHER}"


def is_outright(low: str, begin: int, end: int, *, denial: bool) -> bool:
    """Whether the sentence `low`, in lower case, says outright what stands from `begin` to `end`, itself perhaps a `denial`."""
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
        or (not denial and voice.denies(clause.replace("no longer", "")))
    )


def is_granted(low: str, end: int) -> bool:
    """Whether the sentence `low` takes for granted in its own name what ends at `end`."""
    return not (voice.rejected(low) or voice.reported(low[:end]) or voice.conditional(low, end))
