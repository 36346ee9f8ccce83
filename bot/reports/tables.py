"""A debate as tables for a spreadsheet: points, scores, actions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from bot.debate.change import ActionRecord
from bot.debate.state import DebateState
from bot.debate.words import Side
from bot.reports.judging import Judging, shown

# A spreadsheet would run a cell that begins with one of these as a formula; some read the wide forms like the narrow ones.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    # Every cell is quoted: where another separator is usual, an unquoted cell would be cut at it, and its rest begin a cell.
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def as_csv(state: DebateState) -> str:
    """Every point of the debate, a row each; `struck` is 1 for the points of a struck speech."""
    head = ["turn", "side", "speaker", "ordinal", "kind", "verdict", "met_by", "answers", "text", "struck"]
    rows = (
        [s.turn, s.side, s.speaker, p.ordinal, p.kind, p.verdict, p.met_by, p.answers, p.text, int(s.struck)]
        for s in state.speeches
        for p in s.points
    )
    return _table(head, rows)


def scores_csv(judging: Judging | None) -> str:
    """Every score of every ballot, a row each; `counts` is 0 for a trainee's."""
    head = ["judge", "version", "counts", "winner", "side", "criterion", "score", "weight", "reason"]
    rows = (
        [b.judge, b.version, int(counts), b.winner, side, c.key, f"{mark.score:g}", f"{c.weight:g}", mark.reason]
        for b, counts in (shown(judging) if judging else ())
        for side in Side
        for c in (judging.rubric.criteria if judging else ())
        if (mark := b.scores.get((side, c.key))) is not None
    )
    return _table(head, rows)


def actions_csv(actions: Sequence[ActionRecord]) -> str:
    """Everything that was done to the debate, a row each."""
    return _table(
        ["at", "actor", "action", "detail", "reason"],
        ([a.at.isoformat(), a.actor, a.action, a.detail, a.reason] for a in actions),
    )
