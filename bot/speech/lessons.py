"""Lessons: the lines from which recognition learns a brief, its own and its further wordings."""

from __future__ import annotations

from bot.brief.faults import BriefError, Fault
from bot.brief.model import BlockKind, Brief
from bot.brief.wordings import Example, Label, read_wordings
from bot.debate.words import PointKind
from bot.retrieval.lines import Line
from bot.speech.matching import phrases

_KINDS = tuple(kind.value for kind in PointKind)


def lessons(brief: Brief) -> list[Line]:
    """Every line to learn for `brief`; a fault in its wordings raises `BriefError`."""
    examples, faults = read_wordings(brief, _KINDS)
    if faults:
        raise BriefError(faults)
    own = [_line(brief, owner, text) for owner, text in phrases(brief)]
    return own + [_line(brief, _owner(brief, example), example.text) for example in examples]


def wording_faults(brief: Brief) -> list[Fault]:
    """Every fault of the wordings of `brief`."""
    return read_wordings(brief, _KINDS)[1]


def _owner(brief: Brief, example: Example) -> str | None:
    """`near` belongs to nobody: it has the words of a falsehood, and neither asserts it nor says what is true."""
    if example.label is Label.NEAR:
        return None
    if example.label is Label.ASIDE:
        return f"aside:{example.key}"
    if example.label is Label.TRUE:
        return f"truth:{example.key}"
    return f"{'block' if example.key in brief.blocks else 'ours'}:{example.key}"


def _line(brief: Brief, owner: str | None, text: str) -> Line:
    kind, _, key = (owner or "").partition(":")
    false = kind == "block" and brief.blocks[key].kind is BlockKind.CORRECTION
    return Line(text, owner, (key,) if false else ())
