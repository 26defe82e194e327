from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.errors import (
    ImpossiblePeriodError,
    TrendLengthError,
    TrendPeriodError,
    TrendWindowError,
)
from metrics.period_grammar import shift_months
from metrics.periods import Period, months_between, parse_period
from metrics.trends import (
    LENGTHS,
    WINDOWS,
    Direction,
    direction,
    last_months,
    months_of,
    rolling_windows,
    window_a_year_before,
)

TODAY = date(2026, 11, 21)

days = st.dates(date(1990, 1, 1), date(2199, 12, 31))
lengths = st.integers(LENGTHS[0], LENGTHS[-1])
windows = st.sampled_from(WINDOWS)


def rolled(count: int, window: int, today: date = TODAY) -> tuple[Period, ...]:
    months = last_months(count, window=window, today=today)
    return rolling_windows(months, window=window, today=today)


@pytest.mark.parametrize(
    ("window", "labels"),
    [
        pytest.param(12, ["TTM to 2026-08", "TTM to 2026-09", "TTM to 2026-10"], id="twelve"),
        pytest.param(3, ["2026-06..2026-08", "2026-07..2026-09", "2026-08..2026-10"], id="three"),
        pytest.param(1, ["2026-09", "2026-10", "2026-11"], id="one"),
    ],
)
def test_windows_are_called_what_people_call_such_a_period(window: int, labels: list[str]) -> None:
    assert [period.label for period in rolled(3, window)] == labels


@given(lengths, windows, days)
def test_there_is_one_window_for_each_month(count: int, window: int, today: date) -> None:
    assert len(rolled(count, window, today)) == count


@given(lengths, windows, days)
def test_windows_are_equally_long_and_a_month_apart(count: int, window: int, today: date) -> None:
    periods = rolled(count, window, today)

    assert {period.months for period in periods} == {window}
    for before, after in pairwise(periods):
        assert after.start == shift_months(before.start, 1)
        assert after.end == shift_months(before.end, 1)


@given(lengths, windows, days)
def test_no_window_is_in_the_future_and_only_a_running_month_is_not_over(
    count: int, window: int, today: date
) -> None:
    *others, last = rolled(count, window, today)

    assert all(period.complete and period.end <= today for period in others)
    assert last.complete is (window != 1)
    assert last.start <= today
    if window == 1:
        assert last.through == today + timedelta(days=1)
        assert (last.start.year, last.start.month) == (today.year, today.month)
    else:
        assert last.end == today.replace(day=1)


@given(lengths, windows, days)
def test_the_months_of_a_trend_are_those_its_windows_end_in(
    count: int, window: int, today: date
) -> None:
    months = last_months(count, window=window, today=today)
    periods = rolling_windows(months, window=window, today=today)

    assert months_of(months, window=window, today=today) == months
    assert (months.months, months.end) == (count, periods[-1].end)


@pytest.mark.parametrize(
    ("text", "window", "label"),
    [
        ("2025", 12, "2025-01..2025-12"),
        ("2026", 12, "2026-01..2026-10"),
        ("2026", 1, "2026-01..2026-11"),
        ("ytd", 3, "2026-01..2026-10"),
        ("ytd", 1, "2026-01..2026-11"),
        ("2026-Q3", 12, "2026-07..2026-09"),
        ("FY26", 12, "2026-01..2026-10"),
        ("last-24-months", 12, "2024-11..2026-10"),
        ("2025-03..2026-06", 1, "2025-03..2026-06"),
        ("TTM to 2026-06", 1, "2025-07..2026-06"),
    ],
)
def test_the_months_of_a_period_are_those_that_have_a_window(
    text: str, window: int, label: str
) -> None:
    period = parse_period(text, today=TODAY)

    assert months_of(period, window=window, today=TODAY).label == label


@pytest.mark.parametrize(
    "text", ["last-90-days", "2026-01-15..2026-03-31", "days-2026-01..2026-03"]
)
def test_days_have_no_trend(text: str) -> None:
    with pytest.raises(TrendPeriodError):
        months_of(parse_period(text, today=TODAY), window=12, today=TODAY)


@pytest.mark.parametrize(
    ("text", "window"),
    [("last-month", 12), ("mtd", 1), ("mtd", 12), ("qtd", 12), ("last-61-months", 12)],
)
def test_one_month_is_no_trend_and_sixty_are_the_most(text: str, window: int) -> None:
    with pytest.raises(TrendLengthError):
        months_of(parse_period(text, today=TODAY), window=window, today=TODAY)


@pytest.mark.parametrize("count", [0, 1, 61, 9999])
def test_so_many_months_are_no_trend(count: int) -> None:
    with pytest.raises(TrendLengthError):
        last_months(count, window=12, today=TODAY)


@pytest.mark.parametrize("window", [0, 2, 6, 24])
def test_windows_of_another_length_are_refused(window: int) -> None:
    with pytest.raises(TrendWindowError):
        last_months(12, window=window, today=TODAY)
    with pytest.raises(TrendWindowError):
        months_of(parse_period("2025", today=TODAY), window=window, today=TODAY)


def test_a_trend_begins_in_1970_at_the_earliest() -> None:
    with pytest.raises(ImpossiblePeriodError):
        last_months(24, window=12, today=date(1971, 6, 1))


def test_months_between_two_days_are_complete_once_they_are_over() -> None:
    start, end = date(2026, 10, 1), date(2026, 12, 1)

    running = months_between(start, end, today=date(2026, 11, 30))

    assert (running.complete, running.through) == (False, end)
    assert months_between(start, end, today=end).complete


@pytest.mark.parametrize(
    ("percents", "expected"),
    [
        pytest.param([], Direction.TOO_SHORT, id="nothing"),
        pytest.param([101, 102, 103], Direction.TOO_SHORT, id="two-changes"),
        pytest.param([101, None, 102, 103], Direction.TOO_SHORT, id="a-gap"),
        pytest.param([None, 101, 102, 103, 104], Direction.IMPROVING, id="a-gap-before"),
        pytest.param([101, 102, 103, 104], Direction.IMPROVING, id="three-up"),
        pytest.param([200, 1, 2, 3, 4], Direction.IMPROVING, id="only-the-last-three-count"),
        pytest.param([104, 103, 102, 101], Direction.FALLING, id="three-down"),
        pytest.param([101, 101, 101, 101], Direction.FLAT, id="no-change"),
        pytest.param([101, 102, 101, 102], Direction.MIXED, id="up-and-down"),
        pytest.param([101, 102, 102, 103], Direction.MIXED, id="up-with-a-stop"),
        pytest.param([101, 101, 101, 102], Direction.MIXED, id="one-is-no-trend"),
    ],
)
def test_a_direction_takes_three_changes_alike(
    percents: list[int | None], expected: Direction
) -> None:
    ratios = [None if percent is None else Fraction(percent, 100) for percent in percents]

    assert direction(ratios) is expected


def test_changes_are_compared_exactly() -> None:
    least = Fraction(1, 10**30)

    assert direction([1 + step * least for step in range(4)]) is Direction.IMPROVING
    assert direction([1 - step * least for step in range(4)]) is Direction.FALLING


ratio_lists = st.lists(st.fractions(0, 3), min_size=4, max_size=8)


@given(ratio_lists | ratio_lists.map(sorted))
def test_what_falls_one_way_improves_the_other(ratios: list[Fraction]) -> None:
    opposite = {
        Direction.IMPROVING: Direction.FALLING,
        Direction.FALLING: Direction.IMPROVING,
        Direction.FLAT: Direction.FLAT,
        Direction.MIXED: Direction.MIXED,
    }

    assert direction([-ratio for ratio in ratios]) is opposite[direction(ratios)]


def test_before_the_first_year_that_can_be_asked_for_there_is_no_window() -> None:
    latest = months_between(date(1970, 4, 1), date(1971, 4, 1), today=TODAY)

    assert window_a_year_before(latest, window=12, today=TODAY) is None
