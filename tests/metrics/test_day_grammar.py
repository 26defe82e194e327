"""Days to come are read as people write them, from a Saturday in November."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.day_grammar import read_day_ahead

SATURDAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("friday", "2026-12-04"),
        ("next Fri", "2026-12-04"),
        ("saturday", "2026-12-05"),
        ("tomorrow", "2026-11-29"),
        ("12 Dec", "2026-12-12"),
        ("Dec 12", "2026-12-12"),
        ("12th of December 2026", "2026-12-12"),
        ("december 12, 2026", "2026-12-12"),
        ("28 nov", "2027-11-28"),
        ("3 Jan", "2027-01-03"),
        ("29 Feb", "2028-02-29"),
        ("2026-12-12", "2026-12-12"),
        ("2w", "2026-12-12"),
        ("2 weeks", "2026-12-12"),
        ("in a week", "2026-12-05"),
        ("10 days", "2026-12-08"),
        ("10d", "2026-12-08"),
        ("a month", "2026-12-28"),
        ("next week", "2026-11-30"),
        ("next month", "2026-12-01"),
        ("january", "2027-01-01"),
        ("next Nov", "2027-11-01"),
        ("Feb 2028", "2028-02-01"),
        ("the end of february", "2027-02-28"),
        ("end of the month", "2026-11-30"),
    ],
)
def test_a_day_is_read(text: str, day: str) -> None:
    assert str(read_day_ahead(text, today=SATURDAY)) == day


@pytest.mark.parametrize("text", ["", "someday", "31 feb", "2026-02-30", "2 fortnights", "12"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_day_ahead(text, today=SATURDAY) is None


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2090, 1, 1)))
def test_a_weekday_and_a_day_without_a_year_are_always_ahead(today: date) -> None:
    for text in ("monday", "15 june", "29 feb", "tomorrow", "1w", "end of month"):
        found = read_day_ahead(text, today=today)
        assert found is not None
        assert found > today
