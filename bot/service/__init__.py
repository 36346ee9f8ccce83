"""The service: the one door for every front end."""

from bot.service.answers import BOT, Speaking
from bot.service.coaching import coaching_of
from bot.service.references import references
from bot.service.service import DebateService
from bot.storage.database import StorageError
from bot.storage.debate_log import UnknownDebateError

__all__ = ["BOT", "DebateService", "Speaking", "StorageError", "UnknownDebateError", "coaching_of", "references"]
