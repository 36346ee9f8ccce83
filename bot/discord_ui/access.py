"""What the bot asks of Discord: the least intents and permissions, and the link that invites it with them."""

from __future__ import annotations

import base64
import binascii
import re

import discord

_TOKEN = re.compile(r"(?P<id>[\w-]{20,36})\.[\w-]{5,8}\.[\w-]{25,45}")


def permissions() -> discord.Permissions:
    """What the bot needs in a channel where it debates, and nothing else."""
    return discord.Permissions(
        view_channel=True,
        send_messages=True,
        create_public_threads=True,
        send_messages_in_threads=True,
        embed_links=True,
        attach_files=True,
        read_message_history=True,
    )


def permission_names() -> list[str]:
    """The permissions by the names that Discord shows to admins."""
    names = (name for name, granted in permissions() if granted)
    return ["view channel" if name == "read_messages" else name.replace("_", " ") for name in names]


def intents(*, message_content: bool) -> discord.Intents:
    """Servers and their messages; the text of messages (a privileged intent) only where the operator was granted it."""
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.guild_messages = True
    wanted.message_content = message_content
    return wanted


def application_of(token: str) -> int | None:
    """The application's id that a bot token begins with, or None where the token has not the shape of one."""
    match = _TOKEN.fullmatch(token.strip())
    if match is None:
        return None
    head = match["id"]
    try:
        decoded = base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return int(decoded) if decoded.isdecimal() else None


def invite_link(application: int) -> str:
    """The address that adds the bot to a server with exactly the permissions it needs."""
    return discord.utils.oauth_url(
        application, permissions=permissions(), scopes=("bot", "applications.commands"), disable_guild_select=False
    )


def findings(token: str, *, message_content: bool) -> list[tuple[str, str | None, str]]:
    """(what, fault or None, note) about the Discord side for `debatebot doctor`; asks nothing of the network."""
    if not token:
        return [("discord token", None, "not set: `debatebot run` needs DISCORD_TOKEN, practice in the terminal does not")]
    application = application_of(token)
    if application is None:
        fault = "DISCORD_TOKEN has not the shape of a bot token: copy it anew from the developer portal, under Bot"
        return [("discord token", fault, "")]
    granted = "servers, messages, message content (privileged: switch it on in the developer portal, under Bot)"
    wanted = granted if message_content else "servers, messages (none privileged)"
    return [
        ("discord token", None, "has the right shape; whether it is valid shows when the bot runs"),
        ("discord intents", None, wanted),
        ("discord invite", None, invite_link(application)),
    ]
