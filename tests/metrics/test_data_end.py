"""Where the data ends, by days that were worked out by hand and by what must always hold."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.data_end import DataEnd, Declared, find_data_end

TODAY = date(2026, 11, 21)


def day(text: str) -> date:
    return date.fromisoformat(text)


def data_end(moved: Iterable[str | date], base: str | date | None, today: date = TODAY) -> DataEnd:
    days = [day(one) if isinstance(one, str) else one for one in moved]
    return find_data_end(
        today=today,
        base=day(base) if isinstance(base, str) else base,
        months={one.replace(day=1) for one in days},
        last_before=lambda end: max((one for one in days if one < end), default=None),
    )


@pytest.mark.parametrize(
    ("moved", "base", "through"),
    [
        pytest.param(["2026-10-20"], "2026-11-01", "2026-11-01", id="closed-and-nothing-since"),
        pytest.param(["2026-11-07"], "2026-11-01", "2026-11-08", id="the-month-after-moved"),
        pytest.param(["2026-11-21"], "2026-11-01", "2026-11-22", id="moved-today"),
        pytest.param(["2026-11-07", "2026-11-22"], "2026-11-01", "2026-11-08", id="tomorrow"),
        pytest.param(["2026-11-22"], "2026-11-01", "2026-11-01", id="tomorrow-alone"),
        pytest.param(["2026-09-30", "2026-10-05"], "2026-09-01", "2026-10-06", id="two-months"),
        pytest.param(["2026-09-30", "2026-11-05"], "2026-09-01", "2026-10-01", id="a-gap-ends-it"),
        pytest.param(["2026-11-05"], "2026-10-01", "2026-10-01", id="a-later-row-does-not-count"),
        pytest.param(["2026-11-05"], "2026-11-15", "2026-11-15", id="covered-beyond-its-last-row"),
        pytest.param(["2026-11-18"], "2026-11-15", "2026-11-19", id="moved-beyond-what-is-covered"),
        pytest.param(["2026-11-05"], "2026-10-15", "2026-10-15", id="half-a-month-is-covered"),
        pytest.param(["2026-10-05", "2026-11-05"], "2026-10-15", "2026-11-06", id="and-moved"),
        pytest.param(["2026-07-01"], None, "2026-07-02", id="nothing-declared"),
        pytest.param(["2026-07-01", "2026-11-22"], None, "2026-07-02", id="nor-moved-since"),
        pytest.param(["2026-11-22"], None, "2026-11-22", id="begins-tomorrow"),
        pytest.param([], "2026-11-01", "2026-11-01", id="closed-without-a-movement"),
    ],
)
def test_the_data_ends(moved: list[str], base: str | None, through: str) -> None:
    end = data_end(moved, base)

    assert (end.through, end.silent) == (day(through), frozenset())
    assert end.last_day == day(through) - timedelta(days=1)


def test_months_without_a_movement_are_silent_where_nothing_is_declared() -> None:
    moved = ["2026-03-02", "2026-06-30", "2026-07-01", "2026-09-09"]

    end = data_end(moved, None)

    assert end.through == day("2026-09-10")
    assert end.silent == {day("2026-04-01"), day("2026-05-01"), day("2026-08-01")}
    assert data_end(moved, "2026-09-01").silent == frozenset()


@pytest.mark.parametrize(
    ("start", "end", "is_in"),
    [
        ("2026-03-01", "2026-04-01", True),
        ("2026-04-01", "2026-05-01", False),
        ("2026-04-01", "2026-06-01", False),
        ("2026-04-15", "2026-05-15", False),
        ("2026-04-15", "2026-06-02", True),
        ("2026-04-01", "2026-07-01", True),
        ("2026-03-31", "2026-05-01", True),
        ("2026-08-01", "2026-09-01", False),
        ("2026-08-01", "2026-10-01", True),
        ("2026-09-09", "2026-10-01", True),
        ("2026-09-10", "2026-10-01", False),
        ("2026-10-01", "2026-11-01", False),
        ("2026-06-01", "2026-06-01", False),
    ],
)
def test_a_period_is_in_when_any_of_its_days_is(start: str, end: str, *, is_in: bool) -> None:
    data = data_end(["2026-03-02", "2026-06-30", "2026-07-01", "2026-09-09"], None)

    assert data.has_some_of(day(start), day(end)) is is_in


def test_what_was_declared_stays_declared() -> None:
    october, november, tenth = day("2026-10-01"), day("2026-11-01"), day("2026-11-10")
    before = Declared(closed_through=november, covered_through=None)

    after = Declared(closed_through=october, covered_through=tenth).after(before)

    assert after == Declared(closed_through=november, covered_through=tenth)
    assert (before.base, after.base, Declared().base) == (november, tenth, None)


days = st.dates(day("2026-05-01"), day("2026-12-31"))


@given(moved=st.lists(days, min_size=1), base=st.none() | days, today=days)
def test_the_end_is_never_before_what_is_declared_nor_later_than_what_moved(
    moved: list[date], base: date | None, today: date
) -> None:
    end = data_end(moved, base, today)

    past = [one + timedelta(days=1) for one in moved if one <= today]
    assert end.through >= (base or date.min)
    assert end.through in {base, today + timedelta(days=1), *past}
    assert end.through == data_end([one for one in moved if one <= today], base, today).through


@given(moved=st.lists(days, min_size=1), base=days)
def test_every_month_between_what_is_declared_and_the_end_has_a_movement(
    moved: list[date], base: date
) -> None:
    end = data_end(moved, base, day("2026-12-31"))

    months = {one.replace(day=1) for one in moved}
    between = {
        date(2026, month, 1)
        for month in range(base.month, end.last_day.month + 1)
        if end.through > base
    }
    assert between <= months
