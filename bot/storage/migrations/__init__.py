"""Alembic migrations of the log, run by `bot.storage.database`."""
