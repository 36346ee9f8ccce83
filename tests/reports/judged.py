"""A judged debate: three judges of whom one dissents, and a trainee."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.debate.ballots import Ballot, BallotStatus, Mark, Release
from bot.debate.change import ActionRecord
from bot.debate.rubrics import rubric_of
from bot.debate.state import DebateState, Participant, Role, Status
from bot.reports.judging import Judging, judging_of
from tests.reports.samples import NOON, OPP, PRO, small

RUBRIC = rubric_of("default")
SCORES = {
    "Ida": (OPP, (6.5, 5, 6, 7), (7.5, 8, 7, 6.5)),
    "Jon": (OPP, (7, 6, 6, 8), (7, 7.5, 8, 7)),
    "Kay": (PRO, (8, 7, 7, 7.5), (7, 7, 6.5, 7)),
    "Tim": (OPP, (4, 5, 4, 5), (9, 9, 9.5, 9)),
}


def ballot(judge: str) -> Ballot:
    winner, pro, opp = SCORES[judge]
    scores = {
        (side, criterion.key): Mark(score, f"{judge} on {criterion.name} of the {side}.")
        for side, given in ((PRO, pro), (OPP, opp))
        for criterion, score in zip(RUBRIC.criteria, given, strict=True)
    }
    return Ballot(judge, 1, BallotStatus.CONFIRMED, winner, scores, f"{judge} decides.", trainee=judge == "Tim")


def judged(*judges: str) -> tuple[DebateState, Judging]:
    """`small`, closed and released with the ballots of `judges` (everybody if none is named)."""
    names = judges or tuple(SCORES)
    people = tuple(Participant(n, Role.TRAINEE if n == "Tim" else Role.JUDGE, display=f"Judge {n}") for n in names)
    state = small()
    state = replace(
        state,
        status=Status.CLOSED,
        closed_at=NOON + timedelta(hours=1),
        released_at=NOON + timedelta(hours=2),
        participants=(*state.participants, *people),
    )
    judging = judging_of(state, RUBRIC, tuple(ballot(n) for n in names), Release("Mo", NOON + timedelta(hours=2), OPP))
    assert judging is not None
    return state, judging


ACTIONS = (
    ActionRecord("Mo", "start", "", "", NOON),
    ActionRecord("Mo", "strike", "turn 5", "abuse of <the> bot", NOON + timedelta(minutes=30)),
    ActionRecord("Mo", "extend", "60 s", "", NOON + timedelta(minutes=31)),
)
