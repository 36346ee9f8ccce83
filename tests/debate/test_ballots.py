"""Ballots and results: versions, low-point wins, splits, missing ballots, who sees what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.debate.ballots import MAX_REASON, Ballot, BallotStatus, Mark, confirm, submit, visible, write
from bot.debate.errors import BallotError, LowPointWinError, NotAllowedError
from bot.debate.formats import format_named
from bot.debate.results import decide, release
from bot.debate.rubrics import rubrics
from bot.debate.state import DebateState, Participant, Role, Status
from bot.debate.words import Side

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
PRO, OPP = Side.PROPOSITION, Side.OPPOSITION
RUBRIC = rubrics()["default"]
ANN = Participant("1", Role.DEBATER, PRO, "Ann")
BOT = Participant("Debatebot", Role.BOT, OPP)
MOD = Participant("2", Role.MODERATOR, None, "Mo")
JUDGES = tuple(Participant(name, Role.JUDGE, None, f"Judge {name}") for name in ("j1", "j2", "j3", "j4"))
TIM = Participant("t", Role.TRAINEE, None, "Tim")


def debate(judges: int = 3, status: Status = Status.CLOSED, *, blind: bool = False) -> DebateState:
    people = (ANN, BOT, MOD, *JUDGES[:judges], TIM)
    return DebateState("d", "This house tests", format_named("one-on-one"), status, people, NOON, blind=blind)


def marks(pro: float, opp: float) -> dict[tuple[Side, str], Mark]:
    return {(side, c.key): Mark(score, "why") for side, score in ((PRO, pro), (OPP, opp)) for c in RUBRIC.criteria}


def ballot(
    judge: str, winner: Side, pro: float = 7, opp: float = 6, status: BallotStatus = BallotStatus.CONFIRMED, version: int = 1
) -> Ballot:
    return Ballot(judge, version, status, winner, marks(pro, opp), "because")


def written(state: DebateState, pro: float = 7, opp: float = 6, winner: Side = PRO) -> Ballot:
    return write(state, RUBRIC, [], "j1", winner=winner, scores=marks(pro, opp), reason="because")


def test_a_draft_grows_bit_by_bit_and_says_what_is_missing() -> None:
    state = debate()
    mine: list[Ballot] = []
    with pytest.raises(BallotError, match="no draft to submit"):
        submit(state, RUBRIC, mine, "j1", NOON)
    mine = [write(state, RUBRIC, [], "j1", scores={(PRO, "content"): Mark(7.5)})]
    with pytest.raises(BallotError, match="Content for the proposition has no reason"):
        submit(state, RUBRIC, mine, "j1", NOON)
    mine = [write(state, RUBRIC, mine, "j1", scores={(PRO, "content"): Mark(7.5, " clear ")})]
    with pytest.raises(BallotError, match="Evidence for the proposition is not scored: give 0 to 10"):
        submit(state, RUBRIC, mine, "j1", NOON)
    mine = [write(state, RUBRIC, mine, "j1", scores=marks(7, 6))]
    with pytest.raises(BallotError, match="names no winner"):
        submit(state, RUBRIC, mine, "j1", NOON)
    mine = [write(state, RUBRIC, mine, "j1", winner=PRO)]
    with pytest.raises(BallotError, match="no reason for decision"):
        submit(state, RUBRIC, mine, "j1", NOON)
    done = submit(state, RUBRIC, [write(state, RUBRIC, mine, "j1", reason="because")], "j1", NOON)
    assert (done.status, done.version, done.submitted_at, done.total(PRO, RUBRIC)) == (BallotStatus.SUBMITTED, 1, NOON, 70)


@pytest.mark.parametrize(
    ("scores", "why"),
    [
        ({(PRO, "wit"): Mark(3)}, "no criterion 'wit'"),
        ({(PRO, "style"): Mark(10.5)}, "10.5 is no score"),
        ({(PRO, "style"): Mark(7.3)}, "7.3 is no score"),
        ({(PRO, "style"): Mark(float("nan"))}, "nan is no score"),
        ({(PRO, "style"): Mark(7, "x" * (MAX_REASON + 1))}, "2,001 characters"),
    ],
)
def test_a_score_outside_the_rubric_is_refused(scores: dict[tuple[Side, str], Mark], why: str) -> None:
    with pytest.raises(BallotError, match=why):
        write(debate(), RUBRIC, [], "j1", scores=scores)


def test_a_score_that_the_rubric_no_longer_allows_is_found_when_it_is_submitted() -> None:
    odd = replace(written(debate()), scores={**marks(7, 6), (OPP, "style"): Mark(99, "why")})
    with pytest.raises(BallotError, match="Style for the opposition: 99 is no score"):
        submit(debate(), RUBRIC, [odd], "j1", NOON)


def test_a_low_point_win_needs_a_reason_and_keeps_it() -> None:
    state = debate()
    draft = written(state, 5, 8, PRO)
    with pytest.raises(LowPointWinError, match="the proposition, has 50 points and the opposition 80"):
        submit(state, RUBRIC, [draft], "j1", NOON)
    done = submit(state, RUBRIC, [draft], "j1", NOON, "the one point that mattered")
    assert done.low_point_reason == "the one point that mattered"
    assert submit(state, RUBRIC, [written(state)], "j1", NOON, "not needed").low_point_reason == ""
    assert submit(state, RUBRIC, [written(state, 6, 6)], "j1", NOON).winner is PRO


def test_a_later_version_supersedes_and_one_at_most_is_confirmed() -> None:
    state = debate()
    one = submit(state, RUBRIC, [written(state)], "j1", NOON)
    (first,) = confirm(state, [one], "j1")
    draft = write(state, RUBRIC, [first], "j1", reason="on reflection")
    assert (draft.version, draft.status, draft.scores) == (2, BallotStatus.DRAFT, first.scores)
    two = submit(state, RUBRIC, [first, draft], "j1", NOON)
    changed = {b.version: b.status for b in confirm(state, [first, two], "j1")}
    assert changed == {2: BallotStatus.CONFIRMED, 1: BallotStatus.SUPERSEDED}
    with pytest.raises(BallotError, match="no submitted ballot"):
        confirm(state, [first], "j1")


def test_nobody_but_a_judge_writes_and_nobody_before_the_start_or_after_the_release() -> None:
    for name in ("1", "2", "Debatebot", "stranger"):
        with pytest.raises(NotAllowedError):
            write(debate(), RUBRIC, [], name, reason="x")
    with pytest.raises(BallotError, match="has not started"):
        write(debate(status=Status.LOBBY), RUBRIC, [], "j1", reason="x")
    running = debate(status=Status.RUNNING)
    draft = written(running)
    with pytest.raises(BallotError, match="not over"):
        submit(running, RUBRIC, [draft], "j1", NOON)
    released = replace(debate(), released_at=NOON)
    for act in (
        lambda: write(released, RUBRIC, [], "j1", reason="x"),
        lambda: submit(released, RUBRIC, [draft], "j1", NOON),
        lambda: confirm(released, [draft], "j1"),
    ):
        with pytest.raises(NotAllowedError, match="released"):
            act()


def test_more_ballots_win_whatever_the_points_and_the_dissent_is_named() -> None:
    result = decide(debate(), RUBRIC, [ballot("j1", PRO, 6, 5), ballot("j2", PRO, 6, 5.5), ballot("j3", OPP, 2, 9)])
    assert (result.winner, result.count, result.dissents) == (PRO, {PRO: 2, OPP: 1}, ("j3",))
    assert result.margin < 0
    assert result.agreement == 0.333
    assert result.criteria[PRO, "style"] == pytest.approx(14 / 3, abs=1e-3)
    assert "ballots decide" in " ".join(result.lines)
    assert "Dissent: Judge j3." in result.lines


def test_trainee_ballots_are_shown_and_do_not_count() -> None:
    result = decide(debate(), RUBRIC, [ballot("j1", PRO), replace(ballot("t", OPP), trainee=True)])
    assert (result.winner, result.count, result.agreement) == (PRO, {PRO: 1, OPP: 0}, None)
    assert [(v.judge, v.counts) for v in result.votes] == [("j1", True), ("t", False)]
    assert result.missing == ("j2", "j3")
    assert {"Missing, and not counted: Judge j2, Judge j3.", "Trainee ballots, which do not count: Tim."} <= set(result.lines)


def test_ballots_that_are_not_confirmed_or_whose_judge_was_removed_do_not_count() -> None:
    waiting = ballot("j1", OPP, status=BallotStatus.SUBMITTED)
    result = decide(debate(), RUBRIC, [waiting, ballot("j2", PRO), ballot("gone", OPP)])
    assert (result.winner, result.count) == (PRO, {PRO: 1, OPP: 0})
    nothing = decide(debate(), RUBRIC, [waiting])
    assert (nothing.winner, nothing.lines[0]) == (None, "No counting ballot is confirmed yet.")


def test_an_even_panel_needs_a_casting_vote_with_a_reason() -> None:
    state = debate(judges=2)
    even = [ballot("j1", PRO), ballot("j2", OPP, 5, 6)]
    assert decide(state, RUBRIC, even).winner is None
    with pytest.raises(BallotError, match="split 1 to 1"):
        release(state, RUBRIC, even, "2", NOON)
    with pytest.raises(BallotError, match="casting vote needs a reason"):
        release(state, RUBRIC, even, "2", NOON, casting=OPP)
    change = release(state, RUBRIC, even, "2", NOON, casting=OPP, reason="the better rebuttal")
    assert change.release is not None
    assert (change.release.winner, change.release.casting, change.after.released_at) == (OPP, OPP, NOON)
    with pytest.raises(BallotError, match="no casting vote to give"):
        release(state, RUBRIC, [ballot("j1", PRO), ballot("j2", PRO)], "2", NOON, casting=OPP, reason="x")
    assert any("casting vote" in line for line in decide(state, RUBRIC, even, OPP).lines)


def test_a_release_waits_for_missing_ballots_unless_they_are_waived() -> None:
    state = debate()
    with pytest.raises(BallotError, match="no counting ballot is confirmed"):
        release(state, RUBRIC, [], "2", NOON)
    with pytest.raises(BallotError, match="missing from Judge j2, Judge j3"):
        release(state, RUBRIC, [ballot("j1", PRO)], "2", NOON)
    change = release(state, RUBRIC, [ballot("j1", PRO)], "2", NOON, without_missing=True)
    assert change.detail == "proposition, 1 of 1 ballots"
    with pytest.raises(BallotError, match="released already"):
        release(change.after, RUBRIC, [ballot("j1", PRO)], "2", NOON)
    with pytest.raises(BallotError, match="not over"):
        release(debate(status=Status.RUNNING), RUBRIC, [ballot("j1", PRO)], "2", NOON)
    for name in ("1", "j1", "t", "stranger"):
        with pytest.raises(NotAllowedError):
            release(state, RUBRIC, [ballot("j1", PRO)], name, NOON)
    with pytest.raises(NotAllowedError, match="you debate in this round"):
        release(state, RUBRIC, [ballot("j1", PRO)], "1", NOON, staff=True)


def seen(state: DebateState, ballots: Sequence[Ballot], viewer: str, *, staff: bool = False) -> list[str]:
    return [b.judge for b in visible(state, ballots, viewer, staff=staff)]


def test_who_sees_which_ballots_before_and_after_the_release() -> None:
    draft = ballot("j3", PRO, status=BallotStatus.DRAFT)
    all_ = [ballot("j1", PRO), ballot("j2", OPP), draft, replace(ballot("t", OPP), trainee=True)]
    open_, blind = debate(), debate(blind=True)
    released = replace(blind, released_at=NOON)
    assert seen(open_, all_, "j1") == ["j1", "j2", "t"]
    assert seen(blind, all_, "j1") == ["j1"]
    assert seen(blind, all_, "j3") == ["j3"]
    assert seen(blind, all_, "t") == ["t"]
    assert seen(blind, all_, "2") == ["j1", "j2", "t"]
    assert seen(blind, all_, "staff", staff=True) == ["j1", "j2", "t"]
    for outsider in ("1", "stranger"):
        assert seen(blind, all_, outsider) == seen(open_, all_, outsider) == []
        assert seen(released, all_, outsider) == ["j1", "j2"]
    assert seen(blind, all_, "1", staff=True) == []
    assert seen(released, all_, "j1") == ["j1", "j2", "t"]


@given(st.lists(st.tuples(st.sampled_from(Side), st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=4))
def test_the_winner_is_the_majority_s_and_no_ballot_is_lost(cast: list[tuple[Side, int, int]]) -> None:
    ballots = [ballot(f"j{n}", side, pro / 2, opp / 2) for n, (side, pro, opp) in enumerate(cast, start=1)]
    result = decide(debate(judges=4), RUBRIC, ballots)
    pro = sum(side is PRO for side, _, _ in cast)
    assert result.count == {PRO: pro, OPP: len(cast) - pro}
    assert result.winner is (None if 2 * pro == len(cast) else PRO if 2 * pro > len(cast) else OPP)
    assert len(result.votes) + len(result.missing) == 4
    if result.winner:
        assert len(result.dissents) == result.count[result.winner.other]
    if result.agreement is not None:
        assert 0 <= result.agreement <= 1
        assert (result.agreement == 1) == (pro in (0, len(cast)))
    assert set(result.low_points) == {b.judge for b in ballots if b.low_point(RUBRIC)}
