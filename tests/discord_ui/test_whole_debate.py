"""A complete moderated debate, from its opening to its export, with a restart in the middle; the log holds all of it."""

from __future__ import annotations

import json

import pytest

from bot.debate.ballots import BallotStatus
from bot.debate.state import Role, Status
from tests.discord_ui.harness import World, answer
from tests.discord_ui.test_people import file_of
from tests.discord_ui.test_scoring import fill

pytestmark = pytest.mark.engines


async def test_a_whole_moderated_debate(here: World) -> None:
    second = here.guild.add_member(here.env.create_user("second"))
    trainee = here.guild.add_member(here.env.create_user("trainee"))
    state, thread = await here.open(format="one-on-one", blind=True)
    await here.press(here.ann, thread, "Join the proposition")
    for person, role in ((here.judge, "judge"), (second, "judge"), (here.bob, "judge"), (trainee, "trainee judge")):
        await here.mod.slash(thread, "debate appoint", person=person, role=role)
    await here.press(here.mod, thread, "Start")
    await here.speak(here.ann, thread, "Opening: grades rise.")
    await here.mod.slash(thread, "debate pause", reason="fire drill")
    await here.env.advance_time(600)
    await here.press(here.mod, thread, "Resume")
    await here.restart()
    await here.speak(here.ann, thread, "Rebuttal: parents adapt.")
    await here.mod.slash(thread, "debate strike", speech=3, reason="read out by somebody else")
    await here.speak(here.ann, thread, "Closing: start later.")
    over = await here.service.state(state.id)
    assert [s.speaker == "Debatebot" for s in over.speeches] == [False, True] * 3
    assert over.over
    assert "All speeches have been given" in here.said(thread)

    ballot = await here.press(here.judge, thread, "Fill in a ballot")
    assert "is empty" in answer(ballot)
    better = dict.fromkeys(("content", "evidence", "rebuttal", "style"), "9: stronger")
    for judge, winner, other in (
        (here.judge, "proposition", None),
        (second, "opposition", better),
        (here.bob, "proposition", None),
        (trainee, "opposition", better),
    ):
        await fill(here, judge, thread, winner, other)
        await judge.slash(thread, "score confirm")
    assert "no ballots" in answer(await here.ann.slash(thread, "score reasons"))
    assert "second" not in answer(await here.judge.slash(thread, "score reasons"))
    await here.mod.slash(thread, "score release")
    said = here.said(thread)
    assert "The proposition wins by 2 ballots to 1." in said
    assert "Dissent: second." in said
    assert "Trainee ballots, which do not count: trainee." in said
    assert "Pairs of judges who agree on the winner: 33 %." in said
    result = next(m for m in thread.history() if "## Result" in m.content)
    assert result.attachments[0].filename.endswith(".png")
    assert result.attachments[0].description
    reasons = "\n".join(m.content for m in here.ann.user.dm_channel.history())
    assert reasons.count("They answered more.") == 3
    await here.press(here.mod, thread, "Close the debate")

    exported = json.loads(await file_of(here, await here.ann.slash(thread, "export", format="json")))
    assert [speech["struck"] for speech in exported["speeches"]] == [False, False, True, False, False, False]
    log = await here.service.state(state.id)
    assert log.status is Status.CLOSED
    assert log.released_at is not None
    acts = [(a.action, a.reason) for a in await here.service.actions(state.id)]
    for act in (("pause", "fire drill"), ("resume", ""), ("strike", "read out by somebody else"), ("release", ""), ("close", "")):
        assert acts.count(act) == 1
    assert [a for a, _ in acts].count("appoint") == 4
    assert [a for a, _ in acts].count("confirm ballot") == 4
    ballots = await here.service.ballots.of(state.id, str(here.mod.id), staff=True)
    assert [b.status for b in ballots] == [BallotStatus.CONFIRMED] * 4
    assert [b.trainee for b in ballots].count(True) == 1
    assert len(log.people(Role.JUDGE)) == 3


async def test_an_extension_in_a_timed_debate_is_in_the_log(here: World) -> None:
    state, thread = await here.running(format="classroom")
    await here.mod.slash(thread, "debate extend", seconds=60, reason="microphone")
    await here.env.advance_time(250)
    await here.speak(here.ann, thread, "Still in time.")
    after = await here.service.state(state.id)
    assert after.speeches[0].text == "Still in time."
    assert ("extend", "microphone") in [(a.action, a.reason) for a in await here.service.actions(state.id)]
