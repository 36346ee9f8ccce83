"""Structured logs of ids, sizes and durations, in which nothing that a person wrote can stand."""

from bot.logs.setup import Format, Level, logging_as
from bot.logs.trace import trace_of

__all__ = ["Format", "Level", "logging_as", "trace_of"]
