"""Where the message content intent is granted, ordinary messages are gathered until they are finished."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.brief.model import Brief
from bot.discord_ui.client import Options
from tests.discord_ui.harness import World, answer, world


@pytest.fixture
async def heard(log_url: str, tiny: Brief) -> AsyncIterator[World]:
    async with world(log_url, tiny, options=Options(message_content=True, guild_ready_timeout=0.1)) as made:
        yield made


async def test_messages_are_gathered_edited_and_finished(heard: World) -> None:
    state, thread = await heard.running()
    first = await heard.ann.send(thread, "Grades rise.")
    await heard.ann.send(thread, "And parents agree.")
    await heard.ann.edit(first, "Grades rise a lot.")
    await heard.stranger.send(thread, "I am chatting.")
    await heard.bob.send(heard.channel, "Elsewhere.")
    assert [p.text for p in (await heard.service.state(state.id)).draft] == ["Grades rise a lot.", "And parents agree."]
    assert "recorded" in answer(await heard.press(heard.ann, thread, "Finish speech"))
    after = await heard.service.state(state.id)
    assert after.speeches[0].text == "Grades rise a lot.\n\nAnd parents agree."
    assert len(after.speeches) == 2
    assert "1. ann" in heard.said(thread)


async def test_what_was_gathered_is_dropped_by_its_author(heard: World) -> None:
    state, thread = await heard.running()
    await heard.ann.send(thread, "Wrong words.")
    assert "only its author" in answer(await heard.stranger.slash(thread, "debate discard")).lower()
    assert "dropped" in answer(await heard.ann.slash(thread, "debate discard"))
    assert (await heard.service.state(state.id)).draft == ()


async def test_what_was_gathered_counts_at_the_deadline(heard: World) -> None:
    state, thread = await heard.running(format="classroom")
    await heard.ann.send(thread, "Grades rise.")
    await heard.env.advance_time(245)
    after = await heard.service.state(state.id)
    assert after.speeches[0].text == "Grades rise."
    assert "what had been said of it counts as the speech" in heard.said(thread)


async def test_a_message_too_long_for_a_speech_is_answered(heard: World) -> None:
    _, thread = await heard.running()
    for _ in range(11):
        await heard.ann.send(thread, "word " * 390)
    assert "keep it under 20,000" in heard.said(thread)


async def test_nothing_is_gathered_after_the_end(heard: World) -> None:
    state, thread = await heard.running()
    await heard.press(heard.mod, thread, "End")
    await heard.ann.send(thread, "Too late.")
    assert (await heard.service.state(state.id)).draft == ()


async def test_the_form_is_on_the_panel_and_a_passed_turn_s_button_is_refused(heard: World) -> None:
    state, thread = await heard.running()
    shown = await heard.press(heard.ann, thread, "Speak")
    assert "recorded" in answer(await heard.ann.submit_modal(shown, {"speech": "First.", "more": "Second."}))
    assert (await heard.service.state(state.id)).speeches[0].text == "First.\n\nSecond."
    assert "nothing has been gathered" in answer(await heard.press(heard.ann, thread, "Finish speech")).lower()
