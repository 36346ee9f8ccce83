"""The flow sheet as data and as Markdown lines: every point of both sides and how it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.debate.flowsheet import FlowSheet, Row, flow_sheet
from bot.debate.state import DebateState
from bot.debate.words import Side
from bot.reports.marks import MARKS

# Words of a point that are shown where it is named beside others.
SHOWN_WORDS = 18


def sheet_of(state: DebateState) -> FlowSheet:
    """The sheet of a debate, struck speeches left out; a debate of people is read as if the bot opposed."""
    return flow_sheet(state.speeches, state.bot_side() or Side.OPPOSITION)


def flow_json(state: DebateState) -> list[dict[str, Any]]:
    """One object for each point, in the order in which they were made; points are named by `turn.point`, from 1."""
    return [_row_json(row) for row in sheet_of(state).rows]


def _row_json(row: Row) -> dict[str, Any]:
    return {
        "point": row.ref.label,
        "side": row.side.value,
        "speaker": row.speaker,
        "kind": row.kind.value,
        "text": row.text,
        "owner": row.owner,
        "verdict": row.verdict.value,
        "answers": [ref.label for ref in row.answers],
        "answered_by": [ref.label for ref in row.answered_by],
        "extends": row.extends and row.extends.label,
        "reason": row.reason,
    }


def flow_lines(state: DebateState, escaped: Callable[[str], str]) -> list[str]:
    """The sheet as a Markdown list under its own heading; nothing where no point was made. `escaped` defuses people's words."""
    rows = sheet_of(state).rows
    if not rows:
        return []
    return ["## The flow", "", *(f"- {_told(row, escaped)}" for row in rows), ""]


def _told(row: Row, escaped: Callable[[str], str]) -> str:
    words = row.text.split()
    text = " ".join(words[:SHOWN_WORDS]) + (" …" if len(words) > SHOWN_WORDS else "")
    links = [f"answers {', '.join(ref.label for ref in row.answers)}"] if row.answers else []
    links += [f"answered by {', '.join(ref.label for ref in row.answered_by)}"] if row.answered_by else []
    links += [f"extends {row.extends.label}"] if row.extends else []
    return f"{row.ref.label} {row.side}, {MARKS[row.verdict].word}{''.join(f'; {link}' for link in links)}: {escaped(text)}"
