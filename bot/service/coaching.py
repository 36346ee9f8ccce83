"""Coaching for a debate of the log."""

from __future__ import annotations

from bot.brief.model import Brief
from bot.debate.coaching import Coaching
from bot.debate.state import DebateState
from bot.errors import UserError
from bot.speech.coach import coach


def coaching_of(brief: Brief, state: DebateState) -> Coaching:
    """What the debaters against the bot can learn from the debate; a debate without the bot raises `UserError`."""
    side = state.bot_side()
    if side is None:
        raise UserError("there is no coaching for a debate without the bot: nobody kept its flow")
    return coach(brief, state.speeches, side)
