"""Whatever arrives twice or at once is recorded once."""

from __future__ import annotations

import pytest

from bot.debate.state import DebateState, Status
from bot.discord_ui.rehearsal import Rehearsal
from tests.discord_ui.harness import World
from tests.discord_ui.volley import Volley

pytestmark = pytest.mark.engines


async def test_a_double_click_joins_once(here: World) -> None:
    state, thread = await here.open()
    volley = Volley(here)
    for _ in range(2):
        volley.press(here.ann, here.panel(thread), "Join the proposition")
    await here.env.settle()
    acts = [a.action for a in await here.service.actions(state.id)]
    assert acts.count("join") == 1


async def test_two_moderators_who_skip_at_once_skip_one_turn(here: World) -> None:
    state, thread = await here.running(opponent="bot")
    await here.mod.slash(thread, "debate handover", person=here.judge)
    volley = Volley(here)
    panel = here.panel(thread)
    volley.press(here.judge, panel, "Skip this turn")
    volley.press(here.mod, panel, "Skip this turn")
    await here.env.settle()
    after = await here.service.state(state.id)
    assert [s.turn for s in after.skipped] == [0]
    assert [s.turn for s in after.speeches] == [1]


async def test_two_moderators_who_pause_and_end_at_once_leave_one_end(here: World) -> None:
    state, thread = await here.running()
    volley = Volley(here)
    for label in ("Pause", "End", "End"):
        volley.press(here.mod, here.panel(thread), label)
    await here.env.settle()
    acts = [a.action for a in await here.service.actions(state.id)]
    assert (await here.service.state(state.id)).status is Status.CLOSED
    assert acts.count("close") == 1


async def test_a_replayed_command_button_and_form_count_once(here: World) -> None:
    state, thread = await here.running(format="classroom")
    volley = Volley(here)
    extended = volley.slash(here.mod, thread, "debate extend", seconds=60)
    pressed = volley.press(here.mod, here.panel(thread), "One minute more")
    await here.env.settle()
    spoken = volley.send_form(here.ann, thread, f"form:speech:{state.id}:0", "Grades rise.")
    await here.env.settle()
    for record in (extended, pressed, spoken):
        volley.again(record)
    await here.env.settle()
    after = await here.service.state(state.id)
    acts = [a.action for a in await here.service.actions(state.id)]
    assert acts.count("extend") == 2
    assert [s.turn for s in after.speeches] == [0, 1]


async def test_the_same_speech_sent_twice_at_once_is_recorded_once(here: World) -> None:
    state, thread = await here.running()
    volley = Volley(here)
    for _ in range(2):
        volley.send_form(here.ann, thread, f"form:speech:{state.id}:0", "Grades rise.")
    await here.env.settle()
    after = await here.service.state(state.id)
    assert [s.turn for s in after.speeches] == [0, 1]
    assert here.said(thread).count("Grades rise.") == 1


async def test_a_form_that_an_earlier_process_showed_is_handled_by_this_one(here: World) -> None:
    state, thread = await here.running()
    await here.restart()
    volley = Volley(here)
    volley.send_form(here.ann, thread, f"form:speech:{state.id}:0", "Typed before the restart.")
    await here.env.settle()
    assert (await here.service.state(state.id)).speeches[0].text == "Typed before the restart."


async def test_a_replayed_mention_is_one_speech(here: World) -> None:
    state, thread = await here.running()
    assert here.bot.user is not None
    message = await here.ann.send(thread, f"<@{here.bot.user.id}> Grades rise.")
    stored = here.env.backend.get_message(thread.id, message.id)
    from simcord.backend import serializers

    here.env.backend.emit("MESSAGE_CREATE", dict(serializers.message_payload(here.env.backend, stored)))
    await here.env.settle()
    assert [s.turn for s in (await here.service.state(state.id)).speeches] == [0, 1]


async def test_a_form_of_something_else_and_a_button_of_nothing_are_left_alone(here: World) -> None:
    _, thread = await here.running()
    volley = Volley(here)
    volley.send_form(here.ann, thread, "form:unknown:x:y", "Hm.")
    volley.send_form(here.ann, thread, "another", "Hm.")
    await here.env.settle()
    assert volley.acknowledged == {}


async def test_a_restart_keeps_panel_buttons_and_the_speech_that_was_recorded_but_not_shown(here: World) -> None:
    state, thread = await here.running()
    await here.bot.stage.stop()
    await here.service.deliver(state.id, str(here.ann.id), "Said just before the crash.", turn=0)
    await here.service.answer(state.id)
    assert "Answer 1" not in here.said(thread)
    await here.env.restart_bot(here.make_bot())
    await here.env.settle()
    assert here.said(thread).count("Answer 1") == 1
    await here.restart()
    assert here.said(thread).count("Answer 1") == 1
    await here.press(here.mod, thread, "Pause")
    assert (await here.service.state(state.id)).status is Status.PAUSED


async def test_the_bot_s_speech_that_was_due_at_the_restart_is_prepared(here: World) -> None:
    state, thread = await here.running()
    await here.bot.stage.stop()
    await here.service.deliver(state.id, str(here.ann.id), "Said just before the crash.", turn=0)
    await here.env.restart_bot(here.make_bot())
    await here.env.settle()
    assert [s.turn for s in (await here.service.state(state.id)).speeches] == [0, 1]
    assert "Answer 1" in here.said(thread)


async def test_a_deleted_panel_comes_back_and_a_deleted_thread_harms_nobody(here: World) -> None:
    state, thread = await here.running()
    panel = here.panel(thread)
    here.env.backend.delete_message(thread.id, panel.id)
    await here.mod.slash(thread, "debate pause")
    assert here.panel(thread).id != panel.id
    assert (await here.service.state(state.id)).message_id == str(here.panel(thread).id)
    _, other = await here.running()
    here.env.backend.delete_channel(thread.id)
    await here.restart()
    assert "I was away" in here.said(other)


async def test_a_speech_that_comes_before_the_bot_s_is_shown_is_answered(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    class Overtaken(Rehearsal):
        """The first speech of the bot is recorded, and not yet shown when the next speech of the person is."""

        async def run(self) -> DebateState | None:
            after = await super().run()
            if after is not None and len(after.speeches) == 2:
                next_one = await here.service.deliver(after.id, str(here.ann.id), "Sleep helps.", turn=2)
                await here.bot.stage.changed(next_one)
            return after

    monkeypatch.setattr("bot.discord_ui.stage.Rehearsal", Overtaken)
    state, thread = await here.running()
    await here.speak(here.ann, thread, "Grades rise.")
    await here.env.settle()
    assert [s.turn for s in (await here.service.state(state.id)).speeches] == [0, 1, 2, 3]


@pytest.mark.parametrize("away", [False, True], ids=["while the bot looks", "while the bot is away"])
@pytest.mark.parametrize("stage", ["lobby", "running", "closed"])
async def test_a_debate_ends_with_its_thread(here: World, stage: str, away: bool) -> None:
    state, thread = await (here.open() if stage == "lobby" else here.running(format="classroom"))
    if stage == "closed":
        await here.mod.slash(thread, "debate end", reason="enough")
    if away:
        await here.bot.stage.stop()
        await here.bot.close()
    here.env.backend.delete_channel(thread.id)
    if away:
        await here.env.restart_bot(here.make_bot())
    await here.env.settle()
    after = await here.service.state(state.id)
    assert after.status is Status.CLOSED
    assert after.id not in here.bot.stage.clock.watched
    last = (await here.service.actions(state.id))[-1]
    assert (last.action, last.reason) == ("close", "enough" if stage == "closed" else "its thread was deleted")
