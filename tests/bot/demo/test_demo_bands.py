"""The demo company's retention is what a healthy SaaS company with a problem looks like."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from operator import itemgetter

import pytest

from bot.demo.company import DemoPlan, movements
from tests.slow import only_slow

COMPANY = "company"
TTM = {
    "enterprise": (112, 120),
    "mid-market": (103, 109),
    "smb": (85, 95),
    COMPANY: (103, 110),
}

Row = tuple[str, ...]


def balances_before(rows: Sequence[Row], day: date) -> tuple[dict[str, int], dict[str, str]]:
    """Return cents of MRR and segment per account, from the rows strictly before ``day``."""
    balances: dict[str, int] = {}
    segments: dict[str, str] = {}
    for row in rows[: bisect_left(rows, day.isoformat(), key=itemgetter(2))]:
        balances[row[1]] = balances.get(row[1], 0) + int(row[4].replace(".", ""))
        segments[row[1]] = row[9] or segments[row[1]]
    return balances, segments


def retention(
    rows: Sequence[Row], start: date, end: date
) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """Return NRR and GRR in percent by segment at ``start`` (DEFINITIONS section 1)."""
    opening, segments = balances_before(rows, start)
    closing, _ = balances_before(rows, end)
    base: dict[str, int] = defaultdict(int)
    net: dict[str, int] = defaultdict(int)
    kept: dict[str, int] = defaultdict(int)
    for account, before in opening.items():
        for scope in (segments[account], COMPANY):
            base[scope] += before
            net[scope] += closing[account] if before else 0
            kept[scope] += min(before, closing[account])
    return (
        {scope: Fraction(100 * net[scope], base[scope]) for scope in base},
        {scope: Fraction(100 * kept[scope], base[scope]) for scope in base},
    )


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(movements(DemoPlan(), today=date(2026, 11, 21)))


def test_trailing_twelve_months_of_the_default_company_are_in_their_bands(rows: list[Row]) -> None:
    nrr, grr = retention(rows, date(2025, 11, 1), date(2026, 11, 1))

    outside = {
        scope: float(nrr[scope])
        for scope, (low, high) in TTM.items()
        if not low <= nrr[scope] <= high
    }
    assert outside == {}
    assert 85 <= grr[COMPANY] <= 93


def test_the_level_that_help_suggests_means_something_here(rows: list[Row]) -> None:
    # README: "12-month NRR of enterprise was below 105% in 0 of 24 months; now 114.1%".
    ends = [date(2024 + place // 12, place % 12 + 1, 1) for place in range(11, 35)]

    years = [retention(rows, end.replace(year=end.year - 1), end)[0] for end in ends]

    assert [end for end, nrr in zip(ends, years, strict=True) if nrr["enterprise"] < 105] == []
    assert round(float(years[-1]["enterprise"]), 1) == 114.1


@pytest.mark.parametrize(
    ("seed", "today"),
    [
        pytest.param(7, date(2026, 2, 3), marks=only_slow),
        pytest.param(7, date(2026, 6, 30), marks=only_slow),
        pytest.param(7, date(2027, 1, 1), marks=only_slow),
        (8, date(2026, 9, 9)),
    ],
)
def test_any_company_is_about_as_believable_in_any_month(seed: int, today: date) -> None:
    rows = list(movements(DemoPlan(seed=seed), today=today))
    end = today.replace(day=1)

    nrr, grr = retention(rows, end.replace(year=end.year - 1), end)

    outside = {
        scope: float(nrr[scope])
        for scope, (low, high) in TTM.items()
        if not low - 3 <= nrr[scope] <= high + 3
    }
    assert outside == {}
    assert nrr["enterprise"] > nrr["mid-market"] > nrr["smb"]
    assert 85 <= grr[COMPANY] <= 94


def test_a_healthy_company_number_hides_what_happens_to_small_customers(rows: list[Row]) -> None:
    before, _ = retention(rows, date(2026, 4, 1), date(2026, 7, 1))
    after, _ = retention(rows, date(2026, 7, 1), date(2026, 10, 1))

    assert 99.5 < after[COMPANY] < before[COMPANY]
    assert after["smb"] < before["smb"] - 4
    assert 100 < after["enterprise"] < 106


def test_enterprise_expansion_is_slower_in_the_last_half_year_than_a_year_earlier(
    rows: list[Row],
) -> None:
    earlier, _ = retention(rows, date(2025, 5, 1), date(2025, 11, 1))
    later, _ = retention(rows, date(2026, 5, 1), date(2026, 11, 1))

    assert later["enterprise"] < earlier["enterprise"]


def test_the_price_rise_shows_in_the_drivers_of_small_customers(rows: list[Row]) -> None:
    raised = [row for row in rows if row[7] == "price" and row[3] == "expansion"]

    months: dict[str, int] = defaultdict(int)
    for row in raised:
        months[row[2][:7]] += 1

    assert max(months, key=lambda month: months[month]) == "2026-05"
    lost = [row[7] for row in rows if row[3] == "churn" and row[2] >= "2026-06"]
    assert max(set(lost), key=lost.count) in {"price", "competitor"}
