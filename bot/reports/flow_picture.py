"""The flow sheet as a picture: the page's two columns, with the notes cut short."""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path as Outline

from bot.debate.words import Side, Verdict
from bot.reports.flow_columns import ArrowKind, Column, FlowColumns
from bot.reports.flow_layout import Cell, Layout, Path, layout
from bot.reports.marks import MARKS, Tone
from bot.reports.palette import ARROW, CARD, INK, LINE, PAPER, SIDES, SOFT, TONES
from bot.reports.plain import plain, shortened
from bot.reports.typeset import POINTS_PER_INCH, font, width, wrapped

# All lengths are points; the picture's pixels are points * DPI / 72.
DPI = 144
WIDTH, MARGIN, PAD = 780.0, 22.0, 9.0
NOTE, SMALL, HEAD, TITLE = 9.5, 8.0, 10.5, 16.0
LEADING, GAP, ANCHOR = 1.34, 7.0, 14.0
NOTE_WORDS, NOTE_LINES = 30, 4
# A picture is looked at whole: of a longer debate it shows the newest speeches, and says so.
MAX_POINTS, MAX_POINTS_A_SPEECH = 48, 16
ALT_CHARACTERS = 1024


def flow_png(flow: FlowColumns) -> bytes:
    """The picture as PNG; the same flow gives the same bytes on one machine. Safe to call from several threads."""
    out = io.BytesIO()
    flow_figure(flow).savefig(out, format="png", dpi=DPI, metadata={"Software": None})
    return out.getvalue()


def flow_alt(flow: FlowColumns) -> str:
    """What the picture shows, in at most `ALT_CHARACTERS` characters: how each side's points stand, dropped ones by number."""
    parts = [f"Flow sheet of {len(flow.columns)} speeches on the motion “{shortened(plain(flow.motion), 40)}”."]
    for side in Side:
        tally = ", ".join(f"{count} {MARKS[verdict].word}" for verdict, count in flow.tally(side).items())
        parts.append(f"{side.value.capitalize()}: {tally or 'no points'}.")
    told = [row for column in flow.columns if not column.struck for row in column.rows]
    fell = [row.ref.label for row in told if row.verdict is Verdict.DROPPED]
    struck = [str(column.turn + 1) for column in flow.columns if column.struck]
    parts += [f"Dropped: {', '.join(fell)}."] if fell else []
    parts += [f"Struck speeches: {', '.join(struck)}."] if struck else []
    text = " ".join(parts)
    return text if len(text) <= ALT_CHARACTERS else f"{text[: ALT_CHARACTERS - 1]}…"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a cell's card stands: left edge, top, width, height."""

    x: float
    y: float
    w: float
    h: float


def flow_figure(flow: FlowColumns) -> Figure:
    """The picture as a figure that belongs to nobody: no window, no global state.

    Artists carry ids: `card 1.2`, `sign 1.2 dropped`, `arrow 2.1 1.1 answers`, `speech 1`, `struck 1`.
    """
    shown, hidden = _newest(flow)
    grid = layout(shown)
    sheet = _Sheet(grid)
    head = _head_lines(flow)
    top = MARGIN + len(head) * TITLE * LEADING + 2 * SMALL * LEADING + 14
    tops, end = sheet.rows(top)
    height = end + MARGIN + (SMALL * LEADING if hidden else 0)
    figure = Figure(figsize=(WIDTH / POINTS_PER_INCH, height / POINTS_PER_INCH), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    _Pen(axes, flow, sheet, tops).draw(head, hidden, end)
    return figure


def _head_lines(flow: FlowColumns) -> list[str]:
    return wrapped(flow.motion, TITLE, WIDTH - 2 * MARGIN, lines=3, bold=True)


def _newest(flow: FlowColumns) -> tuple[FlowColumns, int]:
    """The newest speeches whose points fit, and how many earlier ones were left out."""
    kept: list[Column] = []
    points = 0
    for column in reversed(flow.columns):
        cut = replace(column, rows=column.rows[:MAX_POINTS_A_SPEECH])
        if kept and points + len(cut.rows) + 1 > MAX_POINTS:
            break
        kept.insert(0, cut)
        points += len(cut.rows) + 1
    there = {row.ref for column in kept for row in column.rows}
    arrows = tuple(arrow for arrow in flow.arrows if arrow.source in there and arrow.target in there)
    return replace(flow, columns=tuple(kept), arrows=arrows), len(flow.columns) - len(kept)


class _Sheet:
    """The grid's measures: how wide its parts are and how high each row must be."""

    def __init__(self, grid: Layout) -> None:
        self.grid = grid
        self.gutter = 40.0 + 9.0 * max(0, grid.wide_lanes - 1)
        self.card = (WIDTH - 2 * MARGIN - self.gutter) / 2
        self.notes = {cell: self._note(cell) for cell in grid.cells if cell.row is not None}

    def _note(self, cell: Cell) -> list[str]:
        text = shortened(cell.row.text, NOTE_WORDS) if cell.row is not None else ""
        return wrapped(text, NOTE, self.card - 2 * PAD - 4, lines=NOTE_LINES)

    def height(self, cell: Cell) -> float:
        """How high the cell's card must be."""
        if cell.row is None:
            return HEAD * LEADING + 20
        return 2 * PAD + SMALL * LEADING + 3 + len(self.notes[cell]) * NOTE * LEADING

    def rows(self, top: float) -> tuple[dict[int, float], float]:
        """Where each row of the grid begins, and where the last ends."""
        need: dict[int, float] = defaultdict(float)
        for cell in self.grid.cells:
            if cell.tall == 1:
                need[cell.wide] = max(need[cell.wide], self.height(cell))
        for cell in self.grid.cells:
            last = cell.wide + cell.tall - 1
            there = sum(need[row] + GAP for row in range(cell.wide, last))
            need[last] = max(need[last], self.height(cell) - there)
        tops: dict[int, float] = {}
        for row in sorted(need):
            tops[row] = top
            top += need[row] + GAP
        return tops, top

    def place(self, cell: Cell, tops: dict[int, float]) -> _Place:
        """Where the cell's card stands."""
        x = MARGIN if cell.column.side is Side.PROPOSITION else WIDTH - MARGIN - self.card
        return _Place(x, tops[cell.wide], self.card, self.height(cell))


class _Pen:
    """Draws onto one axes; made for one picture and thrown away."""

    def __init__(self, axes: Any, flow: FlowColumns, sheet: _Sheet, tops: dict[int, float]) -> None:
        self._axes = axes
        self._flow = flow
        self._sheet = sheet
        self._tops = tops

    def draw(self, head: list[str], hidden: int, end: float) -> None:
        """Everything: title, tallies, cards, arrows and, below, what was left out."""
        for n, line in enumerate(head):
            self._text(MARGIN, MARGIN + n * TITLE * LEADING, line, TITLE, bold=True)
        below = MARGIN + len(head) * TITLE * LEADING + 4
        for n, side in enumerate(Side):
            self._tally(side, below + n * (SMALL * LEADING + 3))
        for cell in self._sheet.grid.cells:
            (self._heading if cell.row is None else self._point)(cell)
        for path in self._sheet.grid.paths:
            self._arrow(path)
        if not self._sheet.grid.cells:
            self._text(MARGIN, end - 6, "No speech has been given yet.", NOTE, colour=SOFT)
        if hidden:
            what = "speech is" if hidden == 1 else f"{hidden} speeches are"
            line = f"The first {what} not shown here; the page of this flow sheet has everything."
            self._text(MARGIN, end, line, SMALL, colour=SOFT, id="hidden")

    def _text(
        self, x: float, y: float, text: str, size: float, *, bold: bool = False, colour: str = INK, id: str | None = None
    ) -> Any:
        """One line whose top is at `y`; never read as mathematics."""
        return self._axes.text(
            x, y + size * 1.0, text, color=colour, fontproperties=font(size, bold=bold), parse_math=False, va="baseline", gid=id
        )

    def _sign(self, x: float, y: float, verdict: Verdict, id: str | None = None) -> float:
        """The verdict's shape and word from `x` on; where they end."""
        mark = MARKS[verdict]
        colour = TONES[mark.tone]
        corners = [(x + 4 + dx * 3.4, y + SMALL * 0.64 + dy * 3.4) for dx, dy in mark.outline]
        self._axes.add_patch(
            Polygon(corners, closed=True, facecolor=colour if mark.filled else "none", edgecolor=colour, lw=1.1, gid=id)
        )
        self._text(x + 11, y, mark.word, SMALL, bold=True, colour=colour)
        return x + 11 + width(mark.word, SMALL, True)

    def _tally(self, side: Side, y: float) -> None:
        x = MARGIN
        self._text(x, y, side.value.capitalize(), SMALL, bold=True, colour=SIDES[side])
        x += 78
        for verdict, count in self._flow.tally(side).items():
            self._text(x, y, str(count), SMALL)
            x = self._sign(x + width(str(count), SMALL) + 3, y, verdict) + 14
        if not self._flow.tally(side):
            self._text(x, y, "no points", SMALL, colour=SOFT)

    def _heading(self, cell: Cell) -> None:
        place, column = self._sheet.place(cell, self._tops), cell.column
        colour = SIDES[column.side]
        base = place.y + place.h
        self._axes.add_patch(Rectangle((place.x, base - 2), place.w, 2, facecolor=colour, lw=0, gid=f"speech {column.turn + 1}"))
        x, y = place.x, base - 6 - HEAD * LEADING
        x += width(f"{column.turn + 1}  ", HEAD, True)
        self._text(place.x, y, f"{column.turn + 1}", HEAD, bold=True, colour=colour)
        (name,) = wrapped(column.speaker, HEAD, place.w * 0.45, lines=1, bold=True) or [""]
        self._text(x, y, name, HEAD, bold=True)
        x += width(name, HEAD, True) + 7
        whole = next(c for c in self._flow.columns if c.turn == column.turn)
        more = len(whole.rows) - len(column.rows)
        about = f"{column.side}, {column.kind}" + (f", {more} more points on the page" if more else "")
        self._text(x, y + 1.5, about, SMALL, colour=SOFT)
        if column.struck:
            self._text(x + width(about, SMALL) + 8, y + 1.5, "STRUCK", SMALL, bold=True, colour=TONES[Tone.LOST])

    def _point(self, cell: Cell) -> None:
        assert cell.row is not None
        row, place = cell.row, self._sheet.place(cell, self._tops)
        struck, fell = cell.column.struck, row.verdict is Verdict.DROPPED
        self._axes.add_patch(
            FancyBboxPatch(
                (place.x + 2, place.y),
                *(place.w - 2, place.h),
                boxstyle="round,pad=0,rounding_size=4",
                facecolor="none" if struck else CARD,
                edgecolor=TONES[Tone.LOST] if fell else LINE,
                linestyle=":" if struck else (0, (4, 2.5)) if fell else "-",
                lw=1.2 if fell else 0.9,
                gid=f"card {row.ref.label}",
            )
        )
        self._axes.add_patch(Rectangle((place.x, place.y), 4, place.h, facecolor=SIDES[row.side], lw=0))
        x, y = place.x + PAD + 4, place.y + PAD - 2
        self._text(x, y, row.ref.label, SMALL, bold=True)
        x = self._sign(x + width(row.ref.label, SMALL, True) + 7, y, row.verdict, f"sign {row.ref.label} {row.verdict}")
        if row.kind != "claim":
            self._text(x + 8, y, row.kind.value, SMALL, colour=SOFT)
            x += 8 + width(row.kind.value, SMALL)
        if struck:
            self._text(x + 8, y, "STRUCK", SMALL, bold=True, colour=TONES[Tone.LOST])
        y += SMALL * LEADING + 3
        for n, line in enumerate(self._sheet.notes[cell]):
            top = y + n * NOTE * LEADING
            self._text(place.x + PAD + 4, top, line, NOTE, colour=SOFT if struck else INK)
            if struck:
                middle = top + NOTE * 0.68
                start = place.x + PAD + 4
                id = f"struck {row.ref.label}"
                self._axes.plot([start, start + width(line, NOTE)], [middle, middle], color=SOFT, lw=0.8, gid=id)

    def _arrow(self, path: Path) -> None:
        begin, end = (self._edge(cell) for cell in (path.source, path.target))
        low, high = (self._tops[cell.wide] + ANCHOR for cell in (path.source, path.target))
        lane = MARGIN + self._sheet.card + 20.0 + 9.0 * path.wide_lane
        # The head lies on the side from which the line comes: the gutter.
        away = 1.0 if path.target.column.side is Side.PROPOSITION else -1.0
        neck = end + away * 6
        if path.level:
            line = Outline([(begin, low), (neck, high)])
        else:
            corners = [(begin, low), (lane, low), (lane, high), (neck, high)]
            line = _rounded(corners)
        dashes = (0, (3, 2.2)) if path.arrow.kind is ArrowKind.EXTENDS else "-"
        id = f"arrow {path.arrow.source.label} {path.arrow.target.label} {path.arrow.kind}"
        self._axes.add_patch(PathPatch(line, facecolor="none", edgecolor=ARROW, lw=1.3, linestyle=dashes, gid=id))
        self._axes.add_patch(Polygon([(end, high), (neck, high - 3.6), (neck, high + 3.6)], closed=True, facecolor=ARROW, lw=0))

    def _edge(self, cell: Cell) -> float:
        """The side of the cell's card that looks at the gutter."""
        left = MARGIN + self._sheet.card
        return left + 1.5 if cell.column.side is Side.PROPOSITION else left + self._sheet.gutter - 1.5


def _rounded(corners: list[tuple[float, float]], radius: float = 5.0) -> Any:
    """A line through `corners` whose inner corners are rounded."""
    points, codes = [corners[0]], [Outline.MOVETO]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        points += [_towards(corner, before, radius), corner, _towards(corner, after, radius)]
        codes += [Outline.LINETO, Outline.CURVE3, Outline.CURVE3]
    return Outline([*points, corners[-1]], [*codes, Outline.LINETO])


def _towards(start: tuple[float, float], end: tuple[float, float], by: float) -> tuple[float, float]:
    """The point `by` from `start` on the way to `end`, at most halfway."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = abs(dx) + abs(dy)
    share = min(by / length, 0.5) if length else 0.0
    return start[0] + dx * share, start[1] + dy * share
