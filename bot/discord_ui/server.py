"""What a server has chosen: who moderates, where the bot may act, what a debate begins with."""

from __future__ import annotations

from dataclasses import dataclass

from bot.debate.words import Level
from bot.service import DebateService


@dataclass(frozen=True, slots=True)
class ServerRules:
    """The choices of one server."""

    moderator_role: str = ""
    default_format: str = "one-on-one"
    default_level: Level = Level.CLUB
    default_rubric: str = "default"
    blind: bool = False

    def acts_in(self, *channels: str) -> bool:
        """Whether the bot may act in one of these channels."""
        return bool(channels)


async def rules_of(service: DebateService, guild_id: str) -> ServerRules:  # noqa: ARG001 - settings are kept from slice 3 on
    """The choices of the server `guild_id`."""
    return ServerRules()
