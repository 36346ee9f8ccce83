"""Splitting prose into sentences, with and without the citations that prepared prose carries."""

from __future__ import annotations

import re

from bot.brief.model import Sentence

_ABBREVIATIONS = (
    *("mr", "mrs", "ms", "dr", "prof", "gen", "adm", "sen", "rep", "gov", "lt", "col", "st", "jr", "sr"),
    *(
        "vs",
        "etc",
        "e.g",
        "i.e",
        "cf",
        "art",
        "arts",
        "no",
        "nos",
        "p",
        "pp",
        "para",
        "vol",
        "ed",
        "u.s",
        "u.k",
        "u.n",
    ),
    *("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"),
)
# M.A., D.C., p.m. and the like.
_INITIALS = re.compile(r"(?:[a-z]{1,2}\.)+[a-z]")
_BREAK = re.compile(r"(?P<close>(?<=[.!?…。])[\"'”’)\]]*)\s+(?=[\"'“‘(\[]*[^\s])|\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)])\s)")
_PASSAGE_ID = r"[a-z0-9][a-z0-9-]*#[a-z0-9][a-z0-9-]*"
_CITATION = re.compile(rf"\s*\[({_PASSAGE_ID}(?:\s*[,;]\s*{_PASSAGE_ID})*)\]")
_CITATION_AFTER_STOP = re.compile(rf"([.!?])((?:\s*\[{_PASSAGE_ID}(?:\s*[,;]\s*{_PASSAGE_ID})*\])+)")


def _ends_with_abbreviation(text: str) -> bool:
    if not text.endswith("."):
        return False
    words = text[:-1].split()
    if len(words) == 1 and words[0].isdigit():  # the number of a list's item
        return True
    last = words[-1].lower().lstrip("(\"'“‘[") if words else ""
    return (
        last in _ABBREVIATIONS
        or bool(_INITIALS.fullmatch(last))
        or (len(last) == 1 and last.isalpha() and last not in ("i", "a"))
    )


def _pieces(text: str) -> list[str]:
    """`text` cut at every break; the quotation marks and brackets that close a sentence stay with it."""
    pieces, start = [], 0
    for found in _BREAK.finditer(text):
        end = found.end("close")
        pieces.append(text[start : end if end >= 0 else found.start()])
        start = found.end()
    return [*pieces, text[start:]]


def split_sentences(text: str) -> list[str]:
    """Sentences of `text` in order, whitespace collapsed; line breaks of lists end a sentence, abbreviations do not."""
    sentences: list[str] = []
    held = ""
    for piece in _pieces(text):
        joined = f"{held} {piece}".strip() if held else piece.strip()
        if _ends_with_abbreviation(joined):
            held = joined
            continue
        held = ""
        if joined:
            sentences.append(" ".join(joined.split()))
    if held:
        sentences.append(" ".join(held.split()))
    return sentences


def cited_sentences(text: str) -> tuple[Sentence, ...]:
    """Sentences of prepared prose with the passage ids in square brackets taken out and kept beside each."""
    inside = _CITATION_AFTER_STOP.sub(r"\2\1", text)
    sentences = []
    for raw in split_sentences(inside):
        ids = [i.strip() for group in _CITATION.findall(raw) for i in re.split(r"[,;]", group)]
        sentences.append(Sentence(_CITATION.sub("", raw), tuple(dict.fromkeys(ids))))
    return tuple(sentences)
