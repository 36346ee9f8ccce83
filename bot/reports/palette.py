"""The colours of pictures, dark enough on their paper (WCAG 2.2: 4.5 to 1) and told apart without red against green."""

from __future__ import annotations

from bot.debate.words import Side
from bot.reports.marks import Tone

PAPER, CARD, INK, SOFT, LINE, ARROW = "#f6f5f1", "#ffffff", "#1d2025", "#5a616b", "#d0ccc1", "#6b7280"
SIDES = {Side.PROPOSITION: "#0b63a8", Side.OPPOSITION: "#a5480b"}
TONES = {Tone.QUIET: "#5a616b", Tone.MET: "#17683a", Tone.GIVEN: "#6a4a00", Tone.LOST: "#a81731"}
