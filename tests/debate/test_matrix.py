"""The whole matrix of who may do what: every kind of person against every act, before, during and after a debate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.debate import ballots, moderation, people, results, rules
from bot.debate.ballots import Ballot, BallotStatus, Mark
from bot.debate.errors import DebateError
from bot.debate.formats import format_named
from bot.debate.record import Speech
from bot.debate.rubrics import rubrics
from bot.debate.state import DebateState, Part, Participant, Role, Status
from bot.debate.words import Side, SpeechKind

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
PRO, OPP = Side.PROPOSITION, Side.OPPOSITION
RUBRIC = rubrics()["novice"]
# Who asks: a name, and whether the front end vouches for a moderator of the server.
PEOPLE = {
    "debater": ("ann", False),
    "debater who is staff": ("ann", True),
    "opponent": ("bo", False),
    "former debater who is staff": ("eve", True),
    "bot": ("Debatebot", False),
    "moderator": ("mo", False),
    "judge": ("judy", False),
    "trainee": ("tim", False),
    "judging moderator": ("max", False),
    "staff": ("sam", True),
    "stranger": ("zoe", False),
}
SPEECH = Speech(0, PRO, SpeechKind.OPENING, "eve", "Words.", NOON)
LOBBY = DebateState(
    "d",
    "This house tests",
    format_named("classroom"),
    Status.LOBBY,
    (
        Participant("ann", Role.DEBATER, PRO),
        Participant("bo", Role.DEBATER, OPP),
        Participant("Debatebot", Role.BOT),
        Participant("mo", Role.MODERATOR),
        Participant("judy", Role.JUDGE),
        Participant("tim", Role.TRAINEE),
        Participant("max", Role.MODERATOR),
        Participant("max", Role.JUDGE),
    ),
    NOON,
    prep_left={PRO: 120.0, OPP: 120.0},
    guild_id="9",
)
# Turn 1 is bo's; eve gave the first speech and was removed.
RUNNING = replace(LOBBY, status=Status.RUNNING, speeches=(SPEECH,), turn_began=NOON)
GATHERED = replace(RUNNING, draft=(Part("bo", "Words.", NOON),))
PREPPING = replace(RUNNING, in_prep=True, prep_began=NOON, turn_began=None)
PAUSED = replace(RUNNING, status=Status.PAUSED, turn_began=None)
CLOSED = replace(RUNNING, status=Status.CLOSED)
MARKS = {(side, c.key): Mark(3, "why") for side in Side for c in RUBRIC.criteria}


def _ballot(judge: str, status: BallotStatus) -> Ballot:
    return Ballot(judge, 1, status, PRO, MARKS, "because")


def _cast(state: DebateState, name: str) -> Ballot:
    mine = ballots.write(state, RUBRIC, [], name, winner=PRO, scores=MARKS, reason="because")
    done = ballots.submit(state, RUBRIC, [mine], name, NOON)
    return ballots.confirm(state, [done], name)[0]


def _release(state: DebateState, name: str, staff: bool) -> object:
    cast = [_ballot(judge, BallotStatus.CONFIRMED) for judge in ("judy", "max")]
    return results.release(state, RUBRIC, cast, name, NOON, staff=staff)


# Nobody has spoken in the lobby, and the server's moderators may debate as anybody else.
JOINING = {"debater", "debater who is staff", "opponent", "former debater who is staff", "staff", "stranger"}
CHAIR = {"moderator", "judging moderator", "staff"}
Act = Callable[[str, bool], object]
ACTS: dict[str, tuple[Act, set[str]]] = {
    "join": (lambda who, _: people.join(LOBBY, who, OPP if who == "ann" else PRO, NOON), JOINING),
    "leave": (lambda who, _: people.leave(RUNNING, who, NOON), {"debater", "debater who is staff", "opponent"}),
    "start": (lambda who, s: moderation.start(LOBBY, who, NOON, staff=s), CHAIR | {"former debater who is staff"}),
    "pause": (lambda who, s: moderation.pause(RUNNING, who, NOON, staff=s), CHAIR),
    "resume": (lambda who, s: moderation.resume(PAUSED, who, NOON, staff=s), CHAIR),
    "skip": (lambda who, s: moderation.skip(RUNNING, who, NOON, staff=s), CHAIR),
    "extend": (lambda who, s: moderation.extend(RUNNING, who, 60, NOON, staff=s), CHAIR),
    "strike": (lambda who, s: moderation.strike(RUNNING, who, 0, NOON, staff=s), CHAIR),
    "warn": (lambda who, s: moderation.warn(RUNNING, who, "ann", NOON, reason="loud", staff=s), CHAIR),
    "close": (lambda who, s: moderation.close(RUNNING, who, NOON, staff=s), CHAIR),
    "appoint": (lambda who, s: people.appoint(RUNNING, who, "new", Role.JUDGE, NOON, staff=s), CHAIR),
    "add a debater": (lambda who, s: people.appoint(RUNNING, who, "new", Role.DEBATER, NOON, side=PRO, staff=s), CHAIR),
    "remove": (lambda who, s: people.remove(RUNNING, who, "judy", NOON, staff=s), CHAIR),
    "hand over": (lambda who, s: people.hand_over(RUNNING, who, "new", NOON, staff=s), CHAIR),
    "release": (lambda who, s: _release(CLOSED, who, s), CHAIR),
    "speak": (lambda who, _: rules.deliver(RUNNING, who, "Words.", NOON), {"opponent"}),
    "gather": (lambda who, _: rules.add_part(RUNNING, who, "Words.", NOON), {"opponent"}),
    "finish": (lambda who, _: rules.finish(GATHERED, who, NOON), {"opponent"}),
    "drop what was gathered": (lambda who, s: rules.discard(GATHERED, who, NOON, staff=s), CHAIR | {"opponent"}),
    "begin prep": (lambda who, _: rules.begin_prep(RUNNING, who, NOON), {"opponent"}),
    "end prep": (lambda who, _: rules.end_prep(PREPPING, who, NOON), {"opponent"}),
    "judge": (lambda who, _: _cast(CLOSED, who), {"judge", "trainee", "judging moderator"}),
}


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("act", ACTS)
def test_each_person_may_do_what_the_matrix_says_and_nothing_else(act: str, person: str) -> None:
    perform, allowed = ACTS[act]
    name, staff = PEOPLE[person]
    if person in allowed:
        perform(name, staff)
        return
    with pytest.raises(DebateError) as refused:
        perform(name, staff)
    assert str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("person", PEOPLE)
def test_nobody_judges_or_moderates_after_debating(person: str) -> None:
    name, _ = PEOPLE[person]
    for role in (Role.MODERATOR, Role.JUDGE, Role.TRAINEE):
        if name in ("ann", "bo", "eve"):
            with pytest.raises(DebateError, match="debates in this round"):
                people.appoint(RUNNING, "mo", name, role, NOON)


@pytest.mark.parametrize("act", ["start", "pause", "resume", "skip", "extend", "close", "speak", "gather", "begin prep"])
def test_a_closed_debate_lets_nobody_do_it(act: str) -> None:
    name = "bo" if act in ("speak", "gather", "begin prep") else "mo"
    closed: dict[str, Callable[[], object]] = {
        "start": lambda: moderation.start(CLOSED, name, NOON),
        "pause": lambda: moderation.pause(CLOSED, name, NOON),
        "resume": lambda: moderation.resume(CLOSED, name, NOON),
        "skip": lambda: moderation.skip(CLOSED, name, NOON),
        "extend": lambda: moderation.extend(CLOSED, name, 60, NOON),
        "close": lambda: moderation.close(CLOSED, name, NOON),
        "speak": lambda: rules.deliver(CLOSED, name, "Words.", NOON),
        "gather": lambda: rules.add_part(CLOSED, name, "Words.", NOON),
        "begin prep": lambda: rules.begin_prep(CLOSED, name, NOON),
    }
    with pytest.raises(DebateError, match="closed"):
        closed[act]()
