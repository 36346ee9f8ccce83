"""The result of a round, computed from its ballots and released by a moderator. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations
from statistics import fmean

from bot.debate.ballots import Ballot, BallotStatus, Release
from bot.debate.change import Change
from bot.debate.errors import BallotError
from bot.debate.permissions import Action, require
from bot.debate.rubrics import Rubric
from bot.debate.state import DebateState, Role
from bot.debate.words import Side


@dataclass(frozen=True, slots=True)
class Vote:
    """One confirmed ballot in figures. `margin` is the winner's total less the loser's: negative for a low-point win."""

    judge: str
    winner: Side
    totals: dict[Side, float]
    margin: float
    low_point: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What the counting ballots say.

    `winner` is the side that more of them name, or None while the panel is evenly split or no ballot counts. `totals` and
    `criteria` are means over the counting ballots, `margin` the winner's mean total less the loser's. `agreement` is the
    share of pairs of judges who name the same winner: 1 for a unanimous panel, None for fewer than two judges. `missing`
    are judges without a confirmed ballot.
    """

    winner: Side | None
    split: bool
    votes: tuple[Vote, ...]
    count: dict[Side, int]
    totals: dict[Side, float]
    criteria: dict[tuple[Side, str], float]
    margin: float
    agreement: float | None
    dissents: tuple[str, ...]
    low_points: tuple[str, ...]
    missing: tuple[str, ...]
    casting: Side | None
    lines: tuple[str, ...]


def decide(state: DebateState, rubric: Rubric, ballots: Sequence[Ballot], casting: Side | None = None) -> Result:
    """The result of the confirmed ballots: each counting judge has one vote, and more votes win, whatever the points.

    An even split is settled by nothing but a casting vote of the moderator.
    """
    judges = [p.name for p in state.people(Role.JUDGE)]
    trainees = [p.name for p in state.people(Role.TRAINEE)]
    confirmed = [b for b in ballots if b.status is BallotStatus.CONFIRMED and b.winner is not None]
    counting = [b for b in confirmed if b.judge in judges]
    votes = tuple(_vote(b, rubric, counts=b.judge in judges) for b in confirmed if b.judge in (*judges, *trainees))
    count = {side: sum(b.winner is side for b in counting) for side in Side}
    split = bool(counting) and count[Side.PROPOSITION] == count[Side.OPPOSITION]
    winner = casting if split else max(Side, key=lambda side: count[side]) if counting else None
    totals = {side: round(fmean(b.total(side, rubric) for b in counting), 3) if counting else 0.0 for side in Side}
    pairs = list(combinations([b.winner for b in counting], 2))
    result = Result(
        winner=winner,
        split=split,
        votes=votes,
        count=count,
        totals=totals,
        criteria={
            (side, c.key): round(fmean(b.scores[side, c.key].score for b in counting), 3)
            for side in Side
            for c in rubric.criteria
            if counting
        },
        margin=round(totals[winner] - totals[winner.other], 3) if winner else 0.0,
        agreement=round(sum(a is b for a, b in pairs) / len(pairs), 3) if pairs else None,
        dissents=tuple(b.judge for b in counting if winner is not None and b.winner is not winner),
        low_points=tuple(v.judge for v in votes if v.low_point and v.counts),
        missing=tuple(name for name in judges if name not in [b.judge for b in counting]),
        casting=casting if split else None,
        lines=(),
    )
    return replace(result, lines=tuple(_lines(state, result)))


def release(
    state: DebateState,
    rubric: Rubric,
    ballots: Sequence[Ballot],
    actor: str,
    now: datetime,
    *,
    casting: Side | None = None,
    reason: str = "",
    without_missing: bool = False,
    staff: bool = False,
) -> Change:
    """A moderator ends the judging.

    Missing ballots are named and must be waived; an evenly split panel needs a casting vote with a reason, and only then may
    there be one.
    """
    require(state, actor, Action.RELEASE, staff=staff)
    if state.released_at is not None:
        raise BallotError("the result is released already")
    if not state.over:
        raise BallotError("the debate is not over: close it, or let the last speeches be given")
    result = decide(state, rubric, ballots, casting)
    if not any(vote.counts for vote in result.votes):
        raise BallotError("no counting ballot is confirmed yet: a judge must submit and confirm one")
    if result.missing and not without_missing:
        names = ", ".join(state.label(name) for name in result.missing)
        raise BallotError(f"ballots are missing from {names}: wait for them, remove the judge, or release without them")
    if result.split and casting is None:
        even = result.count[Side.PROPOSITION]
        raise BallotError(f"the panel is split {even} to {even}: give the casting vote with a reason")
    if result.split and not reason.strip():
        raise BallotError("a casting vote needs a reason: say why that side won")
    if casting is not None and not result.split:
        raise BallotError("the panel is not split: there is no casting vote to give")
    assert result.winner is not None
    released = Release(actor, now, result.winner, result.casting, reason.strip())
    detail = f"{result.winner}, {result.count[result.winner]} of {sum(result.count.values())} ballots"
    after = replace(state, released_at=now)
    return Change(state, after, now, actor, Action.RELEASE, detail, reason.strip(), release=released)


def _vote(ballot: Ballot, rubric: Rubric, *, counts: bool) -> Vote:
    assert ballot.winner is not None
    totals = {side: ballot.total(side, rubric) for side in Side}
    margin = round(totals[ballot.winner] - totals[ballot.winner.other], 6)
    return Vote(ballot.judge, ballot.winner, totals, margin, margin < 0, counts)


def _lines(state: DebateState, result: Result) -> list[str]:
    """The result in sentences, for people."""

    def names(people: Sequence[str]) -> str:
        return ", ".join(state.label(name) for name in people)

    lines = []
    cast = sum(result.count.values())
    if not cast:
        lines.append("No counting ballot is confirmed yet.")
    elif result.winner is None:
        even = result.count[Side.PROPOSITION]
        lines.append(f"The panel is evenly split, {even} to {even}: the moderator has the casting vote.")
    else:
        won, lost = result.count[result.winner], result.count[result.winner.other]
        how = "unanimously" if not lost else f"by {won} ballots to {lost}"
        how = "on the only ballot" if cast == 1 else how
        how = f"by the moderator's casting vote, the panel being split {won} to {lost}" if result.casting else how
        lines.append(f"The {result.winner} wins {how}.")
        mine, theirs = result.totals[result.winner], result.totals[result.winner.other]
        lines.append(f"Mean points: {result.winner} {mine:g}, {result.winner.other} {theirs:g}.")
        if result.margin < 0:
            lines.append("More judges named the winner although the other side has more points on average: ballots decide.")
    if result.agreement is not None:
        lines.append(f"Pairs of judges who agree on the winner: {100 * result.agreement:.0f} %.")
    if result.dissents:
        lines.append(f"Dissent: {names(result.dissents)}.")
    if result.low_points:
        lines.append(f"Low-point win, given with a reason: {names(result.low_points)}.")
    if result.missing:
        lines.append(f"Missing, and not counted: {names(result.missing)}.")
    learners = [vote.judge for vote in result.votes if not vote.counts]
    if learners:
        lines.append(f"Trainee ballots, which do not count: {names(learners)}.")
    return lines
