"""Quotations: quotation marks only around words that stand word for word where they are said to stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bot.brief.model import Passage, Wording

QUOTED = re.compile(r"[\"“”]([^\"“”]{2,})[\"“”]")
# All marks count as one: a quotation inside a quotation is written with the other kind.
_QUOTES = str.maketrans(dict.fromkeys('“”‘’‚„"', "'"))


def normalised(text: str) -> str:
    """The text with one kind of quotation mark and single spaces, in lower case: how quotations are compared."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_QUOTES).lower().split())


def quotation_holds(quoted: str, passages: Iterable[Passage]) -> bool:
    """Whether `quoted` stands word for word in one of the cited passages of verbatim wording."""
    wanted = normalised(quoted).rstrip(".,;:")
    return any(wanted in normalised(p.text) for p in passages if p.wording is Wording.VERBATIM)


def was_said(quoted: str, heard: str) -> bool:
    """Whether the opponent said `quoted` word for word."""
    return normalised(quoted).rstrip(".,;:") in normalised(heard)
