"""Moments as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_datetime


def when(moment: datetime, language: str = "") -> str:
    """`moment` in UTC: as `2026-03-01 18:30 UTC`, or as a language (a code such as `en` or `pt-BR`) writes it.

    A language that is not known is written in the first way.
    """
    there = moment.astimezone(UTC)
    if language:
        try:
            return f"{format_datetime(there, 'medium', locale=Locale.parse(language, sep='-'))} UTC"
        except (UnknownLocaleError, ValueError):
            pass
    return f"{there:%Y-%m-%d %H:%M} UTC"
