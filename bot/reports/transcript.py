"""A debate as Markdown, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

from bot.debate.record import Citation, Speech
from bot.debate.state import DebateState
from bot.reports.reference import Reference

References = Callable[[tuple[Citation, ...]], tuple[Reference, ...]]
# A spreadsheet would run a cell that begins with one of these as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def speech_json(speech: Speech) -> dict[str, Any]:
    """One speech as plain data."""
    return {
        "turn": speech.turn,
        "side": speech.side.value,
        "kind": speech.kind.value,
        "speaker": speech.speaker,
        "delivered_at": speech.delivered_at.isoformat(),
        "text": speech.text,
        "writer": speech.writer,
        "struck": speech.struck,
        "checks": speech.checks,
        "points": [
            {
                "ordinal": p.ordinal,
                "text": p.text,
                "kind": p.kind.value,
                "met_by": p.met_by,
                "verdict": p.verdict.value,
                "answers": p.answers,
                "reason": p.reason,
            }
            for p in speech.points
        ],
        "citations": [
            {"marker": c.marker, "passage": c.passage, "source": c.source, "locator": c.locator} for c in speech.citations
        ],
    }


def as_json(state: DebateState) -> str:
    """The whole debate as JSON."""
    data = {
        "id": state.id,
        "motion": state.motion,
        "format": state.format.key,
        "status": state.status.value,
        "opened_at": state.opened_at.isoformat(),
        "participants": [{"name": p.name, "role": p.role.value, "side": p.side and p.side.value} for p in state.participants],
        "speeches": [speech_json(speech) for speech in state.speeches],
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def as_markdown(state: DebateState, references: References) -> str:
    """The debate as a transcript with numbered sources after each speech of the bot."""
    lines = [f"# {state.motion}", "", f"Debate `{state.id}`, format {state.format.name}, {state.status}.", ""]
    for speech in state.speeches:
        lines += [f"## {speech.turn + 1}. {speech.speaker} ({speech.side}, {speech.kind})", ""]
        # What a debater typed is data: every line is quoted, so that it cannot pose as part of the report.
        text = speech.text if speech.citations else "\n".join(f"> {line}" for line in speech.text.splitlines())
        lines += [text, ""]
        lines += [f"- {reference.line}" for reference in references(speech.citations)]
        lines += [""] if speech.citations else []
    return "\n".join(lines)


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_csv(state: DebateState) -> str:
    """Every point of the debate, a row each."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["turn", "side", "speaker", "ordinal", "kind", "verdict", "met_by", "answers", "text"])
    for speech in state.speeches:
        for p in speech.points:
            row = [speech.turn, speech.side, speech.speaker, p.ordinal, p.kind, p.verdict, p.met_by, p.answers, p.text]
            writer.writerow([_cell(value) for value in row])
    return out.getvalue()
