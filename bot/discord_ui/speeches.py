"""Speeches as messages: split, with numbered sources, and their passages on demand."""

from __future__ import annotations

from collections.abc import Sequence

from bot.debate.record import Speech
from bot.debate.state import DebateState
from bot.discord_ui.present import escape, one_line, split
from bot.reports.reference import Reference

_MOST = 400
_UNCORRECTED = "no longer in the brief"


def said(text: str) -> str:
    """Part of a source's record on our line: documents are data, also those that an operator added."""
    return one_line(text, _MOST)


def quoted(text: str) -> str:
    """A passage, quoted line by line, as it stands in its source."""
    return "\n".join(f"> {escape(line)}" for line in text.splitlines())


def heading(state: DebateState, speech: Speech) -> str:
    """Which speech this is, by whom, for which side."""
    struck = " (struck)" if speech.struck else ""
    return f"**{speech.turn + 1}. {one_line(state.label(speech.speaker), 80)}**, {speech.side}, {speech.kind}{struck}"


def spoken(state: DebateState, speech: Speech) -> list[str]:
    """A person's speech as messages; what was typed is shown as typed."""
    return split(f"{heading(state, speech)}\n{escape(speech.text)}")


def answered(state: DebateState, speech: Speech, references: Sequence[Reference]) -> list[str]:
    """The bot's speech as messages, the sources it cites at the end."""
    body = escape(speech.text)
    lines = [source_line(reference) for reference in references]
    sources = "\n".join(["**Sources**", *lines]) if lines else ""
    return split("\n\n".join(part for part in (f"{heading(state, speech)}\n{body}", sources) if part))


def source_line(reference: Reference) -> str:
    """One numbered source; the address is in angle brackets, so that no preview unfolds."""
    address = f" <{reference.address}>" if reference.address else ""
    return f"-# [{reference.marker}] {said(reference.byline)}, *{said(reference.title)}*, {said(reference.locator)}{address}"


def passages(references: Sequence[Reference]) -> str:
    """The passages behind a speech, each with its source."""
    blocks = []
    for reference in references:
        text = quoted(reference.text or _UNCORRECTED)
        address = f"\n<{reference.address}>" if reference.address else ""
        head = f"**[{reference.marker}] {said(reference.title)}**, {said(reference.locator)}"
        blocks.append(f"{head}\n{text}\n{said(reference.byline)}{address}")
    return "\n\n".join(blocks)
