"""Where each point and arrow of a flow sheet goes: two columns with a gutter between them, or one with a gutter beside it.

Speeches are taken in pairs. Beside each point of the first stand the second's answers to it, a row each; what the second says
besides comes below. The narrow layout is the same order in one column. An arrow runs from its source's row up to its
target's along a lane of the gutter; arrows to one target share a lane.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.debate.flowsheet import Ref, Row
from bot.reports.flow_columns import Arrow, Column, FlowColumns

# With more lanes than this the gutter would crowd out the text; arrows then share the outermost lane.
MAX_LANES = 6


@dataclass(frozen=True, slots=True)
class Cell:
    """A heading (`row` is None) or a point in the grid: `wide` and `tall` place it in two columns, `narrow` in one."""

    column: Column
    row: Row | None
    wide: int
    tall: int
    narrow: int


@dataclass(frozen=True, slots=True)
class Path:
    """An arrow in the grid: from row `bottom` up to row `top` along `lane`, for each layout."""

    arrow: Arrow
    source: Cell
    target: Cell
    wide_lane: int
    narrow_lane: int

    @property
    def level(self) -> bool:
        """Whether source and target stand side by side in the wide layout."""
        across = self.source.column.side is not self.target.column.side
        return across and self.target.wide == self.source.wide


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole grid: cells in reading order, arrows, and how many lanes each gutter needs."""

    cells: tuple[Cell, ...]
    paths: tuple[Path, ...]
    wide_lanes: int
    narrow_lanes: int


def layout(flow: FlowColumns) -> Layout:
    """The grid of `flow`; rows count from 1."""
    cells = tuple(_cells(flow))
    at = {cell.row.ref: cell for cell in cells if cell.row is not None}
    ends = [(arrow, at[arrow.source], at[arrow.target]) for arrow in flow.arrows]
    level = {arrow for arrow, source, target in ends if Path(arrow, source, target, 0, 0).level}
    wide = _lanes([(a.target, t.wide, s.wide) for a, s, t in ends if a not in level])
    narrow = _lanes([(a.target, t.narrow, s.narrow) for a, s, t in ends])
    paths = tuple(Path(a, s, t, wide.get(a.target, 0), narrow[a.target]) for a, s, t in ends)
    return Layout(cells, paths, max(wide.values(), default=-1) + 1, max(narrow.values(), default=-1) + 1)


def _cells(flow: FlowColumns) -> Iterator[Cell]:
    wide = narrow = 1
    meets = flow.by_source()
    for pair in _pairs(flow.columns):
        for column in pair:
            yield Cell(column, None, wide, 1, narrow)
            narrow += 1
        wide += 1
        left = list(pair[1].rows) if len(pair) == 2 else []
        for row in pair[0].rows:
            beside = [other for other in left if any(arrow.target == row.ref for arrow in meets.get(other.ref, ()))]
            left = [other for other in left if other not in beside]
            yield Cell(pair[0], row, wide, max(1, len(beside)), narrow)
            for place, other in enumerate(beside):
                yield Cell(pair[1], other, wide + place, 1, narrow + 1 + place)
            wide += max(1, len(beside))
            narrow += 1 + len(beside)
        for other in left:
            yield Cell(pair[1], other, wide, 1, narrow)
            wide += 1
            narrow += 1


def _pairs(columns: Sequence[Column]) -> Iterator[tuple[Column, ...]]:
    """Neighbouring speeches of different sides, the first of either pair answered by the second; else one alone."""
    n = 0
    while n < len(columns):
        paired = n + 1 < len(columns) and columns[n].side is not columns[n + 1].side
        yield tuple(columns[n : n + 2]) if paired else (columns[n],)
        n += 2 if paired else 1


def _lanes(spans: Sequence[tuple[Ref, int, int]]) -> dict[Ref, int]:
    """A lane for each target, so that targets whose arrows run past each other do not share one while lanes last.

    Greedy colouring of intervals by their beginning, which needs the fewest lanes: Cormen et al., Introduction to Algorithms,
    exercise 16.1-4 (interval-graph colouring).
    """
    reach: dict[Ref, tuple[int, int]] = {}
    for target, one, other in spans:
        top, bottom = reach.get(target, (one, one))
        reach[target] = (min(top, one, other), max(bottom, one, other))
    lanes: dict[Ref, int] = {}
    busy: list[int] = []
    for target, (top, bottom) in sorted(reach.items(), key=lambda item: (item[1], item[0])):
        lane = next((n for n, until in enumerate(busy) if until < top), len(busy))
        if lane == len(busy):
            busy.append(bottom)
        busy[lane] = bottom
        lanes[target] = min(lane, MAX_LANES - 1)
    return lanes
