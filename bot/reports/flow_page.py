"""The flow sheet as a page: two columns with arrows between them, one column on a phone."""

from __future__ import annotations

from dataclasses import dataclass

from bot.debate.flowsheet import Ref
from bot.debate.state import DebateState
from bot.debate.words import Side
from bot.reports.flow_columns import Arrow, flow_columns
from bot.reports.flow_layout import Cell, Layout, Path, layout
from bot.reports.page import render
from bot.reports.plain import shortened

# A flow sheet is notes: longer points open on demand.
SHOWN_WORDS = 34
# Pixels of the style sheet: the gap between rows and how far under a card's top its arrow begins.
ROW_GAP, ANCHOR = 10, 19
HEAD = 7
BEND = 6


@dataclass(frozen=True, slots=True)
class Drawn:
    """An arrow as SVG in pixels; `ends` are the ids of its source and target.

    `foot` begins `100%` down the box, which ends where the source's row begins.
    """

    id: str
    ends: str
    kind: str
    head: str
    top: str
    foot: str
    lane: int | None


@dataclass(frozen=True, slots=True)
class FlowView:
    """What the template needs: cells, the arrows of both layouts, what each point meets, and the rules that place it all."""

    cells: tuple[Cell, ...]
    wide: tuple[Drawn, ...]
    narrow: tuple[Drawn, ...]
    meets: dict[Ref, tuple[Arrow, ...]]
    tallies: dict[Side, dict[str, int]]
    style: str


def flow_page(state: DebateState) -> str:
    """The flow sheet of `state` as one HTML file; the same state gives the same bytes."""
    view = flow_view(state)
    return render("flow.html", view.style, state=state, view=view, sides=tuple(Side), shortened=noted)


def flow_view(state: DebateState) -> FlowView:
    """The flow of `state` laid out for a page."""
    flow = flow_columns(state)
    grid = layout(flow)
    return FlowView(
        grid.cells,
        tuple(_wide(n, path, grid) for n, path in enumerate(grid.paths)),
        tuple(_narrow(n, path, grid) for n, path in enumerate(grid.paths)),
        flow.by_source(),
        {side: {verdict.value: count for verdict, count in flow.tally(side).items()} for side in Side},
        _style(grid),
    )


def noted(text: str) -> str:
    """`text` as short as a note on the sheet."""
    return shortened(text, SHOWN_WORDS)


def _gutter_wide(grid: Layout) -> int:
    return 44 + 11 * max(0, grid.wide_lanes - 1)


def _gutter_narrow(grid: Layout) -> int:
    return 12 + 8 * grid.narrow_lanes


def _anchor(ref: Ref) -> str:
    return f"p{ref.turn + 1}-{ref.ordinal + 1}"


def _ends(path: Path) -> str:
    return f"{_anchor(path.arrow.source)} {_anchor(path.arrow.target)}"


def _head(x: int, *, to_right: bool) -> str:
    back = x - HEAD if to_right else x + HEAD
    return f"{x},{ANCHOR} {back},{ANCHOR - 5} {back},{ANCHOR + 5}"


def _wide(number: int, path: Path, grid: Layout) -> Drawn:
    gutter = _gutter_wide(grid)
    begin, end = (2 if cell.column.side is Side.PROPOSITION else gutter - 2 for cell in (path.source, path.target))
    head = _head(end, to_right=end > begin if begin != end else end > 2)
    stop = end - HEAD + 1 if end > 2 else end + HEAD - 1
    if path.level:
        return Drawn(f"w{number}", _ends(path), path.arrow.kind.value, head, f"M{begin} {ANCHOR}H{stop}", "", None)
    lane = 22 + 11 * path.wide_lane
    return _along(f"w{number}", path, head, lane, begin, stop)


def _narrow(number: int, path: Path, grid: Layout) -> Drawn:
    gutter = _gutter_narrow(grid)
    lane = gutter - 14 - 8 * path.narrow_lane
    edge = gutter - 2
    return _along(f"n{number}", path, _head(edge, to_right=True), lane, edge, edge - HEAD + 1)


def _along(id: str, path: Path, head: str, lane: int, begin: int, stop: int) -> Drawn:
    """Up a lane: a bend at either end, and between them a line as long as the rows happen to be."""
    turn_in = BEND if stop > lane else -BEND
    turn_out = BEND if begin > lane else -BEND
    top = f"M{lane} {ANCHOR + BEND}Q{lane} {ANCHOR} {lane + turn_in} {ANCHOR}H{stop}"
    low = ROW_GAP + ANCHOR
    foot = f"M{lane} 0V{low - BEND}Q{lane} {low} {lane + turn_out} {low}H{begin}"
    return Drawn(id, _ends(path), path.arrow.kind.value, head, top, foot, lane)


def _style(grid: Layout) -> str:
    """Rules that put each cell and arrow in its place; made of numbers only."""
    rules = [f".sheet{{--wide-gutter:{_gutter_wide(grid)}px;--narrow-gutter:{_gutter_narrow(grid)}px}}"]
    for cell in grid.cells:
        id = f"t{cell.column.turn + 1}" if cell.row is None else _anchor(cell.row.ref)
        rules.append(f"#{id}{{--w:{cell.wide}/span {cell.tall};--n:{cell.narrow}}}")
    for n, path in enumerate(grid.paths):
        top, bottom = sorted((path.source.wide, path.target.wide))
        rows = f"{path.source.wide}" if path.level else f"{top}/{bottom}"
        rules.append(f"#w{n}{{grid-row:{rows}}}#n{n}{{grid-row:{path.target.narrow}/{path.source.narrow}}}")
    return "\n".join(rules) + "\n"
