"""Days that profiles work out of moments: a period ends when the next one would have begun."""

import pytest

from storage.importing.profiles.made_columns import cadence_between, last_paid_day


@pytest.mark.parametrize(
    ("ends", "day"),
    [
        ("2026-08-05 08:00", "2026-08-04"),  # three months after 5 May
        ("2026-08-05T23:59:59Z", "2026-08-05"),
        ("2026-08-01 00:00:00", "2026-07-31"),
        ("1785542400", "2026-07-31"),  # 1 August at midnight
        ("1785578400", "2026-08-01"),  # ten hours later
        ("2026-07-20 10:00", "2026-07-20"),  # in the middle of a period
        ("2026-07-22 10:00", "2026-07-21"),  # when it renews, whatever the start was
        ("2026-07-20", "2026-07-20"),
        ("soon", "soon"),
        ("", ""),
    ],
)
def test_the_last_paid_day_is_the_one_before_the_next_period(ends: str, day: str) -> None:
    assert last_paid_day(ends, start="2026-05-05 08:00", renews="2026-07-22 10:00") == day


def test_a_month_without_such_a_day_renews_on_its_last_one() -> None:
    assert last_paid_day("2026-02-28 09:00", start="2025-08-31") == "2026-02-27"


@pytest.mark.parametrize(
    ("begins", "ends", "cadence"),
    [
        ("2026-11-01 10:00", "2026-12-01 10:00", "month"),
        ("2026-02-01", "2027-02-01", "year"),
        ("2026-11-01", "2026-11-11", "10 days"),
        ("2026-11-01", "soon", ""),
    ],
)
def test_a_period_is_told_by_its_days(begins: str, ends: str, cadence: str) -> None:
    assert cadence_between(begins, ends) == cadence
