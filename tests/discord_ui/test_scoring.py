"""Judging: forms for each side, drafts and versions, several judges, a release that reaches the debaters."""

from __future__ import annotations

from typing import Any

import simcord

from bot.debate.ballots import BallotStatus
from tests.discord_ui.harness import World, answer

MARKS = {"content": "8: clear", "evidence": "7: sourced", "rebuttal": "6: answered", "style": "9: calm"}


async def judged(here: World, *judges: simcord.MemberActor, trainees: tuple[simcord.MemberActor, ...] = ()) -> tuple[str, Any]:
    """A debate that is over, with its judges."""
    state, thread = await here.running(format="one-on-one")
    for judge in judges:
        await here.mod.slash(thread, "debate appoint", person=judge, role="judge")
    for trainee in trainees:
        await here.mod.slash(thread, "debate appoint", person=trainee, role="trainee judge")
    for n in range(3):
        await here.speak(here.ann, thread, f"Speech {n}: grades rise.")
    return state.id, thread


async def fill(
    here: World, judge: simcord.MemberActor, thread: Any, winner: str, other: dict[str, str] | None = None
) -> simcord.InteractionResult:
    """A whole ballot through its forms, submitted."""
    shown = await judge.slash(thread, "score ballot")
    assert shown.response is not None
    for label, marks in (("Score the proposition", MARKS), ("Score the opposition", other or dict.fromkeys(MARKS, "5: less"))):
        form = await judge.click(shown.response, label=label)
        await judge.submit_modal(form, marks)
    form = await judge.click(shown.response, label="Decision")
    await judge.submit_modal(form, {"winner": [winner], "reason": "They answered more."})
    return await judge.click(shown.response, label="Submit")


async def test_a_ballot_is_filled_in_submitted_and_confirmed(here: World) -> None:
    debate, thread = await judged(here, here.judge)
    empty = await here.judge.slash(thread, "score ballot")
    assert "is empty" in answer(empty)
    submitted = await fill(here, here.judge, thread, "proposition")
    assert "Submitted" in answer(submitted)
    assert "74 of 100 points" not in answer(submitted)
    assert "72 of 100 points" in answer(submitted)
    assert "It counts" in answer(await here.judge.slash(thread, "score confirm"))
    [ballot] = await here.service.ballots.of(debate, str(here.judge.id))
    assert ballot.status is BallotStatus.CONFIRMED
    assert "The proposition wins on the only ballot" in answer(await here.mod.slash(thread, "score status"))


async def test_what_cannot_be_read_in_a_form_is_given_back(here: World) -> None:
    debate, thread = await judged(here, here.judge)
    shown = await here.judge.slash(thread, "score ballot")
    assert shown.response is not None
    form = await here.judge.click(shown.response, label="Score the proposition")
    said = answer(await here.judge.submit_modal(form, {"content": "excellent work", "style": "9: calm"}))
    assert "**Content** was not saved" in said
    assert "excellent work" in said
    [draft] = await here.service.ballots.of(debate, str(here.judge.id))
    assert [key for _, key in draft.scores] == ["style"]
    again = await here.judge.click(shown.response, label="Score the proposition")
    assert again.modal is not None
    fields = {c["component"]["custom_id"]: c["component"].get("value") for c in again.modal["components"]}
    assert fields["style"] == "9: calm"


async def test_an_incomplete_ballot_is_not_submitted(here: World) -> None:
    _, thread = await judged(here, here.judge)
    shown = await here.judge.slash(thread, "score ballot")
    assert shown.response is not None
    await here.judge.submit_modal(await here.judge.click(shown.response, label="Score the proposition"), MARKS)
    assert "not scored" in answer(await here.judge.click(shown.response, label="Submit"))
    assert "no submitted ballot" in answer(await here.judge.click(shown.response, label="Confirm"))


async def test_a_low_point_win_asks_for_its_reason(here: World) -> None:
    debate, thread = await judged(here, here.judge)
    asked = await fill(here, here.judge, thread, "opposition")
    assert "has 50 points and the proposition 72" in answer(asked)
    assert asked.response is not None
    form = await here.judge.click(asked.response, label="Confirm with a reason")
    assert "Submitted" in answer(await here.judge.submit_modal(form, {"why": "The last word decided."}))
    await here.judge.slash(thread, "score confirm")
    [ballot] = await here.service.ballots.of(debate, str(here.judge.id))
    assert ballot.low_point_reason == "The last word decided."


async def test_a_second_version_replaces_the_first(here: World) -> None:
    debate, thread = await judged(here, here.judge)
    await fill(here, here.judge, thread, "proposition")
    await here.judge.slash(thread, "score confirm")
    await fill(here, here.judge, thread, "proposition", dict.fromkeys(MARKS, "6: better than I thought"))
    await here.judge.slash(thread, "score submit")
    await here.judge.slash(thread, "score confirm")
    ballots = await here.service.ballots.of(debate, str(here.judge.id))
    assert [b.status for b in ballots] == [BallotStatus.SUPERSEDED, BallotStatus.CONFIRMED]


async def test_only_judges_fill_in_ballots(here: World) -> None:
    _, thread = await judged(here, here.judge)
    for who in (here.ann, here.stranger):
        assert "judge" in answer(await who.slash(thread, "score ballot"))
        assert "judge" in answer(await who.slash(thread, "score submit"))
        assert "judge" in answer(await who.slash(thread, "score confirm"))


async def test_a_release_names_what_is_missing_and_reaches_the_debaters(here: World) -> None:
    debate, thread = await judged(here, here.judge, here.bob, trainees=(here.stranger,))
    await fill(here, here.judge, thread, "proposition")
    await here.judge.slash(thread, "score confirm")
    assert "missing from bob" in answer(await here.mod.slash(thread, "score release"))
    await fill(here, here.stranger, thread, "opposition", dict.fromkeys(MARKS, "9: much better"))
    assert "does not count" in answer(await here.stranger.slash(thread, "score confirm"))
    assert "result is out" in answer(await here.mod.slash(thread, "score release", without_missing=True))
    said = here.said(thread)
    assert "The proposition wins on the only ballot" in said
    assert "Trainee ballots, which do not count: stranger" in said
    sent = "\n".join(m.content for m in here.ann.user.dm_channel.history())
    assert "They answered more." in sent
    assert "8. clear" in sent
    assert "stranger" not in sent
    result = next(m for m in thread.history() if "## Result" in m.content)
    assert "They answered more." in answer(await here.bob.click(result, label="The judges' reasons"))
    assert "already" in answer(await here.mod.slash(thread, "score release"))
    assert (await here.service.state(debate)).released_at is not None


async def test_who_takes_no_messages_is_called_in_the_thread(here: World) -> None:
    _, thread = await judged(here, here.judge)
    await fill(here, here.judge, thread, "proposition")
    await here.judge.slash(thread, "score confirm")
    here.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, message="Cannot send messages to this user")
    await here.mod.slash(thread, "score release")
    assert f"<@{here.ann.id}> Press *The judges' reasons*" in here.said(thread)


async def test_a_split_panel_needs_the_casting_vote(here: World) -> None:
    _, thread = await judged(here, here.judge, here.bob)
    await fill(here, here.judge, thread, "proposition")
    await fill(here, here.bob, thread, "opposition", dict.fromkeys(MARKS, "9: much better"))
    for judge in (here.judge, here.bob):
        await judge.slash(thread, "score confirm")
    assert "split 1 to 1" in answer(await here.mod.slash(thread, "score release"))
    done = await here.mod.slash(thread, "score release", casting="opposition", reason="Clearer.")
    assert "result is out" in answer(done)
    assert "casting vote" in here.said(thread)


async def test_before_the_release_only_moderators_see_where_it_stands(here: World) -> None:
    debate, thread = await judged(here, here.judge)
    await fill(here, here.judge, thread, "proposition")
    for who in (here.ann, here.stranger):
        assert "moderator" in answer(await who.slash(thread, "score status"))
        assert "no ballots that you may read" in answer(await who.slash(thread, "score reasons"))
    assert "No counting ballot" in answer(await here.mod.slash(thread, "score status"))
    assert debate in [c["value"] for c in await here.mod.autocomplete(here.channel, "score status", "debate", "one")]
