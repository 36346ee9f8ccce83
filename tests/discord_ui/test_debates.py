"""Opening a debate and taking part in it."""

from __future__ import annotations

import pytest

from bot.debate.state import Role, Status
from bot.debate.words import Side
from tests.discord_ui.harness import World, answer


async def test_a_debate_gets_a_thread_with_a_panel(here: World) -> None:
    state, thread = await here.open(format="classroom", level="novice")
    panel = here.panel(thread)
    assert state.message_id == str(panel.id)
    assert panel.embeds[0].title == here.service.motion
    assert "lobby" in str(panel.embeds[0].fields[0].value)
    assert (state.format.key, state.level, state.guild_id) == ("classroom", "novice", str(here.guild.id))
    assert state.people(Role.MODERATOR)[0].name == str(here.mod.id)
    assert thread.mention in here.said(here.channel)


async def test_only_moderators_open_debates(here: World) -> None:
    result = await here.ann.slash(here.channel, "debate open")
    assert "only moderators" in answer(result).lower()
    assert here.channel.threads == []


async def test_members_join_by_button_or_command_and_leave_again(here: World) -> None:
    state, thread = await here.open()
    assert "You debate for the proposition" in answer(await here.press(here.ann, thread, "Join the proposition"))
    assert "You debate for the proposition" in answer(await here.bob.slash(thread, "debate join", side="proposition"))
    names = [p.name for p in (await here.debate(thread)).members(Side.PROPOSITION)]
    assert names == [str(here.ann.id), str(here.bob.id)]
    assert "ann, bob" in str(here.panel(thread).embeds[0].fields[1].value)
    assert "left" in answer(await here.bob.slash(thread, "debate leave"))
    assert "left" in answer(await here.press(here.ann, thread, "Leave"))
    assert (await here.debate(thread)).members(Side.PROPOSITION) == ()
    assert state.id


async def test_the_bot_s_side_cannot_be_taken(here: World) -> None:
    _, thread = await here.open()
    assert "take the proposition" in answer(await here.ann.slash(thread, "debate join", side="opposition"))


async def test_commands_about_a_debate_need_one(here: World) -> None:
    for name, options in (("leave", {}), ("join", {"side": "proposition"}), ("record", {}), ("start", {}), ("discard", {})):
        assert "no debate in this channel" in answer(await here.mod.slash(here.channel, f"debate {name}", **options))


async def test_a_debate_opens_in_a_text_channel_only(here: World) -> None:
    _, thread = await here.open()
    assert "text channel" in answer(await here.mod.slash(thread, "debate open"))


async def test_speeches_by_form_are_shown_and_answered_with_sources(here: World) -> None:
    state, thread = await here.running()
    said = await here.speak(here.ann, thread, "Grades rise when *schools* start later. @everyone")
    assert "Speech 1 is recorded" in answer(said)
    after = await here.service.state(state.id)
    assert [s.speaker for s in after.speeches] == [str(here.ann.id), "Debatebot"]
    history = here.said(thread)
    assert r"Grades rise when \*schools\* start later." in history
    assert "@everyone" not in history
    assert "Answer 1" in history
    assert "[1]" in history
    assert "**Sources**" in history
    assert f"<@{here.ann.id}>" in history.split("Answer 1")[1]


async def test_passages_are_shown_to_whoever_asks_and_nobody_else(here: World) -> None:
    _, thread = await here.running()
    await here.speak(here.ann, thread, "Grades rise.")
    spoken = next(m for m in thread.history() if "Answer 1" in m.content)
    shown = answer(await here.stranger.click(spoken, label="Show the passages"))
    assert "[1]" in shown
    assert "> " in shown


async def test_a_refused_speech_is_given_back(here: World) -> None:
    state, thread = await here.running()
    shown = await here.ann.slash(thread, "speak")
    await here.mod.slash(thread, "debate pause")
    result = await here.ann.submit_modal(shown, {"speech": "My long speech."})
    assert "paused" in answer(result)
    assert result.response is not None
    assert result.response.attachments[0].filename == "speech.txt"
    assert (await here.service.state(state.id)).speeches == ()


async def test_who_is_not_due_is_told_before_typing(here: World) -> None:
    _, thread = await here.running()
    result = await here.stranger.slash(thread, "speak")
    assert result.modal is None
    assert "Only its debaters" in answer(result)


async def test_a_mention_in_the_thread_is_a_speech(here: World) -> None:
    state, thread = await here.running()
    bot = here.bot.user
    assert bot is not None
    await here.ann.send(thread, f"<@{bot.id}> Grades rise when school starts later.")
    after = await here.service.state(state.id)
    assert after.speeches[0].text == "Grades rise when school starts later."
    assert "1. ann" in here.said(thread)
    await here.stranger.send(thread, f"<@{bot.id}> And I say so too.")
    assert "Only its debaters" in here.said(thread)
    assert len((await here.service.state(state.id)).speeches) == len(after.speeches)


async def test_messages_are_nobody_s_business_without_a_mention(here: World) -> None:
    state, thread = await here.running()
    await here.ann.send(thread, "Just chatting.")
    await here.ann.send(here.channel, "And here.")
    after = await here.service.state(state.id)
    assert after.speeches == ()
    assert after.draft == ()


async def test_the_record_shows_who_did_what_and_why(here: World) -> None:
    _, thread = await here.running()
    await here.mod.slash(thread, "debate pause", reason="fire *drill*")
    shown = answer(await here.stranger.slash(thread, "debate record"))
    assert "**mod**: pause" in shown
    assert r"fire \*drill\*" in shown
    assert "**ann**: join" in shown
    assert "pause" in answer(await here.press(here.stranger, thread, "Record"))


async def test_what_cannot_be_prepared_is_said_with_another_try(here: World) -> None:
    state, thread = await here.running()
    here.speaker.trouble = [RuntimeError("secret words")]
    await here.speak(here.ann, thread, "Grades rise.")
    failed = next(m for m in thread.history() if "could not prepare" in m.content)
    assert "secret words" not in failed.content
    assert len((await here.service.state(state.id)).speeches) == 1
    assert "try again" in answer(await here.ann.click(failed, label="Try again"))
    assert len((await here.service.state(state.id)).speeches) == 2


async def test_people_may_debate_people_with_the_bot_in_the_chair(here: World) -> None:
    state, thread = await here.open(opponent="people")
    await here.press(here.ann, thread, "Join the proposition")
    await here.press(here.bob, thread, "Join the opposition")
    await here.press(here.mod, thread, "Start")
    await here.speak(here.ann, thread, "Yes.")
    await here.speak(here.bob, thread, "No.")
    after = await here.service.state(state.id)
    assert [s.speaker for s in after.speeches] == [str(here.ann.id), str(here.bob.id)]
    assert here.speaker.asked == []


@pytest.mark.parametrize("label", ["Start", "Cancel"])
async def test_the_panel_s_moderator_buttons_are_for_moderators(here: World, label: str) -> None:
    state, thread = await here.open()
    await here.press(here.ann, thread, "Join the proposition")
    for who in (here.ann, here.stranger):
        await here.press(who, thread, label)
        assert (await here.service.state(state.id)).status is Status.LOBBY
    await here.press(here.mod, thread, label)
    assert (await here.service.state(state.id)).status is not Status.LOBBY
