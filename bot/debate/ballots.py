"""Ballots: drafts, versions, submitting and confirming. Pure functions; the bot never scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.debate.errors import BallotError, LowPointWinError, NotAllowedError
from bot.debate.permissions import Action, debated, require
from bot.debate.rubrics import Criterion, Rubric
from bot.debate.state import DebateState, Role, Status
from bot.debate.words import Side

MAX_REASON = 2000


class BallotStatus(StrEnum):
    """A draft is being written, a submitted ballot waits for its judge's confirmation, a superseded one gave way."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Mark:
    """A score for one criterion and the written reason for it."""

    score: float
    reason: str = ""


Marks = Mapping[tuple[Side, str], Mark]


@dataclass(frozen=True, slots=True)
class Ballot:
    """One version of one judge's ballot; `scores` by side and criterion. A trainee's does not count."""

    judge: str
    version: int
    status: BallotStatus
    winner: Side | None = None
    scores: dict[tuple[Side, str], Mark] = field(default_factory=dict)
    reason: str = ""
    low_point_reason: str = ""
    trainee: bool = False
    submitted_at: datetime | None = None

    def total(self, side: Side, rubric: Rubric) -> float:
        """The points of `side`: the sum of weight x score over the criteria that are scored."""
        marks = ((c, self.scores.get((side, c.key))) for c in rubric.criteria)
        return round(sum(c.weight * mark.score for c, mark in marks if mark is not None), 6)

    def low_point(self, rubric: Rubric) -> bool:
        """Whether the winner has fewer points than the loser."""
        return self.winner is not None and self.total(self.winner, rubric) < self.total(self.winner.other, rubric)


@dataclass(frozen=True, slots=True)
class Release:
    """What the moderator did to end the judging; `casting` is the moderator's vote on an evenly split panel."""

    by: str
    at: datetime
    winner: Side
    casting: Side | None = None
    reason: str = ""


def write(
    state: DebateState,
    rubric: Rubric,
    mine: Sequence[Ballot],
    judge: str,
    *,
    winner: Side | None = None,
    scores: Marks | None = None,
    reason: str | None = None,
) -> Ballot:
    """The judge's draft with what is given put into it; what is not given stays.

    `mine` are the judge's versions so far. After one was submitted the draft is a new version that begins as its copy.
    """
    require(state, judge, Action.JUDGE)
    _unreleased(state)
    if state.status is Status.LOBBY:
        raise BallotError("the debate has not started: there is nothing to judge yet")
    marks = {key: Mark(float(mark.score), _reason(mark.reason)) for key, mark in (scores or {}).items()}
    for (side, key), mark in marks.items():
        _allowed(rubric, side, key, mark)
    draft = _draft(state, mine, judge)
    return replace(
        draft,
        winner=winner or draft.winner,
        scores={**draft.scores, **marks},
        reason=draft.reason if reason is None else _reason(reason),
    )


def submit(
    state: DebateState, rubric: Rubric, mine: Sequence[Ballot], judge: str, now: datetime, low_point_reason: str = ""
) -> Ballot:
    """The judge's draft, complete and submitted. A winner with fewer points than the loser needs a reason."""
    require(state, judge, Action.JUDGE)
    _unreleased(state)
    if not state.over:
        raise BallotError("the debate is not over: the ballot is kept as a draft until then")
    draft = next((b for b in reversed(mine) if b.status is BallotStatus.DRAFT), None)
    if draft is None:
        raise BallotError("there is no draft to submit: fill in the ballot first")
    _complete(rubric, draft)
    given = _reason(low_point_reason) or draft.low_point_reason
    low = draft.low_point(rubric)
    if low and not given:
        assert draft.winner is not None
        won, lost = draft.total(draft.winner, rubric), draft.total(draft.winner.other, rubric)
        raise LowPointWinError(
            f"your winner, the {draft.winner}, has {won:g} points and the {draft.winner.other} {lost:g}: "
            "check the scores, or confirm the low-point win with a reason"
        )
    return replace(
        draft,
        status=BallotStatus.SUBMITTED,
        submitted_at=now,
        low_point_reason=given if low else "",
        trainee=Role.TRAINEE in state.roles(judge),
    )


def confirm(state: DebateState, mine: Sequence[Ballot], judge: str) -> tuple[Ballot, ...]:
    """The judge's submitted version, confirmed, and the earlier ones that give way to it: at most one is confirmed."""
    require(state, judge, Action.JUDGE)
    _unreleased(state)
    waiting = next((b for b in reversed(mine) if b.status is BallotStatus.SUBMITTED), None)
    if waiting is None:
        raise BallotError("there is no submitted ballot to confirm: submit it first")
    standing = (BallotStatus.SUBMITTED, BallotStatus.CONFIRMED)
    earlier = (b for b in mine if b.version != waiting.version and b.status in standing)
    return (
        replace(waiting, status=BallotStatus.CONFIRMED),
        *(replace(b, status=BallotStatus.SUPERSEDED) for b in earlier),
    )


def visible(state: DebateState, ballots: Sequence[Ballot], viewer: str, *, staff: bool = False) -> tuple[Ballot, ...]:
    """The ballots that `viewer` may see.

    Before the release: a judge sees the own ones, and those of the panel that are confirmed unless the debate is judged
    blind; moderators see all but drafts; nobody else sees any. After it everybody sees the confirmed ones that count, and
    judges and moderators also the trainees'.
    """
    roles = state.roles(viewer)
    chair = (Role.MODERATOR in roles or staff) and not debated(state, viewer)
    panel = bool(roles & {Role.JUDGE, Role.TRAINEE})
    released = state.released_at is not None

    def seen(ballot: Ballot) -> bool:
        if ballot.judge == viewer:
            return True
        if chair:
            return ballot.status is not BallotStatus.DRAFT
        if ballot.status is not BallotStatus.CONFIRMED:
            return False
        if released:
            return panel or not ballot.trainee
        return panel and not state.blind

    return tuple(b for b in ballots if seen(b))


def _draft(state: DebateState, mine: Sequence[Ballot], judge: str) -> Ballot:
    last = mine[-1] if mine else Ballot(judge, 0, BallotStatus.SUBMITTED)
    trainee = Role.TRAINEE in state.roles(judge)
    if last.status is BallotStatus.DRAFT:
        return replace(last, trainee=trainee)
    return replace(
        last, version=last.version + 1, status=BallotStatus.DRAFT, submitted_at=None, low_point_reason="", trainee=trainee
    )


def _allowed(rubric: Rubric, side: Side, key: str, mark: Mark) -> None:
    criterion = rubric.criterion(key)
    if criterion is None:
        known = ", ".join(c.key for c in rubric.criteria)
        raise BallotError(f"this debate's rubric has no criterion {key[:40]!r}: score {known}")
    if not criterion.allows(mark.score):
        raise BallotError(f"{criterion.name} for the {side}: {mark.score:g} is no score, give {criterion.scale}")


def _complete(rubric: Rubric, draft: Ballot) -> None:
    for side in Side:
        for criterion in rubric.criteria:
            _scored(draft, side, criterion)
    if draft.winner is None:
        raise BallotError("the ballot names no winner: say which side won")
    if not draft.reason:
        raise BallotError("the ballot has no reason for decision: say why that side won")


def _scored(draft: Ballot, side: Side, criterion: Criterion) -> None:
    mark = draft.scores.get((side, criterion.key))
    if mark is None:
        raise BallotError(f"{criterion.name} for the {side} is not scored: give {criterion.scale}")
    if not criterion.allows(mark.score):
        raise BallotError(f"{criterion.name} for the {side}: {mark.score:g} is no score, give {criterion.scale}")
    if not mark.reason:
        raise BallotError(f"{criterion.name} for the {side} has no reason: say in a sentence why")


def _reason(text: str) -> str:
    stripped = text.replace("\0", " ").strip()
    if len(stripped) > MAX_REASON:
        raise BallotError(f"a reason has {len(stripped):,} characters: keep it under {MAX_REASON:,}")
    return stripped


def _unreleased(state: DebateState) -> None:
    if state.released_at is not None:
        raise NotAllowedError("the result is released: ballots can no longer change")
