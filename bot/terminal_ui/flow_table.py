"""The flow sheet as a table of both sides in the terminal."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from bot.debate.flowsheet import FlowSheet, Row
from bot.debate.words import Side

WIDTH = 90


def flow_table(sheet: FlowSheet) -> Table:
    """A row for each point in the order of the debate: the proposition's on the left, the opposition's on the right."""
    table = Table(title="The flow", show_lines=False, expand=False)
    for heading in ("point", "proposition", "opposition", "stands as", "meets", "met by"):
        table.add_column(heading, overflow="fold")
    for row in sheet.rows:
        words = escape(_short(row))
        left, right = (words, "") if row.side is Side.PROPOSITION else ("", words)
        met = ", ".join(ref.label for ref in row.answered_by)
        table.add_row(row.ref.label, left, right, row.verdict.value, ", ".join(ref.label for ref in row.answers), met)
    return table


def _short(row: Row) -> str:
    text = " ".join(row.text.split())
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 2].rsplit(' ', 1)[0]} ..."
