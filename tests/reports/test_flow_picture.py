"""The flow sheet's picture: read off the figure's artists, not its pixels."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text
from PIL import Image

from bot.debate.state import DebateState
from bot.reports.flow_columns import FlowColumns, flow_columns
from bot.reports.flow_picture import ALT_CHARACTERS, DPI, MAX_POINTS, WIDTH, flow_alt, flow_figure, flow_png
from bot.reports.typeset import MISSING, drawable, width, wrapped
from tests.conftest import ROOT
from tests.reports.samples import debate, debates, long, small


def artists(figure: Any) -> dict[str, Any]:
    """The figure's artists that carry an id; ids are unique but for the lines that strike a text out."""
    found = [artist for artist in figure.findobj() if artist.get_gid()]
    ids = [artist.get_gid() for artist in found if not artist.get_gid().startswith("struck")]
    assert len(ids) == len(set(ids))
    return {artist.get_gid(): artist for artist in found}


def words(figure: Any) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(Text) if text.get_text())


def test_every_point_has_a_card_and_every_arrow_is_drawn() -> None:
    drawn = artists(flow_figure(flow_columns(small())))
    assert {id for id in drawn if id.startswith("card")} == {
        f"card {label}" for label in ("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "3.1", "4.1", "5.1")
    }
    assert {id for id in drawn if id.startswith("arrow")} == {
        *("arrow 2.1 1.1 answers", "arrow 2.2 1.1 answers", "arrow 2.3 1.2 answers"),
        *("arrow 3.1 2.1 answers", "arrow 3.1 2.2 answers", "arrow 4.1 2.4 extends"),
    }


def test_a_dropped_point_is_dashed_and_carries_the_cross_and_the_word() -> None:
    figure = flow_figure(flow_columns(small()))
    drawn = artists(figure)
    fell, met = drawn["card 2.3"], drawn["card 1.1"]
    assert "sign 2.3 dropped" in drawn
    assert len(drawn["sign 2.3 dropped"].get_xy()) == 13
    assert fell.get_linestyle() != met.get_linestyle()
    assert words(figure).count("dropped") == 3 + 2
    assert sorted(id.split()[1] for id in drawn if id.endswith(" dropped")) == ["1.3", "2.3", "3.1"]


def test_a_struck_speech_is_crossed_out_and_says_so() -> None:
    figure = flow_figure(flow_columns(small()))
    assert "struck 5.1" in artists(figure)
    assert words(figure).count("STRUCK") == 2


def test_an_extension_has_a_dashed_arrow_and_an_answer_a_solid_one() -> None:
    drawn = artists(flow_figure(flow_columns(small())))
    assert drawn["arrow 4.1 2.4 extends"].get_linestyle() != drawn["arrow 2.1 1.1 answers"].get_linestyle() == "-"


def test_no_card_overlaps_another_and_none_leaves_the_picture() -> None:
    figure = flow_figure(flow_columns(small()))
    boxes = [patch.get_bbox() for patch in figure.findobj(FancyBboxPatch)]
    high = figure.get_figheight() * 72
    for n, box in enumerate(boxes):
        assert 0 <= box.x0 < box.x1 <= WIDTH
        assert 0 <= box.y0 < box.y1 <= high
        assert not any(box.overlaps(other) for other in boxes[n + 1 :])


def test_text_stays_within_its_card() -> None:
    state = small()
    loud = replace(state.speeches[0].points[0], text="W" * 500 + " " + "i" * 500)
    figure: Any = flow_figure(flow_columns(debate(replace(state.speeches[0], points=(loud,), speaker="N" * 90))))
    renderer = figure.canvas.get_renderer()
    for text in figure.findobj(Text):
        if text.get_text():
            assert text.get_window_extent(renderer).x1 <= figure.bbox.width


def test_the_picture_has_the_size_of_its_figure_and_the_same_bytes_each_time() -> None:
    flow = flow_columns(small())
    data = flow_png(flow)
    assert data == flow_png(flow)
    picture = Image.open(io.BytesIO(data))
    assert picture.format == "PNG"
    assert picture.width == round(WIDTH * DPI / 72)
    assert picture.height == int(flow_figure(flow).get_figheight() * DPI)
    assert picture.info.get("Software") is None


def test_pictures_drawn_at_once_are_the_same_as_one_by_one() -> None:
    flows = [flow_columns(state) for state in (small(), debate(), long(4))]
    alone = [flow_png(flow) for flow in flows]
    together: dict[int, bytes] = {}

    def draw(n: int, flow: FlowColumns) -> None:
        together[n] = flow_png(flow)

    threads = [threading.Thread(target=draw, args=(n, flow)) for n, flow in enumerate(flows)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[n] for n in range(3)] == alone


def test_no_setting_of_the_library_is_changed_and_the_module_that_keeps_figures_is_not_loaded() -> None:
    script = """
import sys, matplotlib
from bot.reports.flow_columns import flow_columns
from bot.reports.flow_picture import flow_png
from tests.conftest import ROOT
from tests.reports.samples import small
# To ask for the backend would choose one.
before = {name: matplotlib.rcParams[name] for name in matplotlib.rcParams if name != "backend"}
flow_png(flow_columns(small()))
assert {name: matplotlib.rcParams[name] for name in before} == before
assert "matplotlib.pyplot" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=ROOT, check=False, timeout=600)
    assert done.returncode == 0, done.stderr.decode()


def test_a_debate_without_speeches_is_a_picture_that_says_so() -> None:
    flow = flow_columns(debate())
    assert "No speech has been given yet." in words(flow_figure(flow))
    assert flow_png(flow).startswith(b"\x89PNG")


def test_of_a_long_debate_the_newest_speeches_are_drawn_and_the_rest_is_announced() -> None:
    flow = flow_columns(long())
    began = time.process_time()
    data = flow_png(flow)
    assert time.process_time() - began < 20
    picture = Image.open(io.BytesIO(data))
    assert picture.height < 9000
    figure = flow_figure(flow)
    drawn = artists(figure)
    cards = [id for id in drawn if id.startswith("card")]
    assert len(cards) <= MAX_POINTS
    assert "card 200.5" in drawn
    assert "not shown here" in drawn["hidden"].get_text()


def test_a_crowded_speech_says_how_many_points_are_left_out() -> None:
    crowded = replace(long(2).speeches[0], points=tuple(replace(long(2).speeches[0].points[0], ordinal=n) for n in range(30)))
    assert "14 more points on the page" in words(flow_figure(flow_columns(debate(crowded))))


@settings(max_examples=20, deadline=None)
@given(debates())
def test_whatever_people_write_can_be_drawn(state: DebateState) -> None:
    flow = flow_columns(state)
    assert flow_png(flow).startswith(b"\x89PNG")
    assert 0 < len(flow_alt(flow)) <= ALT_CHARACTERS


def test_dollars_are_no_mathematics() -> None:
    costly = replace(small().speeches[0].points[0], text=r"It costs $5 and $x_1^{2 a year, \frac.")
    figure = flow_figure(flow_columns(debate(replace(small().speeches[0], points=(costly,)))))
    assert r"It costs $5 and $x_1^{2 a year, \frac." in words(figure)


def test_the_alternative_text_tells_what_the_picture_shows() -> None:
    assert flow_alt(flow_columns(small())) == (
        "Flow sheet of 5 speeches on the motion “Schools start late”. Proposition: 1 answered, 1 turned, 2 dropped. "
        "Opposition: 1 answered, 1 conceded, 2 extended, 1 dropped. Dropped: 1.3, 2.3, 3.1. Struck speeches: 5."
    )
    silent = debate(*(replace(s, points=tuple(replace(p, engages=(), answers=None) for p in s.points)) for s in long().speeches))
    assert len(flow_alt(flow_columns(silent))) == ALT_CHARACTERS


def test_a_character_that_no_font_has_is_shown_as_missing() -> None:
    assert drawable("a\U0010fffdb") == f"a{MISSING}b"
    assert drawable("grün שלום") == "grün שלום"


@pytest.mark.parametrize("bold", [False, True])
@settings(max_examples=50, deadline=None)
@given(st.text(st.sampled_from("Wil. -é"), max_size=80), st.floats(30, 200), st.integers(1, 4))
def test_lines_fit_their_room_and_say_when_something_is_cut(bold: bool, text: str, room: float, lines: int) -> None:
    done = wrapped(text, 9.5, room, lines=lines, bold=bold)
    assert len(done) <= lines
    assert all(width(line, 9.5, bold) <= room + 0.5 for line in done)
    said = "".join("".join(done).split())
    whole = "".join(text.split())
    if said != whole:
        assert said.endswith("…")
        assert whole.startswith(said.rstrip("…").rstrip(".,;:")) or not said.rstrip("…")
