from dataclasses import replace
from datetime import date

import pytest

from bot.answers.reply import reply_picture
from bot.trends.trend import Trend, TrendSeries
from bot.trends.wording.pictures import trend_alt_text
from bot.trends.wording.rows import (
    TrendDetail,
    course_grid,
    course_lines,
    course_tables,
    drawn,
    label,
    month_grid,
    more_line,
    sampled,
    series_grid,
    shown,
    span,
    step_words,
)
from bot.trends.wording.sentences import (
    NO_SPARK,
    SPARKS,
    arrow,
    course_sentence,
    headline,
    notes,
    sparkline,
    verdict,
)
from tests.bot.sample_answers import HOSTILE_NAME, sample_answer
from tests.bot.sample_trends import RISING, many_values, sample_trend, split_trend


def said(trend: Trend) -> str:
    return "\n".join(notes(trend))


@pytest.mark.parametrize(
    ("trend", "sentence"),
    [
        pytest.param(
            sample_trend(),
            "12-month NRR 112.0% in October 2026, +4.0 pts since May 2026 · enterprise",
            id="no-year-before",
        ),
        pytest.param(
            sample_trend(range(100, 126)),
            "12-month NRR 125.0% in October 2026, +12.0 pts in a year · enterprise",
            id="against-a-year-before",
        ),
        pytest.param(
            sample_trend((104, 103, 102, 101), window=3, scope=()),
            "3-month NRR 101.0% in October 2026, −3.0 pts since Jul 2026 · the whole company",
            id="company",
        ),
        pytest.param(
            sample_trend((100, 100, 100, 100, 90), window=1),
            "Monthly NRR 100.0% in October 2026, unchanged since Jul 2026 · enterprise",
            id="the-running-month-does-not-count",
        ),
        pytest.param(
            sample_trend((None, 102)),
            "12-month NRR 102.0% in October 2026 · enterprise",
            id="nothing-to-compare-with",
        ),
        pytest.param(
            sample_trend((101, None)),
            "12-month NRR n/a, no opening MRR in October 2026 · enterprise",
            id="no-base",
        ),
        pytest.param(
            split_trend(),
            "12-month NRR 104.0% in October 2026, unchanged since May 2026 · by segment",
            id="split",
        ),
    ],
)
def test_the_headline_is_the_level_and_its_change(trend: Trend, sentence: str) -> None:
    assert headline(trend) == sentence


@pytest.mark.parametrize(
    ("trend", "sentence"),
    [
        (sample_trend(RISING), "Improving three months running."),
        (sample_trend((104, 103, 102, 101)), "Falling three months running."),
        (sample_trend((100,) * 4), "Unchanged three months running."),
        (sample_trend((100, 101, 100, 101)), None),
        (sample_trend((101, 102)), None),
        (sample_trend(RISING, accounts=9), None),
    ],
)
def test_a_direction_is_told_when_it_has_held(trend: Trend, sentence: str | None) -> None:
    assert course_sentence(trend) == sentence


def test_a_trend_with_nothing_over_says_so() -> None:
    trend = sample_trend((101, 102), window=1)
    running = TrendSeries(points=trend.whole.points[-1:])

    young = replace(trend, series=(running,))

    assert headline(young) == "Monthly NRR: no month is over yet · enterprise"
    assert sparkline(running) == NO_SPARK
    assert series_grid(young).header[1:4] == ("NRR n/a", "vs n/a", "n/a")
    assert series_grid(young).rows[0][1:] == ("n/a", "n/a", "n/a", "$0", "n/a")
    assert "n/a" in trend_alt_text(young)


def test_ten_accounts_are_enough_to_read_a_trend() -> None:
    assert verdict(sample_trend(accounts=10).whole) == "improving three months running"


@pytest.mark.parametrize(
    ("percents", "sign"),
    [
        (RISING, "↑"),
        ((104, 103, 102, 101), "↓"),
        ((100,) * 4, "→"),
        ((100, 101, 100, 101), "↕"),
        ((100, 101), "n/a"),
    ],
)
def test_a_direction_is_an_arrow(percents: tuple[int, ...], sign: str) -> None:
    assert arrow(sample_trend(percents).whole) == sign


def test_a_sparkline_goes_from_its_lowest_to_its_highest() -> None:
    assert sparkline(sample_trend((100, 107, 103.5, 100)).whole) == "▁█▅▁"
    assert sparkline(sample_trend((100, None, 107)).whole) == f"▁{NO_SPARK}█"
    assert sparkline(sample_trend((100, 100)).whole) == SPARKS[4] * 2
    assert sparkline(sample_trend((None, None)).whole) == NO_SPARK
    assert len(sparkline(sample_trend([100] * 60).whole)) == 24


def test_a_month_that_is_not_over_is_marked_and_compared_with_nothing() -> None:
    trend = sample_trend((101, 102, 90), window=1)

    assert "Nov 2026 to date, through 21 Nov: NRR of enterprise 90.0%." in said(trend)
    assert month_grid(trend).rows[-1] == ("Nov 2026 so far", "90.0%", "n/a", "90.0%", "$100,000.00")
    assert "to date" not in said(sample_trend())


def test_notes_say_only_what_applies() -> None:
    assert said(sample_trend(range(100, 113))) == (
        "NRR over the twelve months to each month's end,"
        " of the accounts that paid when they opened."
    )


@pytest.mark.parametrize(
    ("trend", "words"),
    [
        pytest.param(
            replace(sample_trend(), months_left_out=1),
            "1 month before May 2026 left out: nobody in the ledger paid when a window opened.",
            id="left-out",
        ),
        pytest.param(
            sample_trend(closed_through=date(2026, 9, 1)),
            "Not closed after Aug 2026: late movements may still change the rest.",
            id="not-closed",
        ),
        pytest.param(
            sample_trend(),
            "No window a year before is known: changes are counted from May 2026.",
            id="too-young-for-a-year",
        ),
        pytest.param(sample_trend((None, 100)), "n/a and gaps: no opening MRR.", id="a-gap"),
    ],
)
def test_what_readers_should_know_is_noted(trend: Trend, words: str) -> None:
    assert words in said(trend)


def test_months_chained_are_named_so_and_those_of_longer_windows_are_not_chained() -> None:
    halves_and_doubles = (50, 200, 110, 90)  # the last month runs still

    assert said(sample_trend(halves_and_doubles, window=1)).splitlines()[-2] == (
        "3 months chained: enterprise 110.0%; each has a base of its own, so this is not their NRR."
    )
    assert "chained" not in said(sample_trend(halves_and_doubles, window=3))


@pytest.mark.parametrize("percents", [(100, None, 100, 90), (100, 90)], ids=["gap", "one month"])
def test_a_single_month_is_not_chained_nor_are_months_around_a_gap(
    percents: tuple[int | None, ...],
) -> None:
    assert "chained" not in said(sample_trend(percents, window=1))


@pytest.mark.parametrize("closed", [None, date(2026, 11, 1), date(2026, 12, 1)])
def test_closed_months_need_no_note(closed: date | None) -> None:
    assert "closed" not in said(sample_trend(closed_through=closed)).lower()


def test_a_row_says_where_a_series_stands_and_how_it_moved() -> None:
    grid = series_grid(split_trend())

    assert grid.header == (
        *("Segment", "NRR Oct 2026", "vs Sep", "since May 2026", "Opening MRR", "Direction"),
    )
    assert grid.rows[:2] == (
        ("The whole company", "104.0%", "+1.0 pts", "unchanged", "$100k", "↕"),
        ("enterprise", "112.0%", "+1.0 pts", "+4.0 pts", "$0.99M", "↑"),
    )


def test_amounts_are_arr_when_that_was_asked_for() -> None:
    grid = series_grid(sample_trend(in_arr=True))

    assert (grid.header[4], grid.rows[0][4]) == ("Opening ARR", "$1.20M")


def test_months_have_their_change_on_the_month_before() -> None:
    rows = month_grid(sample_trend((108, 107, None, 109))).rows

    assert [row[:3] for row in rows] == [
        ("Jul 2026", "108.0%", "n/a"),
        ("Aug 2026", "107.0%", "−1.0 pts"),
        ("Sep 2026", "n/a", "n/a"),
        ("Oct 2026", "109.0%", "n/a"),
    ]


def test_a_long_list_of_months_is_cut_and_says_so() -> None:
    trend = sample_trend([100] * 60)

    grid = month_grid(trend, TrendDetail(months=24))

    assert grid.title == "12-month NRR month by month, the last 24 of 60"
    assert (len(grid.rows), grid.rows[0][0], grid.rows[0][2]) == (24, "Nov 2024", "unchanged")
    assert month_grid(trend, TrendDetail(months=60)).title == "12-month NRR month by month"


def test_values_that_are_not_shown_are_counted() -> None:
    trend, detail = many_values(30), TrendDetail(values=4, drawn=2)

    assert (len(shown(trend, detail)), len(drawn(trend, detail))) == (5, 3)
    assert more_line(trend, detail) == "26 more with a smaller opening MRR not shown."
    assert more_line(split_trend()) is None


@pytest.mark.parametrize(
    ("months", "count", "words"),
    [
        (2, 2, ""),
        (20, 20, ""),
        (21, 11, ", every 2nd month"),
        (24, 12, ", every 2nd month"),
        (60, 20, ", every 3rd month"),
    ],
)
def test_a_message_has_room_for_so_many_points_up_to_the_last(
    months: int, count: int, words: str
) -> None:
    trend = sample_trend([100] * months)

    points = sampled(trend, trend.whole)

    assert len(points) == count
    assert points[-1] == trend.whole.points[-1]
    assert step_words(trend) == words
    assert span(trend) == f"{label(points[0])} to Oct 2026{words}"


def test_a_trend_of_one_month_spans_that_month() -> None:
    trend = sample_trend([None, 100])
    begun = replace(trend, series=(replace(trend.whole, points=trend.whole.points[-1:]),))

    assert span(begun) == "Oct 2026"


def test_the_course_is_told_for_those_who_do_not_see_it() -> None:
    lines = [str(line) for line in course_lines(split_trend(), TrendDetail(drawn=1))]

    assert lines[1:] == [
        ("enterprise, May 2026 to Oct 2026: 108.0%, 107.0%, 109.0%, 110.0%, 111.0%, 112.0%")
    ]


def test_a_terminal_gets_every_series_some_abreast() -> None:
    tables = course_tables(many_values(11, months=2), abreast=5)

    assert [len(grid.header) - 1 for grid in tables] == [5, 5, 2]
    assert all(len(grid.rows) == 2 for grid in tables)


def test_the_course_of_all_series_is_drawn_on_one_scale() -> None:
    grid = course_grid(split_trend())

    assert grid.header == ("Segment", "12-month NRR", "Course", "since May 2026")
    assert grid.rows[1] == ("enterprise", "112.0%", "▇▆▇▇██", "+4.0 pts")
    assert grid.rows[3][2] == "▂▃▁▁▂▂"


def test_a_picture_is_told_with_every_figure_it_shows() -> None:
    assert trend_alt_text(sample_trend((None, 107, 109, 110, 111, 112, 90), window=1)) == (
        "Monthly NRR of enterprise 112.0%. Line chart:"
        " enterprise 107.0% in June 2026 to 112.0% in October 2026."
        " Nov 2026 to date, through 21 Nov: NRR of enterprise 90.0%."
    )
    gone = trend_alt_text(sample_trend((100, 101), {"gone": (99, None), "no": (None, None)}))
    assert "; gone 99.0% in September 2026; no n/a." in gone
    assert len(trend_alt_text(many_values(40, name="x" * 99))) <= 1_000


def test_any_reply_has_its_picture_in_words() -> None:
    assert reply_picture(sample_trend()).alt_text == trend_alt_text(sample_trend())
    assert "Waterfall chart" in reply_picture(sample_answer()).alt_text


def test_names_are_made_fit_to_be_shown() -> None:
    trend = sample_trend((100, 101), {HOSTILE_NAME: (100, 101)})

    rows = series_grid(trend).rows

    assert "\u202e" not in rows[1][0]
    assert len(rows[1][0]) <= 40
