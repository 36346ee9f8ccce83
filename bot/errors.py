"""The one kind of error that is meant for a user's eyes."""

from __future__ import annotations


class UserError(Exception):
    """Something expected went wrong; `str(error)` is one clear line that says what to do about it."""
