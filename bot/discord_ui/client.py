"""The client: one connection to Discord with its commands, buttons and clocks around the service."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import discord

from bot.discord_ui import access
from bot.discord_ui.cogs.guide import Guide
from bot.discord_ui.present import NOBODY
from bot.discord_ui.seen import Seen
from bot.discord_ui.tree import DebateTree
from bot.service import DebateService

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """What an operator chose for Discord. `message_content`: Discord granted the intent to read messages."""

    message_content: bool = False
    guild_ready_timeout: float = 2.0


class DebateClient(discord.Client):
    """Debatebot on Discord. Without a service it knows its commands only, which is enough to register them."""

    def __init__(self, service: DebateService | None, options: Options) -> None:
        super().__init__(
            intents=access.intents(message_content=options.message_content),
            allowed_mentions=NOBODY,
            max_messages=None,
            guild_ready_timeout=options.guild_ready_timeout,
        )
        self._service = service
        self.options = options
        self.seen = Seen()
        self.was_ready = False
        self.tree = DebateTree(self)
        Guide(self).register()

    @property
    def service(self) -> DebateService:
        """The one door to debates; it is there whenever the bot runs."""
        if self._service is None:
            raise RuntimeError("this client was made to register commands only")
        return self._service

    async def on_ready(self) -> None:
        """Discord may say this again after every reconnection."""
        self.was_ready = True
        log.info("connected as %s in %d servers", self.user and self.user.id, len(self.guilds))
