"""The one error door: what is expected has its line, everything else a short id; small parts that guard the rest."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from bot.debate.steps import Progress, Step
from bot.discord_ui import reply
from bot.discord_ui.client import DebateClient, Options
from bot.discord_ui.context import SlowLogError, glance
from bot.discord_ui.door import answer_error, line_for, root_of, sentence
from bot.discord_ui.pace import LIMITS, Pace, TooFastError, Work
from bot.discord_ui.rehearsal import Rehearsal, line
from bot.discord_ui.seen import Seen
from bot.errors import UserError
from bot.service.queue import QueueFullError
from tests.discord_ui.harness import World, answer


class Answered:
    """An interaction that keeps what it is answered with."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.id = 7
        self.told: list[str] = []
        self.private: list[bool] = []
        self.trouble = trouble
        self.response = SimpleNamespace(is_done=lambda: False, send_message=self._send)

    async def _send(self, text: str, *, ephemeral: bool, **_: object) -> None:
        if self.trouble:
            raise self.trouble
        self.told.append(text)
        self.private.append(ephemeral)


def http(kind: type[discord.HTTPException], code: int, status: int = 403) -> discord.HTTPException:
    return kind(SimpleNamespace(status=status, reason="no", headers={}), {"code": code, "message": "no"})  # type: ignore[arg-type]


# Put together, so that the line of code in a traceback does not hold it.
WORDS = " ".join(("what", "the", "user", "wrote"))
COMMAND: Any = SimpleNamespace(name="claim", qualified_name="claim")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (UserError("the debate is over: open another"), "The debate is over: open another."),
        (app_commands.NoPrivateMessage(), "in a server only"),
        (app_commands.MissingPermissions(["manage_guild"]), "manage guild"),
        (app_commands.CheckFailure(), "may not do this here"),
        (app_commands.CommandNotFound("old", []), "commands have changed"),
        (app_commands.TransformerError("x", discord.AppCommandOptionType.string, app_commands.Transformer()), "cannot be used"),
        (http(discord.Forbidden, 50013), "does not let me do that"),
        (app_commands.CommandInvokeError(COMMAND, UserError("wrapped")), "Wrapped."),
    ],
)
async def test_an_expected_error_is_answered_with_its_line(error: Exception, said: str) -> None:
    interaction: Any = Answered()
    await answer_error(interaction, error)
    assert said in interaction.told[0]
    assert interaction.private == [True]


async def test_an_unexpected_error_has_an_id_and_its_message_stays_out_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    interaction: Any = Answered()
    try:
        raise KeyError(WORDS)
    except KeyError as error:
        with caplog.at_level(logging.ERROR):
            await answer_error(interaction, error)
    short = interaction.told[0].split("(id ")[1][:8]
    assert short in caplog.text
    assert "KeyError" in caplog.text
    assert WORDS not in caplog.text + interaction.told[0]


async def test_an_interaction_that_is_over_is_left_alone() -> None:
    interaction: Any = Answered()
    await answer_error(interaction, http(discord.NotFound, 10062))
    assert interaction.told == []
    await answer_error(Answered(http(discord.HTTPException, 10062)), UserError("too late"))  # type: ignore[arg-type]


async def test_a_channel_that_was_deleted_meanwhile_is_no_unexpected_error(caplog: pytest.LogCaptureFixture) -> None:
    interaction: Any = Answered()
    with caplog.at_level(logging.WARNING):
        await answer_error(interaction, http(discord.NotFound, 10003))
    assert interaction.told == []
    assert "unexpected" not in caplog.text
    assert "was over before it was answered" in caplog.text


@pytest.mark.parametrize(
    "error", [aiohttp.ServerDisconnectedError(), ConnectionResetError(), TimeoutError(), http(discord.DiscordServerError, 0, 503)]
)
async def test_a_connection_that_fails_is_no_unexpected_error(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    interaction: Any = Answered()
    with caplog.at_level(logging.WARNING):
        await answer_error(interaction, app_commands.CommandInvokeError(COMMAND, error))
    assert "My connection to Discord failed" in interaction.told[0]
    assert "(id " not in interaction.told[0]
    assert "interaction 7 was cut off" in caplog.text
    assert {record.levelname for record in caplog.records} == {"WARNING"}
    assert not any(record.exc_info or getattr(record, "frames", ()) for record in caplog.records)


async def test_a_file_that_cannot_be_read_is_unexpected(caplog: pytest.LogCaptureFixture) -> None:
    interaction: Any = Answered()
    await answer_error(interaction, FileNotFoundError())
    assert "(id " in interaction.told[0]
    assert "unexpected error" in caplog.text


async def test_a_person_who_cannot_be_told_of_an_error_is_written_down(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reply, "_WAITS", (0.0, 0.0))
    interaction: Any = Answered(aiohttp.ServerDisconnectedError())
    await answer_error(interaction, UserError("too late"))
    assert "could not be told about its error (ServerDisconnectedError)" in caplog.text


async def test_an_answer_whose_connection_breaks_is_given_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply, "_WAITS", (0.0, 0.0))
    interaction: Any = Answered()
    given, tries = interaction.response.send_message, [aiohttp.ServerDisconnectedError()]

    async def send(*said: Any, **what: Any) -> None:
        if tries:
            raise tries.pop()
        await given(*said, **what)

    interaction.response.send_message = send
    await reply.say(interaction, "Done.")
    assert interaction.told == ["Done."]


async def test_an_event_that_is_cut_off_is_no_unexpected_error(caplog: pytest.LogCaptureFixture) -> None:
    client = DebateClient(None, Options())
    try:
        raise aiohttp.ServerDisconnectedError
    except aiohttp.ServerDisconnectedError:
        await client.on_error("on_message")
    assert "the event on_message was cut off (ServerDisconnectedError)" in caplog.text
    assert "unexpected error" not in caplog.text


def test_wrapped_errors_are_unwrapped_and_others_are_not_expected() -> None:
    inner = ValueError("x")
    assert root_of(app_commands.CommandInvokeError(COMMAND, inner)) is inner
    assert line_for(inner) is None
    assert sentence("what now?") == "What now?"


async def test_an_event_that_fails_is_logged_without_words(caplog: pytest.LogCaptureFixture) -> None:
    client = DebateClient(None, Options())
    with caplog.at_level(logging.ERROR):
        try:
            raise ValueError(WORDS)
        except ValueError:
            await client.on_error("on_message")
    assert "on_message" in caplog.text
    assert WORDS not in caplog.text
    with pytest.raises(RuntimeError, match="register commands only"):
        _ = client.service


def test_what_comes_twice_is_known_and_the_memory_is_bounded() -> None:
    seen = Seen(kept=2)
    assert [seen.first(n) for n in (1, 1, 2, 3, 1)] == [True, False, True, True, True]


def test_a_pace_counts_each_person_and_each_kind_of_work(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    pace = Pace(lambda: now[0])
    most, seconds = LIMITS[Work.LOOKUP]
    for _ in range(most):
        pace.spend(1, Work.LOOKUP)
    with pytest.raises(TooFastError, match=f"{seconds} s"):
        pace.spend(1, Work.LOOKUP)
    pace.spend(1, Work.REPORT)
    pace.spend(2, Work.LOOKUP)
    now[0] += timedelta(seconds=seconds)
    pace.spend(1, Work.LOOKUP)
    monkeypatch.setattr("bot.discord_ui.pace.REMEMBERED", 1)
    pace.spend(3, Work.LOOKUP)
    assert len(pace._spent) == 1


def test_the_steps_of_a_speech_are_told_in_order_and_the_place_in_the_queue_is_named() -> None:
    assert "next in the queue" in line(Progress(Step.QUEUED, 0))
    assert "number 4 in the queue" in line(Progress(Step.QUEUED, 3))
    assert "✓ hearing your points, ▸ searching my sources, · writing" in line(Progress(Step.RETRIEVING))


async def test_a_full_queue_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.discord_ui.rehearsal.AFTER_FULL", 0.0)
    outcomes: list[Any] = [QueueFullError("full"), ("the speech", 0.1)]

    class Full:
        queue = SimpleNamespace(length=8)

        async def answer(self, *_: object) -> Any:
            outcome = outcomes.pop(0)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

    rehearsal = Rehearsal(Full(), SimpleNamespace(), SimpleNamespace(id="d1"))  # type: ignore[arg-type]
    told: list[Progress] = []
    assert str(await rehearsal._answer(told.append)) == "the speech"
    assert told == [Progress(Step.QUEUED, 8)]


async def test_a_look_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.discord_ui.context.GLANCE_SECONDS", 0.01)
    with pytest.raises(SlowLogError):
        await glance(asyncio.sleep(3600))
    monkeypatch.undo()
    assert await glance(asyncio.sleep(0, "seen")) == "seen"


async def test_a_slow_log_does_not_keep_the_panel_s_form_back(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(look: Any) -> None:
        look.close()
        raise SlowLogError("the log is slow at the moment: try again in a few seconds")

    _, thread = await here.running()
    monkeypatch.setattr("bot.discord_ui.cogs.speaking.glance", slow)
    assert (await here.press(here.ann, thread, "Speak")).modal is not None
    assert "slow at the moment" in answer(await here.ann.slash(thread, "speak"))


async def test_a_missing_permission_is_said(here: World) -> None:
    here.env.inject_error("POST", f"/channels/{here.channel.id}/threads", status=403, code=50013, message="Missing Permissions")
    assert "does not let me do that" in answer(await here.mod.slash(here.channel, "debate open"))
    here.expected = discord.Forbidden


async def test_a_stopped_bot_lets_the_speech_in_hand_end(here: World) -> None:
    state, thread = await here.running()
    await here.speak(here.ann, thread, "Grades rise.")
    await here.bot.close()
    assert here.bot.stage.clock.watched == frozenset()
    assert len((await here.service.state(state.id)).speeches) == 2
