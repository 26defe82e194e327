from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers.reply import reply_picture
from bot.charts.values import Empty, Lines, Panels
from bot.trends.chart import trend_chart, trend_picture
from bot.trends.trend import Trend, TrendSeries
from metrics.trends import last_months, rolling_windows
from metrics.usual import usual_range
from tests.bot.charts.measuring import Measured
from tests.bot.sample_answers import HOSTILE_NAME, TODAY, sample_answer
from tests.bot.sample_trends import RISING, leaking, many_values, sample_trend, split_trend

PNG = b"\x89PNG"


def lines(trend: Trend) -> Lines:
    chart = trend_chart(trend)
    assert isinstance(chart, Lines)
    return chart


def panels(trend: Trend) -> Panels:
    chart = trend_chart(trend)
    assert isinstance(chart, Panels)
    return chart


def named(name: str) -> Trend:
    return sample_trend((100, 101), {name: (99, 98)})


def percents(ratios: Sequence[Fraction | None]) -> list[float | None]:
    return [None if one is None else float(one * 100) for one in ratios]


def test_there_is_a_line_for_each_series_through_its_ratios() -> None:
    drawn = lines(split_trend()).lines

    assert [(line.name, line.label) for line in drawn] == [
        ("company", "104.0%"),
        ("enterprise", "112.0%"),
        ("mid-market", "101.0%"),
        ("smb", "92.0%"),
    ]
    assert percents(drawn[3].ratios) == [92, 95, 91, 90, 93, 92]
    assert [line.is_whole for line in drawn] == [True, False, False, False]


def test_the_title_is_level_and_change_and_then_the_leak() -> None:
    assert lines(split_trend()).caption.title == (
        "12-month NRR 104.0%, unchanged since May 26;"
        " the leak is smb: 92.0%, unchanged since May 26"
    )


def test_with_a_year_before_the_change_is_in_a_year() -> None:
    year = [101.0] * 12 + [103.5]

    assert lines(sample_trend(year)).caption.title == (
        "12-month NRR of enterprise 103.5%, +2.5 points in a year"
    )


def test_the_leak_is_the_one_that_the_message_names_though_another_lost_more() -> None:
    trend = sample_trend((99, 98), {"a": (99, 97), "b": (99, 96)}, findings=leaking("a", 97))

    assert trend_chart(trend).caption.title.endswith("the leak is a: 97.0%, −2.0 since Sep 26")


def test_without_a_leak_it_says_so() -> None:
    trend = sample_trend((104, 104), {"a": (101, 101), "b": (107, 107)})

    assert trend_chart(trend).caption.title.endswith("; no segment is below 100%")


def test_months_are_named_as_people_write_them() -> None:
    assert lines(sample_trend((100, 101, 102))).months == ("Aug 26", "Sep 26", "Oct 26")


def test_the_subtitle_says_what_a_point_is() -> None:
    assert lines(sample_trend()).caption.subtitle == "NRR of the twelve months to each month"


def test_a_month_that_is_not_over_is_marked_and_noted() -> None:
    chart = lines(sample_trend((101, 102, 90), window=1))

    assert chart.lines[0].is_running
    assert percents(chart.lines[0].ratios) == [101, 102, 90]
    assert chart.lines[0].label == "102.0%"
    assert chart.caption.subtitle == "NRR of each month; hollow: so far"


def test_a_running_month_alone_can_be_drawn() -> None:
    trend = sample_trend((101, 102), window=1)
    alone = replace(trend, series=(TrendSeries(points=trend.whole.points[-1:]),))

    assert lines(alone).caption.title == "Monthly NRR of enterprise: no month is over yet"
    assert Measured(trend_chart(alone)).cut_off == []


def test_single_months_of_one_line_have_their_usual_range_behind_them() -> None:
    usual = [Fraction(percent, 100) for percent in (98, 100, 99, 101) * 2]
    months = last_months(len(usual), window=1, today=TODAY)
    before = dict(zip(rolling_windows(months, window=1, today=TODAY), usual, strict=True))

    monthly = lines(sample_trend(window=1, months_before=before))
    band = usual_range(usual[::-1])
    assert band is not None
    assert monthly.band == (band.low, band.high)
    assert monthly.caption.subtitle.endswith("; shaded: the usual range")
    assert lines(sample_trend(window=1)).band is None


def test_many_series_are_small_multiples_and_the_rest_is_counted() -> None:
    chart = panels(many_values(40))

    assert len(chart.lines) == 9
    assert chart.caption.subtitle.endswith("; 32 more not drawn")


def test_lines_that_cross_often_are_small_multiples() -> None:
    up_and_down, across = [99, 101] * 6, [100.0] * 12
    trend = sample_trend(across, {"a": up_and_down, "b": [102.0] * 12})

    assert [line.name for line in panels(trend).lines] == ["company", "a", "b"]


def test_small_multiples_have_no_month_that_is_not_over() -> None:
    trend = sample_trend(RISING, dict.fromkeys("abcde", RISING), window=1)

    assert len(panels(trend).months) == len(RISING) - 1
    assert {len(line.ratios) for line in panels(trend).lines} == {len(RISING) - 1}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("🚀 Rocket", "Rocket", id="an-emoji-is-left-out"),
        pytest.param("製造業", "no. 1", id="letters-that-the-font-lacks"),
        pytest.param(r"$\frac{1}$", r"$\frac{1}$", id="no-formula"),
    ],
)
def test_a_line_has_a_name_that_can_be_drawn(name: str, said: str) -> None:
    assert lines(named(name)).lines[1].name == said


def test_an_empty_base_is_said_plainly() -> None:
    chart = trend_chart(sample_trend((None, None)))

    assert isinstance(chart, Empty)
    assert chart.reason == "n/a, no opening MRR"


@pytest.mark.parametrize(
    "trend",
    [
        pytest.param(many_values(40, months=60, name="W" * 99), id="many-wide-names"),
        pytest.param(named(HOSTILE_NAME), id="hostile-name"),
        pytest.param(sample_trend(scope=(("segment", "W" * 99),)), id="a-wide-title"),
        pytest.param(sample_trend((100, 100), {"a": (None, 100)}), id="a-gap"),
        pytest.param(sample_trend((None,) * 3, {"a": (None,) * 3}), id="no-base"),
    ],
)
def test_no_trend_has_texts_that_overlap_or_are_cut_off(trend: Trend) -> None:
    picture = Measured(trend_chart(trend))

    assert picture.overlapping == []
    assert picture.cut_off == []


def test_any_reply_has_a_picture() -> None:
    assert reply_picture(split_trend()).png.startswith(PNG)
    assert reply_picture(sample_answer()).png.startswith(PNG)


def test_the_words_say_where_each_line_begins_and_ends() -> None:
    words = trend_picture(split_trend()).alt_text

    assert words.startswith("12-month NRR 104.0%")
    assert "; smb 92.0% in May 2026 to 92.0% in October 2026." in words


@settings(max_examples=5)
@given(st.text(max_size=60))
def test_no_name_breaks_a_picture(name: str) -> None:
    assert trend_picture(named(f"a{name}")).png.startswith(PNG)
