"""What the rules refuse; each error carries the line that the user is shown."""

from __future__ import annotations

from bot.errors import UserError


class DebateError(UserError):
    """The rules do not allow it."""


class UnknownFormatError(DebateError):
    """There is no such format."""


class NotYourTurnError(DebateError):
    """Somebody else is to speak."""


class NotAllowedError(DebateError):
    """The person's role does not allow it."""


class WrongStatusError(DebateError):
    """The debate is not in the state that this needs."""


class SpeechTextError(DebateError):
    """The text cannot be a speech."""


class TimeIsUpError(DebateError):
    """The turn's time is over."""


class RubricError(DebateError):
    """The text is no rubric."""


class BallotError(DebateError):
    """The ballot cannot be kept, submitted or released as it is."""


class LowPointWinError(BallotError):
    """The winner has fewer points than the loser, and no reason was given for it."""


class SettingError(DebateError):
    """The value cannot be a server's setting."""
