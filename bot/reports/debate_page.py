"""The debate report as one page: result, transcript with its evidence, flow, ballots and the record of what was done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from bot.debate.change import ActionRecord
from bot.debate.record import Speech
from bot.debate.state import DebateState
from bot.debate.words import Side
from bot.reports.flow_page import flow_view, noted
from bot.reports.judging import Judging, score_rows, shown
from bot.reports.moments import when
from bot.reports.page import render
from bot.reports.plain import plain
from bot.reports.reference import HUMAN, Reference, References

_MARKER = re.compile(r"\[(\d{1,4})\]")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
# The counts of the check, in the order and words in which they are told.
_CHECKS = {
    "sentences": ("sentence", "sentences"),
    "cited": ("cited", "cited"),
    "quotations": ("quotation verified", "quotations verified"),
    "cut": ("sentence cut by the check", "sentences cut by the check"),
    "over_length": ("cut for length", "cut for length"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a paragraph: text, or the mark of a citation. `first` is set where its marker stands for the first time."""

    text: str
    marker: int | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One speech as the transcript shows it."""

    speech: Speech
    speaker: str
    composed: bool
    paragraphs: tuple[tuple[Piece, ...], ...]
    references: tuple[Reference, ...]
    seen: frozenset[int]
    checks: tuple[str, ...]


def debate_page(
    state: DebateState,
    references: References,
    judging: Judging | None = None,
    actions: Sequence[ActionRecord] = (),
    language: str = "",
) -> str:
    """The report of `state` as one HTML file, dates as `language` writes them; the same arguments give the same bytes."""
    view = flow_view(state)
    return render(
        "debate.html",
        view.style,
        state=state,
        view=view,
        sides=tuple(Side),
        shortened=noted,
        speeches=tuple(_told(state, speech, references) for speech in state.speeches),
        judging=judging,
        ballots=tuple(shown(judging)) if judging else (),
        rows=score_rows(judging) if judging else (),
        actions=tuple(actions),
        when=partial(when, language=language),
        web=web_address,
    )


def web_address(address: str) -> str | None:
    """`address` if a browser may be sent there: an absolute http or https address with a host; else None."""
    if address != plain(address) or re.search(r"\s", address):
        return None
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and host else None


def _told(state: DebateState, speech: Speech, references: References) -> Told:
    markers = {citation.marker for citation in speech.citations}
    seen: set[int] = set()
    paragraphs = tuple(_pieces(p, markers, seen) for p in _PARAGRAPHS.split(plain(speech.text)) if p.strip())
    checks = tuple(
        f"{speech.checks[key]} {one if speech.checks[key] == 1 else many}"
        for key, (one, many) in _CHECKS.items()
        if key in speech.checks and (speech.checks[key] or key == "cut")
    )
    return Told(
        speech,
        state.label(speech.speaker),
        speech.writer != HUMAN,
        paragraphs,
        references(speech.citations),
        frozenset(seen),
        checks,
    )


def _pieces(paragraph: str, markers: set[int], seen: set[int]) -> tuple[Piece, ...]:
    """The paragraph cut at those `[n]` that are citations of the speech; anything else in brackets is its text."""
    pieces: list[Piece] = []
    at = 0
    for match in _MARKER.finditer(paragraph):
        marker = int(match[1])
        if marker not in markers or match[0] != f"[{marker}]":
            continue
        if match.start() > at:
            pieces.append(Piece(paragraph[at : match.start()]))
        pieces.append(Piece(match[0], marker, marker not in seen))
        seen.add(marker)
        at = match.end()
    return (*pieces, Piece(paragraph[at:])) if at < len(paragraph) else tuple(pieces)
