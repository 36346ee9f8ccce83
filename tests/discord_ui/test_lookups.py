"""Looking things up: passages with all their details, the other side, and a plain refusal."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from itertools import pairwise

import pytest

from bot.debate.steps import Progress, Step
from bot.discord_ui.waiting import kept_shown, waiting_line
from tests.discord_ui.harness import World, answer

NONSENSE = "zzz qqq xxx"


async def test_a_claim_is_answered_with_passages_and_details_for_the_asker_alone(here: World) -> None:
    result = await here.ann.slash(here.channel, "claim", text="later school start and sleep of students")
    said = answer(result)
    assert "🔎" in said
    assert "> " in said
    assert "sureness" in said
    assert "the motion" in said
    assert "`" in said


async def test_what_the_sources_do_not_cover_is_refused_plainly(here: World) -> None:
    assert "That is not in my sources" in answer(await here.ann.slash(here.channel, "claim", text=NONSENSE))


async def test_a_shared_look_up_is_seen_by_everybody_and_mentions_nobody(here: World) -> None:
    result = await here.ann.slash(here.channel, "claim", text="@everyone sleep", share=True)
    assert result.response is not None
    assert not result.response.ephemeral
    assert "@everyone" not in result.response.content


async def test_stance_narrows_and_the_list_opens_a_passage(here: World) -> None:
    result = await here.ann.slash(here.channel, "claim", text="students sleep school", stance="against")
    assert "for the motion" not in answer(result).split("other side")[0]
    result = await here.ann.slash(here.channel, "claim", text="students sleep school hours parents")
    assert result.response is not None
    menu = result.response.components[-1]["components"][0]
    opened = answer(await here.ann.select(result.response, [menu["options"][0]["value"]]))
    assert menu["options"][0]["value"] in opened


async def test_the_pages_of_a_look_up_are_turned_also_by_another_process(here: World) -> None:
    asked = await here.ann.slash(here.channel, "claim", text="the survey found that schools and parents")
    assert asked.response is not None
    assert "2 more follow" in answer(asked)
    await here.restart()
    await here.ann.click(asked.response, label="Further passages")
    edited = str(here.env.http_requests[-1].json)
    assert "Passages 4 to 5 of 5" in edited
    assert "**4. " in edited
    await here.ann.click(asked.response, label="Earlier passages")
    assert "Passages 1 to 3 of 5" in str(here.env.http_requests[-1].json)


async def test_a_look_up_that_waits_says_how_many_are_before_it(here: World) -> None:
    queue = here.service.queue
    async with AsyncExitStack() as busy:
        for n in range(queue._width):
            await busy.enter_async_context(queue.turn(f"other:{n}"))
        asked = asyncio.create_task(here.ann.slash(here.channel, "claim", text="students sleep school"))
        async with asyncio.timeout(60):
            # The double's record sets no event.
            while not any("You are next in the queue" in str(r.json) for r in here.env.http_requests):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert "🔎" in answer(await asked)


@pytest.mark.parametrize(
    ("progress", "line"),
    [
        (Progress(Step.QUEUED, 3), "⏳ 3 before you in the queue ..."),
        (Progress(Step.CHECKING), "⏳ I am checking every sentence against its source ..."),
    ],
)
def test_work_under_way_is_one_line(progress: Progress, line: str) -> None:
    assert waiting_line(progress) == line


async def test_a_line_that_is_shown_already_is_not_sent_again() -> None:
    sent: list[str] = []
    free = asyncio.Event()

    async def edit(line: str) -> None:
        sent.append(line)
        await free.wait()

    async with kept_shown(edit, rest=lambda _: asyncio.sleep(0)) as tell:
        tell("writing")
        await asyncio.sleep(0)
        for line in ("writing", "writing", "checking", "done"):
            tell(line)
        free.set()
        for _ in range(5):
            await asyncio.sleep(0)
    assert sent == ["writing", "done"]


async def test_known_claims_are_suggested(here: World) -> None:
    known = here.service.lookups.known_claims("")[0].text
    offered = await here.ann.autocomplete(here.channel, "claim", "text", known[:6])
    assert known in [choice["value"] for choice in offered]
    assert len(await here.ann.autocomplete(here.channel, "claim", "text", "")) <= 25


async def test_sources_are_browsed_and_shown(here: World) -> None:
    listed = await here.ann.slash(here.channel, "source browse")
    assert "Sources 1 to" in answer(listed)
    assert listed.response is not None
    key = listed.response.components[0]["components"][0]["options"][0]["value"]
    assert f"`{key}`" in answer(await here.ann.select(listed.response, [key]))
    assert f"`{key}`" in answer(await here.ann.slash(here.channel, "source show", source=key))
    assert "no source" in answer(await here.ann.slash(here.channel, "source show", source="nothing"))
    assert key in [c["value"] for c in await here.ann.autocomplete(here.channel, "source show", "source", key[:3])]


async def test_sources_that_do_not_fit_one_list_come_in_pages(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.discord_ui.cogs.lookups._PAGE", 1)
    first = await here.ann.slash(here.channel, "source browse")
    assert "Sources 1 to 1 of 2" in answer(first)
    assert first.response is not None
    second = await here.ann.click(first.response, label="More sources")
    assert "Sources 2 to 2 of 2" in answer(second)
    assert "no such sources" in answer(await here.ann.slash(here.channel, "source browse", stance="neutral"))


async def test_a_message_is_checked_and_argued_against(here: World) -> None:
    message = await here.bob.send(here.channel, "Students sleep too little because school starts early.")
    checked = await here.ann.context_menu(here.channel, "Check this claim", message)
    assert "🔎" in answer(checked)
    argued = answer(await here.ann.context_menu(here.channel, "Argue against this", message))
    assert "> Students sleep too little" in argued
    assert "Answer 1" in argued
    assert "**Sources**" in argued
    assert await here.service.recent() == []


async def test_a_message_without_words_cannot_be_checked(here: World) -> None:
    picture = await here.bob.send(here.channel, "", attachments=[("cat.png", b"png")])
    for name in ("Check this claim", "Argue against this"):
        assert "no text" in answer(await here.ann.context_menu(here.channel, name, picture))


async def test_who_asks_too_often_waits(here: World) -> None:
    for _ in range(6):
        assert "🔎" in answer(await here.ann.slash(here.channel, "claim", text="sleep"))
    assert "try again in 30 s" in answer(await here.ann.slash(here.channel, "claim", text="sleep"))
    assert "🔎" in answer(await here.bob.slash(here.channel, "claim", text="sleep"))
    await here.env.advance_time(31)
    assert "🔎" in answer(await here.ann.slash(here.channel, "claim", text="sleep"))


async def test_it_is_silent_where_it_was_not_switched_on(here: World) -> None:
    elsewhere = here.guild.create_text_channel("off-topic")
    assert "not switched on" in answer(await here.ann.slash(elsewhere, "claim", text="sleep"))
    assert "not switched on" in answer(await here.mod.slash(elsewhere, "debate open"))
    assert here.bot.user is not None
    await here.ann.send(elsewhere, f"<@{here.bot.user.id}> Hello?")
    assert [m.author.name for m in elsewhere.history(viewer=here.stranger)] == ["ann"]


async def test_a_line_is_shown_at_most_once_a_second() -> None:
    hand, shown = [0.0], list[tuple[float, str]]()
    passed = asyncio.Event()

    async def edit(line: str) -> None:
        shown.append((hand[0], line))

    async def rest(seconds: float) -> None:
        end = hand[0] + seconds
        while hand[0] < end:
            await passed.wait()
            passed.clear()

    async with kept_shown(edit, rest) as tell:
        for tick in range(30):
            tell(f"line {tick}")
            hand[0] = tick / 10
            passed.set()
            for _ in range(5):
                await asyncio.sleep(0)
    times = [at for at, _ in shown]
    assert len(times) == 3
    assert all(later - sooner >= 1.0 for sooner, later in pairwise(times))
