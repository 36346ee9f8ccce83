"""People and servers: settings by admins, records, files, privacy; every server's data is its own."""

from __future__ import annotations

import json
from typing import Any

import discord
import pytest

from bot.debate.state import Role
from tests.discord_ui.harness import World, answer
from tests.discord_ui.volley import Volley


@pytest.fixture
def admin(here: World) -> Any:
    role = here.guild.create_role("Admins", permissions=discord.Permissions(manage_guild=True))
    return here.guild.add_member(here.env.create_user("admin"), roles=[role])


async def file_of(here: World, result: Any, number: int = 0) -> str:
    message = result.response if result.response and result.response.attachments else result.followups[-1]
    blob = here.env.backend.cdn.get(message.attachments[number].url)
    assert blob is not None
    return blob.decode("utf-8", errors="replace")


async def test_admins_set_what_a_server_decides(here: World, admin: Any) -> None:
    role = here.guild.create_role("Chairs")
    calls: list[tuple[str, dict[str, Any], str, str]] = [
        ("moderators", {"role": role}, "moderator_role", str(role.id)),
        ("format", {"format": "classroom"}, "default_format", "classroom"),
        ("level", {"level": "novice"}, "default_level", "novice"),
        ("rubric", {"rubric": "novice"}, "default_rubric", "novice"),
        ("blind", {"on": True}, "blind", "True"),
        ("retention", {"days": 30}, "retention_days", "30"),
        ("dates", {"language": "de"}, "date_language", "de"),
    ]
    for name, options, setting, value in calls:
        assert setting in answer(await admin.slash(here.channel, f"settings {name}", **options))
        settings = await here.service.guilds.settings(str(here.guild.id))
        assert str(getattr(settings, setting)) == value
    shown = answer(await admin.slash(here.channel, "settings show"))
    assert f"<@&{role.id}>" in shown
    chair = here.guild.add_member(here.env.create_user("chair"), roles=[role])
    await chair.slash(here.channel, "debate open")
    state = await here.debate(here.channel.threads[-1])
    assert (state.format.key, state.level, state.rubric, state.blind) == ("classroom", "novice", "novice", True)


async def test_channels_are_switched_on_and_off(here: World, admin: Any) -> None:
    other = here.guild.create_text_channel("more")
    await admin.slash(other, "settings channel", channel=other)
    assert "🔎" in answer(await here.ann.slash(other, "claim", text="sleep"))
    await admin.slash(other, "settings channel", channel=other, on=False)
    assert "not switched on" in answer(await here.ann.slash(other, "claim", text="sleep"))


async def test_a_server_writes_its_own_rubric(here: World, admin: Any) -> None:
    shown = await admin.slash(here.channel, "settings own-rubric")
    rubric = '{"name": "Ours", "criteria": [{"key": "wit", "low": 0, "high": 5}]}'
    assert "own_rubric" in answer(await admin.submit_modal(shown, {"rubric": rubric}))
    await admin.slash(here.channel, "settings rubric", rubric="own")
    state, _ = await here.open()
    assert [c.key for c in (await here.service.ballots.rubric(state.id)).criteria] == ["wit"]
    shown = await admin.slash(here.channel, "settings own-rubric")
    assert "neither TOML nor JSON" in answer(await admin.submit_modal(shown, {"rubric": "{broken"}))


async def test_nobody_else_changes_settings(here: World) -> None:
    before = await here.service.guilds.settings(str(here.guild.id))
    volley = Volley(here)
    for who in (here.ann, here.mod, here.stranger):
        for name in ("show", "own-rubric"):
            volley.slash(who, here.channel, f"settings {name}")
        volley.slash(who, here.channel, "settings retention", days=1)
    await here.env.settle()
    assert len(volley.waits()) == 9
    assert await here.service.guilds.settings(str(here.guild.id)) == before


async def test_the_flow_sheet_is_a_picture_with_words_and_a_page(here: World) -> None:
    _, thread = await here.running()
    await here.speak(here.ann, thread, "Grades rise.")
    for result in (await here.stranger.slash(thread, "flow"), await here.press(here.stranger, thread, "Flow sheet")):
        assert "flow sheet" in answer(result)
        assert result.response is not None
        picture, page = result.response.attachments
        assert picture.filename.endswith(".png")
        assert picture.description
        assert page.filename.endswith(".html")
        assert "<html" in await file_of(here, result, 1)


async def test_the_coaching_of_a_debate_is_shown_to_whoever_asks_and_to_nobody_else(here: World) -> None:
    state, thread = await here.running()
    assert "make a speech first" in answer(await here.ann.slash(thread, "coach"))
    await here.speak(here.ann, thread, "Grades rise @everyone.")
    for asked in (await here.ann.slash(thread, "coach"), await here.stranger.slash(here.channel, "coach", debate=state.id)):
        assert "You made 1 point" in answer(asked)
        assert "@everyone" not in answer(asked)
        assert asked.response is not None
        assert asked.response.ephemeral


async def test_people_against_people_have_no_coaching_from_the_bot(here: World) -> None:
    state = await here.service.open_debate("mod", format_key="practice", guild_id=str(here.guild.id), bot=False)
    assert "without the bot" in answer(await here.ann.slash(here.channel, "coach", debate=state.id))


@pytest.mark.parametrize(("form", "sign"), [("md", "# "), ("json", '"speeches"'), ("csv", '"turn","side"'), ("html", "<html")])
async def test_a_debate_is_exported(here: World, form: str, sign: str) -> None:
    state, thread = await here.running()
    await here.speak(here.ann, thread, "Grades rise.")
    result = await here.stranger.slash(here.channel, "export", format=form, debate=state.id)
    assert sign in await file_of(here, result)


async def test_stats_and_leaderboard_count_released_results(here: World) -> None:
    from tests.discord_ui.test_scoring import fill, judged

    assert "No result" in answer(await here.ann.slash(here.channel, "leaderboard"))
    _, thread = await judged(here, here.judge)
    await fill(here, here.judge, thread, "proposition")
    await here.judge.slash(thread, "score confirm")
    await here.mod.slash(thread, "score release")
    assert "1. ann: 1 won, 0 lost" in answer(await here.bob.slash(here.channel, "leaderboard"))
    assert "Debates: 1, won 1, lost 0" in answer(await here.ann.slash(here.channel, "stats"))
    assert "Debates: 0" in answer(await here.ann.slash(here.channel, "stats", person=here.bob))


async def test_everybody_reads_exports_and_deletes_the_own_data(here: World) -> None:
    state, thread = await here.running()
    await here.speak(here.ann, thread, "My very own words.")
    assert "What I store" in answer(await here.ann.slash(here.channel, "privacy about"))
    mine = json.loads(await file_of(here, await here.ann.slash(here.channel, "privacy export")))
    assert "My very own words." in json.dumps(mine)
    others = json.loads(await file_of(here, await here.bob.slash(here.channel, "privacy export")))
    assert "My very own words." not in json.dumps(others)
    asked = await here.ann.slash(here.channel, "privacy delete")
    assert asked.response is not None
    assert "deleted from 1 debates" in answer(await here.ann.click(asked.response, label="Delete my data"))
    after = await here.service.state(state.id)
    assert "My very own words." not in str(after)
    assert str(here.ann.id) not in [p.name for p in after.people(Role.DEBATER)]


async def test_nobody_deletes_another_s_data(here: World) -> None:
    state, thread = await here.running()
    await here.speak(here.ann, thread, "My very own words.")
    volley = Volley(here)
    panel = here.panel(thread)
    volley._emit(3, here.bob, thread.id, {"custom_id": f"press:forget:{here.ann.id}:", "component_type": 2}, {}, panel.id)
    await here.env.settle()
    assert "My very own words." in str(await here.service.state(state.id))


async def test_privacy_works_in_direct_messages(here: World) -> None:
    result = await here.ann.user.slash("privacy about")
    assert result.response is not None
    assert "What I store" in result.response.content


async def test_help_names_every_command(here: World) -> None:
    result = await here.ann.slash(here.channel, "help")
    said = answer(result)
    for command in here.bot.tree.walk_commands():
        if not isinstance(command, discord.app_commands.Group):
            assert f"/{command.qualified_name}`" in said


async def test_one_server_s_debates_do_not_exist_in_another(here: World) -> None:
    state, thread = await here.running()
    await here.speak(here.ann, thread, "Grades rise.")
    other = await here.second_guild()
    for name, options in (("debate record", {}), ("flow", {}), ("coach", {}), ("export", {"format": "md"}), ("score status", {})):
        said = answer(await other.mod.slash(other.channel, name, debate=state.id, **options))
        assert "there is no debate" in said.lower()
    assert await other.mod.autocomplete(other.channel, "export", "debate", "") == []
    assert "Debates: 0" in answer(await other.member.slash(other.channel, "stats"))
