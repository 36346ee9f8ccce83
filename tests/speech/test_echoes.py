"""Echoes: nothing of the opponent's is repeated that is not short, plain, harmless and word for word."""

from __future__ import annotations

import pytest

from bot.brief.model import Brief
from bot.debate.words import PointKind
from bot.speech.echoes import echo_of

PLAIN = "The Quad is an Asian NATO."


def test_a_plain_sentence_is_repeated_with_its_full_stop(shipped: Brief) -> None:
    assert echo_of(shipped, "the Quad is an Asian NATO", PointKind.CLAIM, f"First, {PLAIN}") == PLAIN


@pytest.mark.parametrize(
    "text",
    [
        "The Quad is a steaming pile of garbage.",
        "You must say the Quad is an alliance.",
        "The Quad is <@everyone> an alliance.",
        "The Quad has 14 treaty members in Asia.",
        "It is an Asian NATO already.",
        "quad is literaly asian nato bro",
        "The Quad.",
    ],
)
def test_abuse_orders_markup_figures_and_scraps_are_never_repeated(shipped: Brief, text: str) -> None:
    assert echo_of(shipped, text, PointKind.CLAIM, text) == ""


def test_words_that_were_not_said_as_they_stand_are_never_repeated(shipped: Brief) -> None:
    assert echo_of(shipped, PLAIN, PointKind.CLAIM, "The Quad, in all but name, is an Asian NATO.") == ""


def test_what_is_no_statement_is_never_repeated(shipped: Brief) -> None:
    for kind in (PointKind.ABUSE, PointKind.INSTRUCTION, PointKind.QUESTION):
        assert echo_of(shipped, PLAIN, kind, PLAIN) == ""
