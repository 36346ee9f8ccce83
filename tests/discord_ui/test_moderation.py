"""Running a debate: every act of a moderator is shown with who and why, and is a moderator's."""

from __future__ import annotations

from typing import Any

import pytest

from bot.debate.state import Role, Status
from bot.debate.words import Side
from tests.discord_ui.harness import World, answer


async def test_a_moderator_pauses_resumes_and_ends_with_a_reason(here: World) -> None:
    state, thread = await here.running(format="classroom")
    assert "Done" in answer(await here.mod.slash(thread, "debate pause", reason="fire drill"))
    assert (await here.service.state(state.id)).status is Status.PAUSED
    assert "Paused by mod: fire drill" in here.said(thread)
    await here.env.advance_time(3600)
    await here.mod.slash(thread, "debate resume")
    after = await here.service.state(state.id)
    assert after.status is Status.RUNNING
    assert after.deadline is not None
    assert (after.deadline - here.env.now()).total_seconds() > 200
    assert f"<t:{int(after.deadline.timestamp())}:R>" in here.said(thread)
    await here.mod.slash(thread, "debate end", reason="enough")
    assert (await here.service.state(state.id)).status is Status.CLOSED
    assert "Closed by mod: enough" in here.said(thread)


async def test_a_turn_is_skipped_once_however_often_the_button_is_pressed(here: World) -> None:
    state, thread = await here.running()
    panel = here.panel(thread)
    await here.mod.click(panel, label="Skip this turn")
    after = await here.service.state(state.id)
    assert [s.turn for s in after.skipped] == [0]
    assert [s.turn for s in after.speeches] == [1]
    # The click of a moderator whose screen is behind: the button was made for a turn that has passed.
    stale = next(c["custom_id"] for row in _raw(panel) for c in row if c["label"] == "Skip this turn")
    assert stale.endswith(":0")


def _raw(message: Any) -> list[list[dict[str, Any]]]:
    return [[item.to_dict() for item in row.children] for row in message.components]


async def test_a_turn_is_extended_and_a_speech_struck(here: World) -> None:
    state, thread = await here.running(format="classroom")
    before = state.deadline
    await here.mod.slash(thread, "debate extend", seconds=90, reason="microphone")
    after = await here.service.state(state.id)
    assert before is not None
    assert after.deadline is not None
    assert (after.deadline - before).total_seconds() == 90
    await here.press(here.mod, thread, "One minute more")
    assert (await here.service.state(state.id)).extra == 150
    await here.speak(here.ann, thread, "Grades rise.")
    await here.mod.slash(thread, "debate strike", speech=1, reason="not hers")
    assert (await here.service.state(state.id)).speeches[0].struck
    assert "Speech 1 struck by mod: not hers" in here.said(thread)
    assert "(struck)" in str(here.panel(thread).embeds[0].to_dict())


async def test_somebody_is_warned_with_a_reason_in_the_thread(here: World) -> None:
    _, thread = await here.running()
    await here.mod.slash(thread, "debate warn", person=here.ann, reason="language")
    assert "ann warned by mod: language" in here.said(thread)


async def test_judges_trainees_and_debaters_are_appointed_and_released(here: World) -> None:
    state, thread = await here.running()
    await here.mod.slash(thread, "debate appoint", person=here.judge, role="judge")
    await here.mod.slash(thread, "debate appoint", person=here.stranger, role="trainee judge")
    await here.mod.slash(thread, "debate appoint", person=here.bob, role="debater", side="proposition")
    after = await here.service.state(state.id)
    assert [p.name for p in after.people(Role.JUDGE)] == [str(here.judge.id)]
    assert [p.name for p in after.people(Role.TRAINEE)] == [str(here.stranger.id)]
    assert str(here.bob.id) in [p.name for p in after.members(Side.PROPOSITION)]
    await here.mod.slash(thread, "debate remove", person=here.judge)
    assert (await here.service.state(state.id)).people(Role.JUDGE) == ()
    refused = await here.mod.slash(thread, "debate appoint", person=here.ann, role="judge")
    assert "may not judge" in answer(refused)


async def test_the_chair_is_handed_over(here: World) -> None:
    state, thread = await here.running()
    await here.mod.slash(thread, "debate handover", person=here.judge, reason="must leave")
    assert [p.name for p in (await here.service.state(state.id)).people(Role.MODERATOR)] == [str(here.judge.id)]
    assert "Done" in answer(await here.judge.slash(thread, "debate pause"))


async def test_a_debater_who_moderates_the_server_may_not_moderate_the_own_round(here: World) -> None:
    _, thread = await here.open()
    await here.mod.slash(thread, "debate handover", person=here.judge)
    await here.press(here.mod, thread, "Join the proposition")
    assert "you debate in this round" in answer(await here.mod.slash(thread, "debate start")).lower()


ACTS: list[tuple[str, dict[str, Any]]] = [
    ("start", {}),
    ("pause", {}),
    ("resume", {}),
    ("skip", {}),
    ("extend", {"seconds": 60}),
    ("strike", {"speech": 1}),
    ("end", {}),
]


@pytest.mark.parametrize(("name", "options"), ACTS, ids=[name for name, _ in ACTS])
async def test_neither_debaters_nor_strangers_moderate(here: World, name: str, options: dict[str, Any]) -> None:
    state, thread = await here.running()
    before = await here.service.state(state.id)
    for who in (here.ann, here.stranger):
        assert "moderat" in answer(await who.slash(thread, f"debate {name}", **options))
    assert await here.service.state(state.id) == before
