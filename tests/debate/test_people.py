"""Who takes part: sides, invitations, tasks, the chair."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.debate.errors import NotAllowedError, WrongStatusError
from bot.debate.formats import format_named
from bot.debate.people import MAX_PER_SIDE, appoint, hand_over, join, leave, remove
from bot.debate.record import Speech
from bot.debate.state import DebateState, Joining, Participant, Role, Status
from bot.debate.words import Side, SpeechKind

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
PRO, OPP = Side.PROPOSITION, Side.OPPOSITION
LOBBY = DebateState(
    "d",
    "Motion",
    format_named("one-on-one"),
    Status.LOBBY,
    (
        Participant("ann", Role.DEBATER, PRO, "Ann"),
        Participant("mo", Role.MODERATOR, None, "Mo"),
        Participant("tim", Role.TRAINEE),
    ),
    NOON,
    guild_id="9",
)
WITH_BOT = replace(LOBBY, participants=(*LOBBY.participants, Participant("Debatebot", Role.BOT, OPP)))
RUNNING = replace(LOBBY, status=Status.RUNNING, speeches=(Speech(0, PRO, SpeechKind.OPENING, "ann", "Words.", NOON),))


def test_several_people_share_a_side_and_may_change_it_before_the_start() -> None:
    state = join(LOBBY, "cy", PRO, NOON, "Cy").after
    assert [p.label for p in state.members(PRO)] == ["Ann", "Cy"]
    state = join(state, "cy", OPP, NOON, "Cy").after
    assert [p.name for p in state.members(OPP)] == ["cy"]
    with pytest.raises(NotAllowedError, match="Cy is on the opposition already"):
        join(state, "cy", OPP, NOON)
    assert leave(state, "cy", NOON).after.members(OPP) == ()


def test_a_side_that_is_the_bot_s_or_full_cannot_be_taken() -> None:
    with pytest.raises(NotAllowedError, match="the bot argues the opposition: take the proposition"):
        join(WITH_BOT, "cy", OPP, NOON)
    crowd = tuple(Participant(f"p{n}", Role.DEBATER, OPP) for n in range(MAX_PER_SIDE))
    with pytest.raises(NotAllowedError, match="no more fit"):
        join(replace(LOBBY, participants=crowd), "cy", OPP, NOON)


def test_nobody_walks_into_a_running_or_invited_debate_but_a_moderator_adds_whom_he_likes() -> None:
    with pytest.raises(WrongStatusError, match="has begun"):
        join(RUNNING, "cy", OPP, NOON)
    invited = replace(LOBBY, joining=Joining.INVITED)
    with pytest.raises(NotAllowedError, match="by invitation"):
        join(invited, "cy", OPP, NOON)
    for state in (invited, RUNNING):
        assert appoint(state, "mo", "cy", Role.DEBATER, NOON, side=OPP, display="Cy").after.members(OPP)
    with pytest.raises(NotAllowedError, match="say which side"):
        appoint(LOBBY, "mo", "cy", Role.DEBATER, NOON)
    with pytest.raises(NotAllowedError, match="another task"):
        appoint(LOBBY, "mo", "tim", Role.DEBATER, NOON, side=OPP)
    with pytest.raises(NotAllowedError, match="Ann has spoken for the proposition"):
        appoint(RUNNING, "mo", "ann", Role.DEBATER, NOON, side=OPP)
    with pytest.raises(WrongStatusError, match="closed"):
        appoint(replace(RUNNING, status=Status.CLOSED), "mo", "cy", Role.DEBATER, NOON, side=OPP)


def test_tasks_go_to_people_who_do_not_debate_and_a_trainee_may_become_a_judge() -> None:
    state = appoint(LOBBY, "mo", "tim", Role.JUDGE, NOON, reason="ready").after
    assert state.roles("tim") == {Role.JUDGE}
    assert appoint(state, "mo", "mo", Role.JUDGE, NOON).after.roles("mo") == {Role.MODERATOR, Role.JUDGE}
    with pytest.raises(NotAllowedError, match="is judge already"):
        appoint(state, "mo", "tim", Role.JUDGE, NOON)
    with pytest.raises(NotAllowedError, match="name a person"):
        appoint(WITH_BOT, "mo", "Debatebot", Role.JUDGE, NOON)
    with pytest.raises(NotAllowedError, match="appointed as the bot"):
        appoint(LOBBY, "mo", "cy", Role.BOT, NOON)
    with pytest.raises(WrongStatusError, match="released"):
        appoint(replace(LOBBY, released_at=NOON), "mo", "cy", Role.JUDGE, NOON)


def test_a_moderator_releases_people_and_the_chair_is_only_handed_over() -> None:
    assert remove(LOBBY, "mo", "ann", NOON).after.roles("ann") == frozenset()
    with pytest.raises(NotAllowedError, match="neither debates nor judges"):
        remove(LOBBY, "mo", "mo", NOON)
    with pytest.raises(WrongStatusError, match="closed"):
        remove(replace(LOBBY, status=Status.CLOSED), "mo", "ann", NOON)
    with pytest.raises(WrongStatusError, match="released"):
        remove(replace(LOBBY, released_at=NOON), "mo", "tim", NOON)
    with pytest.raises(NotAllowedError, match="moderates this debate already"):
        hand_over(LOBBY, "mo", "mo", NOON)
    taken = hand_over(LOBBY, "sam", "sam", NOON, staff=True, reason="Mo is away").after
    assert [p.name for p in taken.people(Role.MODERATOR)] == ["sam"]
    with pytest.raises(NotAllowedError, match="may not moderate"):
        hand_over(LOBBY, "mo", "ann", NOON)
