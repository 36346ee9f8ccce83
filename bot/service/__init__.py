"""The service: the one door for every front end."""

from bot.service.answers import BOT, Speaking
from bot.service.coaching import coaching_of
from bot.service.references import references
from bot.service.service import DebateService

__all__ = ["BOT", "DebateService", "Speaking", "coaching_of", "references"]
