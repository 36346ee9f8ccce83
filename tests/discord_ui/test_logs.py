"""A whole debate logged on the lowest level, with everything failing once: no word of anybody and no secret is in it."""

from __future__ import annotations

import io
import json
import logging

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from bot.brief.model import Brief
from bot.logs import logging_as
from bot.speech.writers.endpoint import Endpoint
from bot.speech.writers.generator import GenerationError, Message
from tests.discord_ui.harness import World, answer, world
from tests.discord_ui.test_scoring import fill
from tests.speech.writers.fake_server import FakeServer, serving

# Put together, so that a line of code in a trace does not hold it.
SAID = "xylo" + "phone"
KEY = "key-of-the-" + SAID


class Kept(logging.Handler):
    """Keeps every record as a handler of a library would see it."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(f"{record.getMessage()} {record.msg} {record.args} {record.exc_info} {record.exc_text}")


async def renamed(log_url: str, before: str, after: str) -> None:
    engine = create_async_engine(log_url)
    async with engine.begin() as connection:
        await connection.exec_driver_sql(f"ALTER TABLE actions RENAME COLUMN {before} TO {after}")
    await engine.dispose()


async def debate_with_trouble(here: World, log_url: str) -> None:
    """Everything that takes text, with a marked word in it; the log, the speaker and Discord fail once each."""
    ann = here.guild.add_member(here.env.create_user(f"ann {SAID}"))
    judge = here.guild.add_member(here.env.create_user(f"judge {SAID}"))
    await ann.slash(here.channel, "claim", text=f"sleep of {SAID}")
    await ann.slash(here.channel, "claim", text=f"{SAID} {SAID}")
    _, thread = await here.open(format="one-on-one", blind=True)
    await ann.slash(thread, "debate join", side="proposition")
    await here.mod.slash(thread, "debate appoint", person=judge, role="judge", reason=SAID)
    await here.mod.slash(thread, "debate start")
    here.speaker.trouble.append(KeyError(SAID))
    await here.speak(ann, thread, f"Grades rise, says {SAID}.")
    await renamed(log_url, "reason", "elsewhere")
    told = answer(await here.mod.slash(thread, "debate warn", person=ann, reason=f"for {SAID}"))
    await renamed(log_url, "elsewhere", "reason")
    assert "went wrong (id " in told
    await here.mod.slash(thread, "debate warn", person=ann, reason=f"for {SAID}")
    await here.restart()
    here.env.inject_error("POST", f"/channels/{thread.id}/messages", status=500, code=0, message=SAID)
    await here.speak(ann, thread, f"A rebuttal of {SAID}.")
    await here.restart()
    await here.env.settle()
    await here.speak(ann, thread, f"A closing of {SAID}.")
    await fill(here, judge, thread, "proposition", dict.fromkeys(("content", "evidence", "rebuttal", "style"), f"5: {SAID}"))
    await judge.slash(thread, "score confirm")
    await here.mod.slash(thread, "score release")
    await ann.slash(thread, "export", format="json")
    await here.env.settle()


async def model_with_trouble() -> None:
    """A model server that fails in every way, asked about marked words with a marked key."""
    async with serving(FakeServer(["500", "429", "garbage", "bad json", "half", f"An answer of {SAID}."])) as server:
        endpoint = Endpoint(server.base_url, "m", KEY)
        for _ in range(4):
            try:
                await endpoint.generate([Message("user", f"Speak of {SAID}.")], max_tokens=50)
            except GenerationError as error:
                logging.getLogger("bot.tests").warning("refused: %s", error, exc_info=error)
        await endpoint.close()


@pytest.mark.parametrize("form", ["json", "text"])
async def test_a_debate_in_trouble_is_logged_without_a_word_of_anybody(form: str, log_url: str, tiny: Brief) -> None:
    out, kept = io.StringIO(), Kept()
    with logging_as("json" if form == "json" else "text", "debug", out):
        logging.getLogger().addHandler(kept)
        try:
            async with world(log_url, tiny) as here:
                here.expected = Exception
                await debate_with_trouble(here, log_url)
            await model_with_trouble()
        finally:
            logging.getLogger().removeHandler(kept)
    whole = out.getvalue()
    assert [line for line in (*whole.splitlines(), *kept.seen) if SAID in line] == []
    if form == "json":
        lines = [json.loads(line) for line in whole.splitlines()]
        loggers = {line["logger"].split(".")[0] for line in lines}
        assert {"bot", "discord", "openai"} <= loggers
        acts = [line.get("act") for line in lines if line["message"] == "recorded"]
        assert acts.count("warn") == 1
        assert acts.count("speech") >= 6
        failed = [line for line in lines if line["message"].startswith("unexpected error")]
        kinds = {line["message"].split()[-1] for line in failed}
        assert "KeyError" in kinds
        assert kinds & {"OperationalError", "ProgrammingError"}  # SQLite and PostgreSQL
        assert all(line["id"] in line["message"] and line["trace"] for line in failed)
