"""Logs hold ids, sizes and durations: no words of people and no secrets, whatever a library logs and whatever fails."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
import threading
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.errors import UserError
from bot.logs import Format, logging_as, trace_of
from bot.settings import Settings, read_settings
from bot.storage.database import StorageError, open_database

# Put together, so that a line of code in a trace does not hold it.
SAID = "xylo" + "phone"


def logged(act: Callable[[], object], form: Format = "json", name: str = "bot.tests") -> tuple[list[dict[str, Any]], str]:
    """What the log holds after `act`: as objects where they are JSON, and as text."""
    out = io.StringIO()
    with logging_as(form, "debug", out):
        act()
    text = out.getvalue()
    assert SAID not in text
    return [json.loads(line) for line in text.splitlines()] if form == "json" else [], text


def test_a_record_of_the_bot_is_one_object_with_its_fields_and_an_aware_time() -> None:
    (line,), _ = logged(
        lambda: logging.getLogger("bot.x").info("recorded", extra={"debate": "d1", "turn": 2, "checks": {"cut": 1}})
    )
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "info", "logger": "bot.x", "message": "recorded", "debate": "d1", "turn": 2, "checks": {"cut": 1}}


def test_the_same_record_as_text_is_one_line() -> None:
    _, text = logged(lambda: logging.getLogger("bot.x").info("recorded\nagain", extra={"debate": "d1"}), "text")
    assert text.endswith(" INFO bot.x recorded again debate=d1\n")
    assert text.count("\n") == 1


def test_below_the_chosen_level_nothing_is_written_and_afterwards_all_is_as_before() -> None:
    before = (logging.getLogRecordFactory(), logging.root.level, list(logging.root.handlers), threading.excepthook)
    out = io.StringIO()
    with logging_as("json", "warning", out):
        logging.getLogger("bot.x").info("recorded")
        logging.getLogger("bot.x").warning("late")
    assert [json.loads(line)["message"] for line in out.getvalue().splitlines()] == ["late"]
    assert (logging.getLogRecordFactory(), logging.root.level, list(logging.root.handlers), threading.excepthook) == before


@pytest.mark.parametrize(
    ("template", "args", "shown"),
    [
        ("Shard ID %s has connected in %d ms", (3, 20), "Shard ID 3 has connected in 20 ms"),
        ("payload %s", (SAID,), "payload <str of 9>"),
        ("payload %r of %s", ({"content": SAID}, b"ab"), "payload <dict of 1> of <bytes of 2>"),
        ("user %(name)s", ({"name": SAID},), "user <str of 9>"),
        ("object %s", (UserError(SAID),), "object <UserError>"),
        ("too few %s %s", (SAID,), "too few %s %s"),
        ("a number %d", (SAID,), "a number %d"),
        ("none at all", (), "none at all"),
        (f"made of {SAID}", (), "(message withheld)"),
        (f"made of {SAID} and %s", (1,), "(message withheld)"),
        (UserError(SAID), (), "(message withheld)"),
    ],
)
def test_of_a_library_s_record_the_constant_words_and_numbers_are_kept(template: Any, args: tuple[Any, ...], shown: str) -> None:
    (line,), _ = logged(lambda: logging.getLogger("discord.http").debug(template, *args, extra={"body": SAID}))
    assert line["message"] == shown
    assert set(line) == {"time", "level", "logger", "message"}


def fail() -> None:
    try:
        raise KeyError(SAID)
    except KeyError as error:
        raise ExceptionGroup(SAID, [ValueError(SAID), UserError(SAID)]) from error


@pytest.mark.parametrize("name", ["bot.x", "sqlalchemy.pool"])
def test_an_exception_is_kept_as_kinds_and_frames(name: str) -> None:
    def act() -> None:
        try:
            fail()
        except ExceptionGroup as error:
            logging.getLogger(name).exception("failed: %s", error)

    (line,), _ = logged(act)
    kinds = [part for part in line["trace"] if not part.startswith("  ")]
    assert kinds == ["ExceptionGroup", "holds ValueError", "holds UserError", "because of KeyError"]
    assert any(part.startswith("  tests/test_logs.py:") and part.endswith(" in fail") for part in line["trace"])
    assert "failed: " in line["message"]


def test_an_exception_that_caused_itself_ends() -> None:
    one, two = ValueError(), KeyError()
    one.__cause__, two.__cause__ = two, one
    assert trace_of(one) == ["ValueError", "because of KeyError"]


def test_what_python_would_print_is_logged_without_its_message(capfd: pytest.CaptureFixture[str]) -> None:
    def raising() -> None:
        raise ValueError(SAID)

    class Dies:
        def __del__(self) -> None:
            raise ValueError(SAID)

    async def forgotten() -> None:
        task = asyncio.ensure_future(asyncio.sleep(0))
        task.add_done_callback(lambda _: raising())
        await asyncio.sleep(0.01)

    def act() -> None:
        thread = threading.Thread(target=raising)
        thread.start()
        thread.join()
        Dies()
        gc.collect()
        asyncio.run(forgotten())
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            # catch_warnings puts the printing back in place when it ends, not when it begins
            warnings.warn(SAID, UserWarning, stacklevel=1)

    lines, _ = logged(act)
    said = [line["message"] for line in lines if line["level"] in ("error", "warning")]
    assert said[:2] == ["a thread ended with an error", "an error could not be raised"]
    assert said[2] == "(message withheld)"
    assert said[3].startswith("a library warned: UserWarning at test_logs.py:")
    assert all("ValueError" in line["trace"] for line in lines if line["level"] == "error")
    assert SAID not in "".join(capfd.readouterr())


async def test_an_error_of_the_database_says_nothing_of_its_values(url: str) -> None:
    out = io.StringIO()
    async with open_database(url) as engine:
        with logging_as("json", "debug", out):
            async with engine.connect() as connection:
                with pytest.raises(DBAPIError) as failed:
                    await connection.execute(text("SELECT :said FROM nowhere"), {"said": SAID})
            logging.getLogger("bot.x").error("failed", exc_info=failed.value)
            assert SAID not in str(failed.value)
    assert SAID not in out.getvalue()
    assert json.loads(out.getvalue().splitlines()[-1])["trace"]


async def test_the_password_of_a_database_that_cannot_be_reached_is_kept(unused_tcp_port: int) -> None:
    out = io.StringIO()
    url = f"postgresql+asyncpg://bot:{SAID}@127.0.0.1:{unused_tcp_port}/debates"
    with logging_as("json", "debug", out):
        with pytest.raises(StorageError) as refused:
            async with open_database(url):
                pass
        logging.getLogger("bot.x").error("failed %s", refused.value, exc_info=refused.value)
    assert SAID not in str(refused.value) + out.getvalue()
    assert out.getvalue()


def test_settings_show_no_secret() -> None:
    settings = read_settings(
        database_url=f"postgresql+asyncpg://bot:{SAID}@h/d", discord_token=SAID, writer_api_key=SAID, _env_file=None
    )
    assert isinstance(settings, Settings)
    assert SAID not in f"{settings!r} {settings}"
    assert settings.log_url.count(SAID) == 1
