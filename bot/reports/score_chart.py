"""The scores as a picture: a row for the total and for each criterion, each side's mean with every judge's mark around it."""

from __future__ import annotations

import io
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.debate.state import DebateState
from bot.debate.words import Side
from bot.reports.judging import Judging, ScoreRow, Spread, score_rows, shown
from bot.reports.palette import CARD, INK, LINE, PAPER, SIDES, SOFT
from bot.reports.plain import plain, shortened
from bot.reports.typeset import POINTS_PER_INCH, font, width, wrapped

# All lengths are points; the picture's pixels are points * DPI / 72.
DPI = 144
WIDTH, MARGIN, NAMES, VALUES = 640.0, 22.0, 150.0, 120.0
TITLE, NOTE, SMALL, LEADING = 14.0, 10.0, 8.0, 1.34
ROW, LINE_APART = 50.0, 20.0
SHAPES = {Side.PROPOSITION: "o", Side.OPPOSITION: "D"}
ALT_CHARACTERS = 1024


def score_png(state: DebateState, judging: Judging) -> bytes:
    """The chart as PNG; the same ballots give the same bytes on one machine. Safe to call from several threads."""
    out = io.BytesIO()
    score_figure(state, judging).savefig(out, format="png", dpi=DPI, metadata={"Software": None})
    return out.getvalue()


def score_alt(state: DebateState, judging: Judging) -> str:
    """What the chart shows, in at most `ALT_CHARACTERS` characters: the result, then each side's mean and range."""
    judges = sum(counts for _, counts in shown(judging))
    trainees = sum(not counts for _, counts in shown(judging))
    learning = f" and {trainees} trainees whose ballots do not count" if trainees > 1 else ""
    learning = " and one trainee whose ballot does not count" if trainees == 1 else learning
    parts = [
        f"Scores of {judges} {'judge' if judges == 1 else 'judges'}{learning} on the motion "
        f"“{shortened(plain(state.motion), 40)}”."
    ]
    winner = judging.result.winner
    parts += [f"The {winner} wins."] if winner else ["No winner."]
    for row in score_rows(judging):
        sides = "; ".join(f"{spread.side} {_told(spread)}" for spread in row.sides)
        parts.append(f"{row.name} of {row.top:g}: {sides}.")
    text = " ".join(parts)
    return text if len(text) <= ALT_CHARACTERS else f"{text[: ALT_CHARACTERS - 1]}…"


def _told(spread: Spread) -> str:
    if spread.mean is None:
        return "no score that counts"
    if spread.low == spread.high:
        return f"{round(spread.mean, 2):g}"
    return f"{round(spread.mean, 2):g} on average, from {spread.low:g} to {spread.high:g}"


def score_figure(state: DebateState, judging: Judging) -> Figure:
    """The chart as a figure that belongs to nobody.

    Artists carry ids: `mean SIDE ROW`, `spread SIDE ROW` and `mark SIDE ROW JUDGE`, with rows and judges counted from 0.
    """
    rows = score_rows(judging)
    head = wrapped(state.motion, TITLE, WIDTH - 2 * MARGIN, lines=2, bold=True)
    top = MARGIN + len(head) * TITLE * LEADING + 40
    height = top + len(rows) * ROW + 30 + MARGIN
    figure = Figure(figsize=(WIDTH / POINTS_PER_INCH, height / POINTS_PER_INCH), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    pen = _Pen(axes)
    pen.head(judging, head)
    for n, row in enumerate(rows):
        pen.row(n, row, top + n * ROW)
    pen.key(top + len(rows) * ROW + 16, any(not counts for _, counts in shown(judging)))
    return figure


class _Pen:
    """Draws onto one axes; made for one picture and thrown away."""

    def __init__(self, axes: Any) -> None:
        self._axes = axes

    def head(self, judging: Judging, lines: list[str]) -> None:
        """Title, and who won by how many ballots."""
        for n, line in enumerate(lines):
            self._text(MARGIN, MARGIN + n * TITLE * LEADING, line, TITLE, bold=True)
        result = judging.result
        y = MARGIN + len(lines) * TITLE * LEADING + 3
        if result.winner is None:
            self._text(MARGIN, y, "No winner", NOTE, bold=True)
            return
        votes = f"{result.count[result.winner]} of {sum(result.count.values())} ballots"
        votes += ", by the moderator's casting vote" if result.casting else ""
        won = f"The {result.winner} wins"
        self._text(MARGIN, y, won, NOTE, bold=True, colour=SIDES[result.winner])
        self._text(MARGIN + width(won, NOTE, True) + 8, y, votes, NOTE, colour=SOFT)

    def row(self, n: int, row: ScoreRow, y: float) -> None:
        """One criterion: its name, its scale, and a line for each side."""
        if n == 0:
            self._axes.axhspan(y - 4, y + ROW - 8, MARGIN * 0.4 / WIDTH, 1 - MARGIN * 0.4 / WIDTH, facecolor=CARD, lw=0, zorder=0)
        (name,) = wrapped(row.name, NOTE, NAMES - 10, lines=1, bold=True) or [""]
        self._text(MARGIN, y + 4, name, NOTE, bold=True)
        weight = "" if row.weight is None or row.weight == 1 else f", counts {row.weight:g} times"
        self._text(MARGIN, y + 20, f"{row.bottom:g} to {row.top:g}{weight}", SMALL, colour=SOFT)
        left, right = MARGIN + NAMES, WIDTH - MARGIN - VALUES
        for spread, at in zip(row.sides, (y + 10, y + 10 + LINE_APART), strict=True):
            self._axes.plot([left, right], [at, at], color=LINE, lw=1, zorder=1)
            self._spread(n, row, spread, at, left, right)

    def _spread(self, n: int, row: ScoreRow, spread: Spread, y: float, left: float, right: float) -> None:
        colour, shape = SIDES[spread.side], SHAPES[spread.side]

        def x(score: float) -> float:
            return left + row.share(score) * (right - left)

        if spread.low is not None and spread.high is not None and spread.mean is not None:
            ends = [x(spread.low), x(spread.high)]
            self._axes.plot(ends, [y, y], color=colour, lw=5, alpha=0.28, solid_capstyle="round", gid=f"spread {spread.side} {n}")
            at = x(spread.mean)
            self._axes.plot([at, at], [y - 7, y + 7], color=colour, lw=2.6, zorder=4, gid=f"mean {spread.side} {n}")
            self._text(right + 14, y - 7, f"{round(spread.mean, 2):g}", NOTE, bold=True, colour=colour)
            if spread.low != spread.high:
                self._text(right + 54, y - 6, f"{spread.low:g} to {spread.high:g}", SMALL, colour=SOFT)
        for judge, given in enumerate(spread.given):
            # Equal scores are set apart a little, so that every judge is seen.
            same = [other for other in range(judge) if spread.given[other].score == given.score]
            face = colour if given.counts else PAPER
            self._axes.plot(
                *([x(given.score)], [y + (len(same) % 3) * 2.6]),
                *(shape,),
                markersize=5.5,
                markerfacecolor=face,
                markeredgecolor=colour,
                markeredgewidth=1.2,
                zorder=3 if given.counts else 5,
                gid=f"mark {spread.side} {n} {judge}",
            )

    def key(self, y: float, trainees: bool) -> None:
        """What the shapes mean."""
        x = MARGIN
        for side in Side:
            self._axes.plot([x + 4], [y + 5], SHAPES[side], markersize=5.5, color=SIDES[side])
            x = self._text(x + 13, y, side.value.capitalize(), SMALL) + 16
        self._axes.plot([x + 4, x + 4], [y, y + 10], color=INK, lw=2.6)
        x = self._text(x + 13, y, "mean; the bar spans the judges' scores", SMALL) + 16
        if trainees:
            self._axes.plot([x + 4], [y + 5], "o", markersize=5.5, markerfacecolor=PAPER, markeredgecolor=INK, gid="trainees")
            self._text(x + 13, y, "hollow: a trainee, not counted", SMALL)

    def _text(self, x: float, y: float, text: str, size: float, *, bold: bool = False, colour: str = INK) -> float:
        """One line whose top is at `y`, never read as mathematics; where it ends."""
        self._axes.text(x, y + size, text, color=colour, fontproperties=font(size, bold=bold), parse_math=False, va="baseline")
        return x + width(text, size, bold)
