"""What the judges gave, put in order for charts, pages and tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean

from bot.debate.ballots import Ballot, BallotStatus, Release
from bot.debate.results import Result, decide
from bot.debate.rubrics import Criterion, Rubric
from bot.debate.state import DebateState
from bot.debate.words import Side


@dataclass(frozen=True, slots=True)
class Judging:
    """The judging of one debate: whose ballots may be shown is decided before they get here."""

    rubric: Rubric
    ballots: tuple[Ballot, ...]
    result: Result
    release: Release | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """One judge's score; a trainee's does not count."""

    judge: str
    score: float
    counts: bool


@dataclass(frozen=True, slots=True)
class Spread:
    """The scores of one side for one thing. `mean`, `low` and `high` are over those that count; None where none does."""

    side: Side
    given: tuple[Given, ...]

    @property
    def counting(self) -> tuple[float, ...]:
        """The scores that count."""
        return tuple(given.score for given in self.given if given.counts)

    @property
    def mean(self) -> float | None:
        """Their mean."""
        return fmean(self.counting) if self.counting else None

    @property
    def low(self) -> float | None:
        """The lowest of them."""
        return min(self.counting, default=None)

    @property
    def high(self) -> float | None:
        """The highest of them."""
        return max(self.counting, default=None)


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One criterion, or the total, with both sides' scores and the range in which they lie."""

    name: str
    description: str
    bottom: float
    top: float
    weight: float | None
    sides: tuple[Spread, Spread]

    def share(self, score: float) -> float:
        """Where `score` lies between bottom (0) and top (1)."""
        return (score - self.bottom) / (self.top - self.bottom)


def judging_of(state: DebateState, rubric: Rubric, ballots: tuple[Ballot, ...], release: Release | None = None) -> Judging | None:
    """The judging as everybody may read it: nothing before the release, then every confirmed ballot and the result."""
    if state.released_at is None:
        return None
    confirmed = tuple(ballot for ballot in ballots if ballot.status is BallotStatus.CONFIRMED)
    return Judging(rubric, confirmed, decide(state, rubric, confirmed, release.casting if release else None), release)


def score_rows(judging: Judging) -> tuple[ScoreRow, ...]:
    """The total first, then each criterion of the rubric; ballots of people who no longer judge are left out."""
    rubric = judging.rubric
    lowest = sum(c.weight * c.low for c in rubric.criteria)
    total = ScoreRow("Total", "", lowest, rubric.highest, None, _sides(judging, None))
    return (
        total,
        *(ScoreRow(c.name, c.description, c.low, c.high, c.weight, _sides(judging, c)) for c in rubric.criteria),
    )


def shown(judging: Judging) -> Iterator[tuple[Ballot, bool]]:
    """The ballots in the order of the result's votes, those that count first, and whether each does."""
    by_judge = {ballot.judge: ballot for ballot in judging.ballots}
    for vote in sorted(judging.result.votes, key=lambda vote: not vote.counts):
        if vote.judge in by_judge:
            yield by_judge[vote.judge], vote.counts


def _sides(judging: Judging, criterion: Criterion | None) -> tuple[Spread, Spread]:
    def spread(side: Side) -> Spread:
        given = []
        for ballot, counts in shown(judging):
            mark = ballot.scores.get((side, criterion.key)) if criterion else None
            if criterion is None:
                given.append(Given(ballot.judge, ballot.total(side, judging.rubric), counts))
            elif mark is not None:
                given.append(Given(ballot.judge, mark.score, counts))
        return Spread(side, tuple(given))

    return spread(Side.PROPOSITION), spread(Side.OPPOSITION)
