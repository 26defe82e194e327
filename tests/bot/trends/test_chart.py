from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D

from bot.answers.reply import reply_picture
from bot.style.chart import INK, to_png
from bot.trends.chart import COLOURS, MARKERS, PAR, draw_trend, spread
from bot.trends.trend import Trend, TrendSeries
from tests.bot.sample_answers import HOSTILE_NAME, sample_answer
from tests.bot.sample_trends import many_values, sample_trend, split_trend

PNG = b"\x89PNG"


def axes_of(trend: Trend) -> Axes:
    [axes] = draw_trend(trend).axes
    return axes


def courses_of(trend: Trend) -> list[Line2D]:
    """Return the lines of series, the whole scope first; the 100% line is no series."""
    return [line for line in reversed(axes_of(trend).lines) if line.get_marker() != "None"]


def levels(line: Line2D) -> list[float | None]:
    found = np.asarray(line.get_ydata(), dtype=float).tolist()
    return [None if isnan(level) else round(level, 6) for level in found]


def texts_of(trend: Trend) -> list[str]:
    return [text.get_text() for text in axes_of(trend).texts]


def named(name: str) -> Trend:
    return sample_trend((100, 101), {name: (99, 98)})


def months_of(trend: Trend) -> list[str]:
    return [label.get_text().strip() for label in axes_of(trend).get_xticklabels()]


def test_there_is_a_line_for_each_series_through_its_ratios() -> None:
    assert [levels(line) for line in courses_of(split_trend())] == [
        [104, 103, 103, 104, 103, 104],
        [108, 107, 109, 110, 111, 112],
        [105, 104, 104, 103, 102, 101],
        [92, 95, 91, 90, 93, 92],
    ]


def test_the_title_states_the_finding() -> None:
    assert draw_trend(split_trend()).get_suptitle() == (
        "The whole company by segment: NRR (TTM) 104.0% in 2026-10, unchanged from 2026-05;"
        " the leak is smb: 92.0%, unchanged"
    )


def test_the_subtitle_says_what_a_point_is() -> None:
    assert axes_of(sample_trend()).get_title("left") == (
        "NRR over the twelve months to each month's end,"
        " of the accounts that paid when they opened."
    )


def test_every_line_is_named_at_its_end_with_its_latest_figure() -> None:
    assert texts_of(split_trend()) == [
        "smb 92.0%",
        PAR,
        "mid-market 101.0%",
        "The whole company 104.0%",
        "enterprise 112.0%",
    ]


def test_the_100_percent_line_is_always_drawn() -> None:
    for trend in (sample_trend((130, 140)), sample_trend((60, 50))):
        axes = axes_of(trend)
        low, high = axes.get_ylim()

        [par] = [line for line in axes.lines if line.get_marker() == "None"]
        assert set(np.asarray(par.get_ydata(), dtype=float).tolist()) == {100}
        assert low < 100 < high
        assert PAR in texts_of(trend)


def test_lines_are_told_apart_by_colour_and_by_marker() -> None:
    lines = courses_of(many_values(6))

    assert [to_hex(str(line.get_color())) for line in lines] == [*COLOURS]
    assert [line.get_marker() for line in lines] == [*MARKERS]
    assert COLOURS[0] == INK


def test_a_month_that_is_not_over_is_hollow_and_dashed_and_noted() -> None:
    trend = sample_trend((101, 102, 90), window=1)

    running, over = courses_of(trend)
    assert (levels(over), levels(running)) == ([101, 102], [102, 90])
    assert (over.get_linestyle(), running.get_linestyle()) == ("-", "--")
    assert running.get_markerfacecolor() == "white"
    assert running.get_markevery() == [1]
    assert "Hollow: 2026-11 to date, through 21 Nov." in (axes_of(trend).get_title("left"))
    assert "enterprise 102.0%" in texts_of(trend)


def test_a_running_month_alone_is_a_hollow_point() -> None:
    trend = sample_trend((101, 102), window=1)
    alone = replace(trend, series=(TrendSeries(points=trend.whole.points[-1:]),))

    *_, running = sorted(courses_of(alone), key=lambda line: len(levels(line)))
    assert levels(running) == [102]
    assert texts_of(alone) == [PAR]


def test_a_line_breaks_where_there_was_no_opening_mrr() -> None:
    assert levels(courses_of(sample_trend((101, None, 103)))[0]) == [101, None, 103]


def test_a_line_that_ends_early_is_named_where_it_ends() -> None:
    trend = sample_trend((100, 101, 102), {"gone": (97, 96, None), "never": (None, None, None)})

    [gone] = [text for text in axes_of(trend).texts if text.get_text().startswith("gone")]
    assert gone.get_text() == "gone 96.0%"
    assert tuple(getattr(gone, "xy", ())) == (1, 96.0)
    assert not [text for text in texts_of(trend) if text.startswith("never")]


def test_six_values_are_drawn_and_the_rest_is_named() -> None:
    trend = many_values(9)

    assert len(courses_of(trend)) == 7
    assert "Not drawn, 3 more: 006 segment, 007 segment, 008 segment" in (
        axes_of(trend).get_title("left")
    )


@pytest.mark.parametrize(
    ("count", "labels"),
    [
        (2, ["Sep\n2026", "Oct"]),
        (12, ["Nov\n2025", "Dec", "Jan\n2026", "Feb", "Mar", "Apr"]),
        (24, ["Nov\n2024", "Jan\n2025", "Mar"]),
        (36, ["Jan\n2024", "Apr", "Jul", "Oct", "Jan\n2025"]),
        (60, ["Jan\n2022", "Jul", "Jan\n2023", "Jul"]),
    ],
)
def test_months_are_named_as_there_is_room(count: int, labels: list[str]) -> None:
    found = months_of(sample_trend([100] * count))

    assert found[: len(labels)] == labels
    assert len(found) <= 12


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("🚀 Rocket", "Rocket 98.0%", id="an-emoji-is-left-out"),
        pytest.param("製造業", "no. 1 98.0%", id="letters-that-the-font-lacks"),
        pytest.param(r"$\frac{1}$", r"$\frac{1}$ 98.0%", id="no-formula"),
        pytest.param("x" * 50, f"{'x' * 21}… 98.0%", id="a-long-name"),
    ],
)
def test_a_line_has_a_name_that_can_be_drawn(name: str, said: str) -> None:
    assert said in texts_of(named(name))


def test_accounts_that_cannot_be_written_are_this_segment() -> None:
    title = draw_trend(sample_trend(scope=(("segment", "製造業"),))).get_suptitle()

    assert title.startswith("This segment: NRR (TTM)")


@pytest.mark.parametrize(
    "trend",
    [
        pytest.param(sample_trend([100] * 12, {"a": [100] * 12}), id="all-at-100"),
        pytest.param(sample_trend([100] * 60), id="60-months"),
        pytest.param(many_values(40, months=60, name="W" * 99), id="many-wide-names"),
        pytest.param(sample_trend((100, 10**7)), id="huge"),
        pytest.param(sample_trend((0, 100)), id="all-lost"),
        pytest.param(named(HOSTILE_NAME), id="hostile-name"),
        pytest.param(sample_trend(scope=(("segment", "W" * 99),)), id="a-wide-title"),
        pytest.param(sample_trend((None, None)), id="no-base"),
    ],
)
def test_nothing_drawn_lies_outside_the_picture(trend: Trend) -> None:
    figure = draw_trend(trend)
    assert to_png(figure).startswith(PNG)

    box = figure.get_tightbbox()
    assert 0 <= box.x0 < box.x1 <= figure.get_figwidth()
    assert 0 <= box.y0 < box.y1 <= figure.get_figheight()


def test_an_empty_base_is_said_plainly() -> None:
    assert texts_of(sample_trend((None, None))) == ["n/a, no opening MRR"]


def test_marks_of_the_axis_are_percentages_without_needless_decimals() -> None:
    def marks(percents: Sequence[float]) -> list[str]:
        return [text.get_text() for text in axes_of(sample_trend(percents)).get_yticklabels()]

    assert marks((100, 120)) == ["100%", "105%", "110%", "115%", "120%"]
    assert marks((100, 100)) == ["99.5%", "100.0%", "100.5%"]


def test_any_reply_has_a_picture() -> None:
    assert reply_picture(split_trend()).png.startswith(PNG)
    assert reply_picture(sample_answer()).png.startswith(PNG)


def test_threads_draw_the_same_picture_as_one() -> None:
    trends = [split_trend(in_arr=number % 2 == 0) for number in range(4)]
    expected = [reply_picture(trend) for trend in trends]

    with ThreadPoolExecutor(max_workers=4) as pool:
        drawn = list(pool.map(reply_picture, trends))

    assert drawn == expected


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        pytest.param([], [], id="none"),
        pytest.param([1.0, 5.0], [1, 5], id="apart"),
        pytest.param([5.0, 5.0], [4.5, 5.5], id="on-each-other"),
        pytest.param([4.0, 5.0, 5.0], [3.666667, 4.666667, 5.666667], id="a-third-gives-way"),
        pytest.param([0.0, 0.0], [0, 1], id="at-the-lower-end"),
        pytest.param([10.0, 10.0], [9, 10], id="at-the-upper-end"),
    ],
)
def test_labels_that_would_touch_are_set_around_their_middle(
    wanted: list[float], places: list[float]
) -> None:
    assert spread(wanted, 1, low=0, high=10) == pytest.approx(places)


@given(st.lists(st.floats(0, 100), max_size=8).map(sorted))
def test_labels_never_touch_or_leave_the_axis(wanted: list[float]) -> None:
    places = spread(wanted, 6, low=0, high=100)

    assert all(after - before >= 6 - 1e-9 for before, after in pairwise(places))
    assert all(-1e-9 <= place <= 100 + 1e-9 for place in places)


@settings(max_examples=10)
@given(st.text(max_size=60))
def test_no_name_breaks_a_picture(name: str) -> None:
    assert to_png(draw_trend(named(f"a{name}"))).startswith(PNG)
