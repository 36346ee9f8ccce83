"""The scores' picture: read off the figure's artists."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from matplotlib.colors import same_color
from matplotlib.text import Text
from PIL import Image

from bot.debate.ballots import Mark
from bot.reports.judging import judging_of, score_rows
from bot.reports.palette import INK, PAPER, SIDES, SOFT, TONES
from bot.reports.score_chart import ALT_CHARACTERS, DPI, WIDTH, score_alt, score_figure, score_png
from tests.reports.judged import RUBRIC, ballot, judged
from tests.reports.samples import OPP, PRO
from tests.reports.test_flow_picture import artists, words


def test_means_and_spreads_are_over_the_judges_who_count() -> None:
    _, judging = judged()
    total, content, *_ = score_rows(judging)
    assert [(s.side, s.counting) for s in total.sides] == [(PRO, (59.5, 65.0, 73.5)), (OPP, (74.0, 74.5, 68.5))]
    assert (total.bottom, total.top, total.share(25.0)) == (0, 100, 0.25)
    assert [(round(s.mean or 0, 3), s.low, s.high) for s in content.sides] == [(7.167, 6.5, 8), (7.167, 7, 7.5)]
    assert [given.counts for given in content.sides[0].given] == [True, True, True, False]


def test_every_score_of_every_judge_is_drawn_at_its_place_and_trainees_are_hollow() -> None:
    state, judging = judged()
    drawn = artists(score_figure(state, judging))
    marks = {id: artist for id, artist in drawn.items() if id.startswith("mark")}
    assert len(marks) == 2 * 5 * 4
    for id, artist in marks.items():
        _, side, _, judge = id.split()
        assert same_color(artist.get_markerfacecolor(), PAPER if judge == "3" else SIDES[PRO if side == PRO else OPP])
        assert artist.get_marker() == ("o" if side == PRO else "D")
    at = {judge: float(marks[f"mark proposition 0 {judge}"].get_xdata()[0]) for judge in range(4)}
    left, right = at[3], at[2]
    assert right - left == pytest.approx((73.5 - 44) / 100 * (WIDTH - 2 * 22 - 150 - 120))


def test_the_mean_lies_within_the_spread_and_the_trainee_outside_of_both() -> None:
    state, judging = judged()
    drawn = artists(score_figure(state, judging))
    low, high = drawn["spread opposition 0"].get_xdata()
    mean = drawn["mean opposition 0"].get_xdata()[0]
    assert low < mean < high < drawn["mark opposition 0 3"].get_xdata()[0]
    assert "trainees" in drawn


def test_equal_scores_are_drawn_apart() -> None:
    state, judging = judged()
    drawn = artists(score_figure(state, judging))
    first, second = (drawn[f"mark opposition 1 {judge}"] for judge in (1, 2))
    assert first.get_xdata() == second.get_xdata()
    assert first.get_ydata() != second.get_ydata()


def test_the_picture_names_winner_votes_and_criteria() -> None:
    state, judging = judged()
    text = words(score_figure(state, judging))
    for said in ("The opposition wins", "2 of 3 ballots", "Total", "Content", "Evidence", "Rebuttal", "Style", "counts 3 times"):
        assert said in text


def test_a_chart_of_trainees_alone_has_no_mean_and_no_winner() -> None:
    state, judging = judged("Tim")
    figure = score_figure(state, judging)
    assert not [id for id in artists(figure) if id.startswith(("mean", "spread"))]
    assert "No winner" in words(figure)
    assert "no score that counts" in score_alt(state, judging)
    assert "Scores of 0 judges and one trainee whose ballot does not count" in score_alt(state, judging)


def test_without_trainees_there_is_no_key_for_them() -> None:
    state, judging = judged("Ida", "Jon")
    assert "trainees" not in artists(score_figure(state, judging))


def test_the_picture_has_its_figures_size_and_the_same_bytes_each_time() -> None:
    state, judging = judged()
    data = score_png(state, judging)
    assert data == score_png(state, judging)
    picture = Image.open(io.BytesIO(data))
    assert picture.size == (round(WIDTH * DPI / 72), int(score_figure(state, judging).get_figheight() * DPI))


def test_the_alternative_text_tells_the_result_and_every_row() -> None:
    state, judging = judged()
    alt = score_alt(state, judging)
    assert alt.startswith(
        "Scores of 3 judges and one trainee whose ballot does not count on the motion “Schools start late”. The opposition wins. "
        "Total of 100: proposition 66 on average, from 59.5 to 73.5; opposition 72.33 on average, from 68.5 to 74.5."
    )
    assert alt.count(" of 10: ") == 4
    assert len(score_alt(replace(state, motion="W" * 5000), judging)) == ALT_CHARACTERS
    one, alone = judged("Ida")
    assert "Scores of 1 judge on" in score_alt(one, alone)
    assert "proposition 59.5; opposition 74." in score_alt(one, alone)


def test_a_long_criterion_and_motion_stay_in_the_picture() -> None:
    state, judging = judged()
    wide = replace(RUBRIC, criteria=(replace(RUBRIC.criteria[0], name="W" * 45), *RUBRIC.criteria[1:]))
    again = judging_of(replace(state, motion="M" * 400), wide, judging.ballots)
    assert again is not None
    figure = score_figure(replace(state, motion="M" * 400), again)
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    assert all(t.get_window_extent(renderer).x1 <= figure.bbox.width for t in figure.findobj(Text) if t.get_text())


def test_a_ballot_with_a_criterion_left_out_is_drawn_without_it() -> None:
    state, _ = judged("Tim")
    part = replace(ballot("Tim"), scores={(PRO, "content"): Mark(3)})
    again = judging_of(state, RUBRIC, (part,))
    assert again is not None
    assert [len(s.given) for s in score_rows(again)[1].sides] == [1, 0]


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("colour", [INK, SOFT, *SIDES.values(), *TONES.values()])
def test_every_colour_of_text_has_contrast_enough_on_paper(colour: str) -> None:
    assert (_luminance(PAPER) + 0.05) / (_luminance(colour) + 0.05) >= 4.5
