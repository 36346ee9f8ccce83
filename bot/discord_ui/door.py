"""The one error door of the Discord front end.

Errors are met in this order: those that carry their own line (`UserError`), failed checks of the command tree, commands that
Discord knows in an older form, permissions that the bot lacks, interactions that Discord has already given up, a connection
that failed, and last everything unexpected, which is logged under a short id that the user is shown. User text goes to no log:
of an unexpected error the kinds and the frames are kept, not the message.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

import discord
from discord import app_commands

from bot.discord_ui.courier import cut_off
from bot.discord_ui.present import unlinked
from bot.discord_ui.reply import metrics_of, say
from bot.errors import UserError
from bot.logs import trace_of

log = logging.getLogger(__name__)
# Discord's codes for an interaction that is over or was answered already, and for a channel that somebody has deleted meanwhile.
NO_CHANNEL = 10003
_GONE = (10062, 10015, 40060, NO_CHANNEL)


def root_of(error: BaseException) -> BaseException:
    """What the library's wrapper holds: the exception that was raised in the command itself."""
    while isinstance(error, (app_commands.CommandInvokeError, app_commands.TransformerError)):
        inner = error.original if isinstance(error, app_commands.CommandInvokeError) else error.__cause__
        if inner is None:
            break
        error = inner
    return error


def line_for(error: BaseException) -> str | None:
    """The line that an expected error is answered with; None where the error is not expected."""
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, app_commands.NoPrivateMessage):
        return "this works in a server only: use it in a channel there"
    if isinstance(error, app_commands.MissingPermissions):
        return f"you need the permission {', '.join(error.missing_permissions).replace('_', ' ')} for this: ask an admin"
    if isinstance(error, app_commands.TransformerError):
        return "one of the values cannot be used: pick one from the list"
    if isinstance(error, app_commands.CheckFailure):
        return "you may not do this here: see /help"
    if isinstance(error, (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)):
        return "the commands have changed: reload Discord and try again in a minute"
    if isinstance(error, discord.Forbidden):
        return "Discord does not let me do that here: an admin must give me the permissions that /help lists"
    return None


def sentence(line: str | BaseException) -> str:
    """A user's line as a sentence: it begins with a capital and ends with a stop."""
    text = str(line).strip()
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")


async def answer_error(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Tell the user what went wrong, privately, whether the interaction was answered before or not."""
    root = root_of(error)
    line = line_for(root)
    if line is None and isinstance(root, discord.HTTPException) and root.code in _GONE:
        log.warning("interaction %s was over before it was answered", interaction.id)
        return
    if line is None and cut_off(root):
        log.warning("interaction %s was cut off (%s)", interaction.id, type(root).__name__)
        line = "my connection to Discord failed for a moment: look whether it was done, and try again if it was not"
    if line is None:
        metrics = metrics_of(interaction)
        if metrics is not None:
            metrics.failed()
        line = f"something unexpected went wrong (id {record(root)}): please report it to whoever runs this bot"
    try:
        await say(interaction, f"⚠ {unlinked(sentence(line))}")
    except Exception as failure:
        if not isinstance(failure, discord.HTTPException) and not cut_off(failure):
            raise
        why = failure.status if isinstance(failure, discord.HTTPException) else type(failure).__name__
        log.warning("interaction %s could not be told about its error (%s)", interaction.id, why)


def noted(error: BaseException) -> str:
    """How a line of the log names `error`: by its kind where the connection failed, else by the id of its record."""
    return type(error).__name__ if cut_off(error) else f"id {record(error)}"


def record(error: BaseException) -> str:
    """Log `error` without its message, which may hold user text; the short id under which it is found."""
    short = secrets.token_hex(4)
    log.error("unexpected error %s: %s", short, type(error).__name__, extra={"id": short, "frames": trace_of(error)})
    return short
