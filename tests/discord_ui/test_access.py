"""Least rights: what is asked of Discord, and what doctor says of it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlparse

import discord
import pytest
from typer.testing import CliRunner, Result

from bot import examination
from bot.cli import app
from bot.discord_ui import access

# Made up in the shape of a token: the application id 123456789012345678 in base64, a time, a signature.
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe." + "x" * 38


def test_it_asks_for_seven_permissions_and_none_that_moderates() -> None:
    assert sorted(access.permission_names()) == [
        "attach files",
        "create public threads",
        "embed links",
        "read message history",
        "send messages",
        "send messages in threads",
        "view channel",
    ]


def test_the_privileged_intent_is_asked_for_only_where_it_is_granted() -> None:
    plain = access.intents(message_content=False)
    assert {name for name, value in plain if value} == {"guilds", "guild_messages"}
    assert access.intents(message_content=True).message_content


def test_the_invite_carries_exactly_these_permissions() -> None:
    query = parse_qs(urlparse(access.invite_link(42)).query)
    assert query["client_id"] == ["42"]
    assert query["permissions"] == [str(access.permissions().value)]
    assert set(query["scope"][0].split()) == {"bot", "applications.commands"}


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "ÄÖÜ" * 20, "Zm9vZm9vZm9vZm9vZm9vZm9v.GaBcDe." + "x" * 38])
def test_what_has_not_the_shape_of_a_token_is_known(token: str) -> None:
    assert access.application_of(token) is None


def _doctor(monkeypatch: pytest.MonkeyPatch, token: str) -> Result:
    async def nothing_else(_: object) -> list[tuple[str, str | None]]:
        return [("brief", None)]

    monkeypatch.setattr(examination, "examine", nothing_else)
    return CliRunner().invoke(app, ["doctor"], env={"DISCORD_TOKEN": token})


def test_doctor_says_what_the_token_is_good_for(monkeypatch: pytest.MonkeyPatch) -> None:
    said = _doctor(monkeypatch, TOKEN)
    assert said.exit_code == 0
    assert "client_id=123456789012345678" in said.output
    assert "servers, messages (none privileged)" in said.output
    assert TOKEN not in said.output


def test_doctor_names_a_token_of_the_wrong_shape_and_never_repeats_it(monkeypatch: pytest.MonkeyPatch) -> None:
    said = _doctor(monkeypatch, "my-secret-token")
    assert said.exit_code == 1
    assert "FAIL discord token: DISCORD_TOKEN has not the shape" in said.output
    assert "my-secret-token" not in said.output


def test_doctor_is_content_without_a_token() -> None:
    assert access.findings("", message_content=False) == [
        ("discord token", None, "not set: `debatebot run` needs DISCORD_TOKEN, practice in the terminal does not")
    ]


def test_doctor_reminds_of_the_switch_for_message_content() -> None:
    assert "developer portal" in {a: c for a, _, c in access.findings(TOKEN, message_content=True)}["discord intents"]


def test_intents_need_no_member_list() -> None:
    assert not access.intents(message_content=True).members
    assert isinstance(access.permissions(), discord.Permissions)
