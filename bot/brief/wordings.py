"""Wordings: further sentences of opponents, from which the recognition learns what a brief's own lines say only in a few ways.

A file of the folder `wordings` has one sentence a line, as `label<TAB>key<TAB>sentence`. The labels: `heard`, the sentence is
that block, correction (it asserts the falsehood) or contention (it disputes ours); `true`, it says what is true beside a
correction's falsehood; `near`, it has the falsehood's words and does not assert it; `aside`, it is no argument, and the key is
its kind.

A file of the folder `wordings/speeches` has whole speeches in such lines, sentence after sentence, with an empty line between
two speeches. Sentences that follow one another and have one label and key are one point: a claim with its reasons, examples and
images, which say little when they stand alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.brief.faults import Fault
from bot.brief.line_files import lines_of, once
from bot.brief.model import Brief

FOLDER = "wordings"
SPEECHES = "speeches"


class Label(StrEnum):
    """What a sentence is to its key."""

    HEARD = "heard"
    TRUE = "true"
    NEAR = "near"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence, what it is (`label`) to the argument `key`, and where it stands. `line` counts from 1.

    `speech` counts the speeches of a file from 1; it is 0 for a sentence of no speech.
    """

    label: Label
    key: str
    text: str
    line: int
    file: Path
    speech: int = 0


def read_wordings(brief: Brief, asides: Iterable[str]) -> tuple[tuple[Example, ...], list[Fault]]:
    """The wordings of `brief`, in the order of files and lines, and every fault; `asides` are the kinds that an aside may be."""
    faults: list[Fault] = []
    keys = _keys(brief, asides)
    folder = brief.folder / FOLDER
    found = [example for file in sorted(folder.glob("*.tsv")) for example in _examples(file, keys, faults)]
    for file in sorted((folder / SPEECHES).glob("*.tsv")):
        found += _examples(file, keys, faults, speech=1)
    return tuple(once(found, "wording", faults)), faults


def _keys(brief: Brief, asides: Iterable[str]) -> dict[Label, frozenset[str]]:
    corrections = frozenset(brief.corrections)
    heard = frozenset((*brief.blocks, *brief.contentions))
    return {Label.HEARD: heard, Label.TRUE: corrections, Label.NEAR: corrections, Label.ASIDE: frozenset(asides)}


def _examples(file: Path, keys: dict[Label, frozenset[str]], faults: list[Fault], speech: int = 0) -> list[Example]:
    """The sentences of `file`; where it has speeches, `speech` is the number of the first."""
    found: list[Example] = []
    for number, line in enumerate(lines_of(file, faults), start=1):
        label, _, rest = line.partition("\t")
        key, _, text = rest.partition("\t")
        if not line.strip():
            speech += bool(speech and found and found[-1].speech == speech)
            continue
        if label not in set(Label) or not text.strip() or "\t" in text:
            faults.append(Fault(file, number, "the line is no wording", "write label, key and sentence with a tab between them"))
        elif key not in keys[Label(label)]:
            faults.append(Fault(file, number, f"`{key}` can have no wording that is `{label}`", "mend the key or the label"))
        else:
            found.append(Example(Label(label), key, text.strip(), number, file, speech))
    return found
