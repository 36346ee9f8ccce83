"""The words of debating as closed sets, shared by every room."""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    """The two sides of a motion."""

    PROPOSITION = "proposition"
    OPPOSITION = "opposition"

    @property
    def other(self) -> Side:
        """The opposing side."""
        return Side.OPPOSITION if self is Side.PROPOSITION else Side.PROPOSITION


class SpeechKind(StrEnum):
    """What a speech is for; it decides how the bot plans its own."""

    OPENING = "opening"
    REBUTTAL = "rebuttal"
    CLOSING = "closing"
    QUESTION = "question"
    REPLY = "reply"


class Level(StrEnum):
    """How hard the bot presses in practice. It changes how much is argued, never what is true."""

    NOVICE = "novice"
    CLUB = "club"
    VARSITY = "varsity"


class PointKind(StrEnum):
    """What an opponent is doing in one point of a speech."""

    CLAIM = "claim"
    EVIDENCE = "evidence"
    QUESTION = "question"
    CONCESSION = "concession"
    DEFINITION = "definition"
    CHALLENGE = "challenge"
    PROCEDURE = "procedure"
    ABUSE = "abuse"
    OFF_TOPIC = "off-topic"
    INSTRUCTION = "instruction"


class Verdict(StrEnum):
    """How a point stands in the flow."""

    NEW = "new"
    ANSWERED = "answered"
    TURNED = "turned"
    CORRECTED = "corrected"
    CONCEDED = "conceded"
    EXTENDED = "extended"
    DROPPED = "dropped"
    UNSUPPORTED = "unsupported"
    SET_ASIDE = "set aside"
