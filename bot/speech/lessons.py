"""Lessons: the lines from which recognition learns a brief, its own and its further wordings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import groupby, pairwise

from bot.brief.faults import BriefError, Fault
from bot.brief.model import BlockKind, Brief
from bot.brief.wordings import Example, Label, read_wordings
from bot.debate.words import PointKind
from bot.retrieval.lines import Line
from bot.speech.matching import joined, phrases

# A shorter sentence of a speech is learnt only together with its neighbours.
LEAST_WORDS = 5
_KINDS = tuple(kind.value for kind in PointKind)


def lessons(brief: Brief) -> list[Line]:
    """Every line to learn for `brief`; a fault in its wordings raises `BriefError`."""
    examples, faults = read_wordings(brief, _KINDS)
    if faults:
        raise BriefError(faults)
    own = [_line(brief, owner, text) for owner, text in phrases(brief)]
    alone = [_line(brief, _owner(brief, example), example.text) for example in examples if not _is_scrap(example)]
    return own + alone + _together(brief, [example for example in examples if example.speech])


def _is_scrap(example: Example) -> bool:
    """Whether a sentence of a speech is too short to be anything without those around it."""
    return bool(example.speech) and len(example.text.split()) < LEAST_WORDS


def _together(brief: Brief, examples: Sequence[Example]) -> list[Line]:
    """Sentences of one speech that follow one another, joined: two by two, and whole points of more than two.

    Two of different arguments belong to none, but assert whatever falsehood one of them asserts.
    """
    lines = []
    for first, second in pairwise(examples):
        if (first.file, first.speech) != (second.file, second.speech):
            continue
        owner, other = _owner(brief, first), _owner(brief, second)
        text = joined(first.text, second.text)
        if owner == other:
            lines.append(_line(brief, owner, text))
        elif premises := (*_line(brief, owner, "").premises, *_line(brief, other, "").premises):
            lines.append(Line(text, None, premises))
    for (_, _, owner), point in groupby(examples, lambda e: (e.file, e.speech, _owner(brief, e))):
        sentences = [example.text for example in point]
        if len(sentences) > 2:
            lines.append(_line(brief, owner, reduce(joined, sentences)))
    return lines


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
