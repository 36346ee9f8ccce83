"""The flow in the terminal: a row a point, each on its side, with how it stands."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from bot.debate.flowsheet import flow_sheet
from bot.terminal_ui.flow_table import flow_table
from tests.debate.test_flowsheet import OPP, PRO, ours, speech, theirs


def test_every_point_stands_in_a_row_with_its_verdict_and_arrows() -> None:
    told = [speech(0, PRO, theirs(0, met_by="sleep")), speech(1, OPP, ours(0, "sleep#a", 0)), speech(2, PRO, theirs(0))]
    out = StringIO()
    Console(file=out, width=160, color_system=None).print(flow_table(flow_sheet([*told, speech(3, OPP)], OPP)))
    rows = [
        [cell.strip() for cell in line.split("│")[1:-1]]
        for line in out.getvalue().splitlines()
        if "point " in line and "│" in line
    ]
    assert rows == [
        ["1.1", "their point 0", "", "answered", "", "2.1"],
        ["2.1", "", "our point 0", "dropped", "1.1", ""],
        ["3.1", "their point 0", "", "dropped", "", ""],
    ]


def test_a_long_point_is_cut_at_a_word_and_markup_in_it_is_inert() -> None:
    long = speech(0, PRO, *(p for p in [theirs(0)]))
    point = long.points[0]
    told = [speech(0, PRO, type(point)(0, "[red]" + "word " * 60, point.kind))]
    out = StringIO()
    Console(file=out, width=240, color_system=None).print(flow_table(flow_sheet(told, OPP)))
    assert "[red]word" in out.getvalue()
    assert "word ..." in out.getvalue()
