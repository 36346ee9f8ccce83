"""Ballots as Discord shows them, and what judges type into the forms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.debate.ballots import Ballot, BallotStatus, Mark
from bot.debate.rubrics import Criterion, Rubric
from bot.debate.state import DebateState
from bot.debate.words import Side
from bot.discord_ui.present import escape, one_line

_TYPED = re.compile(r"\s*(?P<score>-?\d+(?:[.,]\d+)?)(?![\w])\s*(?:/\s*\d+)?\s*[:;,.–—-]*\s*(?P<reason>.*)", re.DOTALL)
_STATUS = {
    BallotStatus.DRAFT: "draft, only you see it",
    BallotStatus.SUBMITTED: "submitted, to be confirmed",
    BallotStatus.CONFIRMED: "confirmed",
    BallotStatus.SUPERSEDED: "replaced by a later version",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form held: the marks that can be read, and the criteria that cannot with what was typed for them."""

    marks: dict[tuple[Side, str], Mark]
    unread: tuple[tuple[Criterion, str], ...]


def read_marks(rubric: Rubric, side: Side, values: dict[str, str]) -> Typed:
    """The marks that a judge typed for `side`; a field left empty changes nothing."""
    marks: dict[tuple[Side, str], Mark] = {}
    unread = []
    for criterion in rubric.criteria:
        typed = values.get(criterion.key, "").strip()
        match = _TYPED.fullmatch(typed)
        if match is not None and criterion.allows(score := float(match["score"].replace(",", "."))):
            marks[side, criterion.key] = Mark(score, match["reason"].strip())
        elif typed:
            unread.append((criterion, typed))
    return Typed(marks, tuple(unread))


def typed_mark(mark: Mark | None) -> str:
    """A mark as it is typed."""
    return f"{mark.score:g}: {mark.reason}" if mark else ""


def refused_marks(typed: Typed) -> str:
    """What could not be read, how to write it, and the text itself, so that nothing is lost."""
    lines = [
        f"**{one_line(c.name, 60)}** was not saved: begin with a score from {c.scale}, then the reason. "
        f"You typed:\n> {escape(text)}"
        for c, text in typed.unread
    ]
    return "\n".join(lines)


def sheet(state: DebateState, rubric: Rubric, ballot: Ballot | None) -> str:
    """A judge's own ballot, with what is missing."""
    if ballot is None:
        return f"**Your ballot for debate {state.id}** is empty. Score each side, then give your decision."
    trainee = " This is a trainee's ballot: it does not count." if ballot.trainee else ""
    head = f"**Your ballot for debate {state.id}**, version {ballot.version}: {_STATUS[ballot.status]}.{trainee}"
    return "\n".join([head, *_scores(rubric, ballot), *_decision(ballot)])


def published(state: DebateState, rubric: Rubric, ballots: Sequence[Ballot]) -> str:
    """Ballots with every reason, for those who may read them."""
    blocks = []
    for ballot in ballots:
        trainee = ", trainee, does not count" if ballot.trainee else ""
        head = f"**{one_line(state.label(ballot.judge), 80)}**{trainee}, version {ballot.version} ({ballot.status})"
        blocks.append("\n".join([head, *_scores(rubric, ballot), *_decision(ballot)]))
    return "\n\n".join(blocks)


def _scores(rubric: Rubric, ballot: Ballot) -> list[str]:
    lines = []
    for side in Side:
        lines.append(f"__{side.capitalize()}__: {ballot.total(side, rubric):g} of {rubric.highest:g} points")
        for criterion in rubric.criteria:
            mark = ballot.scores.get((side, criterion.key))
            shown = f"{mark.score:g}. {escape(mark.reason) or '(no reason yet)'}" if mark else "not scored yet"
            lines.append(f"- {one_line(criterion.name, 60)}: {shown}")
    return lines


def _decision(ballot: Ballot) -> list[str]:
    winner = f"**Winner**: {ballot.winner}" if ballot.winner else "**Winner**: not decided yet"
    reason = f"**Reason for decision**: {escape(ballot.reason)}" if ballot.reason else "**Reason for decision**: missing"
    low = [f"**Why with fewer points**: {escape(ballot.low_point_reason)}"] if ballot.low_point_reason else []
    return [winner, reason, *low]
