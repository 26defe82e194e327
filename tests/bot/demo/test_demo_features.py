"""Everything that makes a ledger hard to read happens in the demo company, and often enough."""

from collections import Counter, defaultdict
from datetime import date

import pytest

from bot.demo.calendar import Month
from bot.demo.chance import seeded
from bot.demo.company import COLUMNS, DemoPlan, movements
from bot.demo.contracts import sign_up

Row = dict[str, str]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    plan, today = DemoPlan(), date(2026, 11, 21)
    return [dict(zip(COLUMNS, row, strict=True)) for row in movements(plan, today=today)]


def test_a_third_of_the_accounts_open_with_a_balance_spread_over_the_first_month(
    rows: list[Row],
) -> None:
    opening = [row for row in rows if row["driver"] == "opening_balance"]

    assert len(opening) == 1_000
    assert {row["date"][:7] for row in opening} == {"2023-11"}
    assert len({row["date"] for row in opening}) == 28


def test_the_company_wins_more_accounts_every_year(rows: list[Row]) -> None:
    won = [row["date"] for row in rows if row["driver"] == "new_logo"]
    years = Counter((int(day[:4]) * 12 + int(day[5:7]) - 11) // 12 for day in won)

    assert sorted(years.values()) == [years[year] for year in sorted(years)]


@pytest.mark.parametrize(
    ("driver", "kinds", "least"),
    [
        ("pause", {"churn", "contraction"}, 60),
        ("resume", {"reactivation", "expansion"}, 50),
        ("win_back", {"reactivation"}, 40),
        ("usage", {"expansion", "contraction"}, 2_000),
        ("seats", {"expansion"}, 800),
        ("cross_sell", {"expansion"}, 300),
        ("upsell", {"expansion"}, 100),
        ("discount_end", {"expansion"}, 100),
        ("price", {"expansion", "contraction", "churn"}, 500),
        ("shrink", {"contraction"}, 100),
        ("downgrade", {"contraction"}, 30),
        ("involuntary", {"churn", "contraction"}, 50),
        ("competitor", {"churn", "contraction"}, 100),
        ("segment_move", {""}, 20),
        ("handover", {""}, 40),
    ],
)
def test_every_reason_to_change_occurs(
    rows: list[Row], driver: str, kinds: set[str], least: int
) -> None:
    found = [row["type"] for row in rows if row["driver"] == driver]

    assert len(found) >= least
    assert set(found) == kinds


def test_accounts_move_segment_and_plan(rows: list[Row]) -> None:
    later = [row for row in rows if row["type"] != "new"]

    assert sum(1 for row in later if row["segment"]) >= 25
    assert sum(1 for row in later if row["plan"]) >= 150


def test_accounts_come_back_from_a_pause_within_three_months(rows: list[Row]) -> None:
    zero_since: dict[str, date] = {}
    away: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        day = date.fromisoformat(row["date"])
        account = row["account_id"]
        if row["type"] == "churn":
            zero_since[account] = day
        elif row["type"] == "reactivation":
            since = zero_since[account]
            months = (day.year - since.year) * 12 + day.month - since.month
            away[row["driver"]].append(months)

    assert set(away["resume"]) == {1, 2, 3}
    assert set(away["win_back"]) <= set(range(2, 10))


def test_several_products_are_held_by_many_accounts(rows: list[Row]) -> None:
    pairs = {(row["account_id"], row["product"]) for row in rows}
    held = Counter(account for account, _ in pairs)

    assert {product for _, product in pairs} == {"platform", "insights", "automation", "api"}
    assert sum(1 for products in held.values() if products > 1) > 500


def test_contracts_are_monthly_annual_and_multi_year() -> None:
    random = seeded(7)
    month = Month(index=0, left=1, year=2026, number=10, days=31)

    signed = [
        sign_up(random, number=number, width=4, month=month, opening=False)
        for number in range(3_000)
    ]

    terms = Counter(account.contract.term_months for account in signed)
    assert set(terms) == {1, 12, 24, 36}
    assert terms[24] + terms[36] > 150
    assert {
        account.attributes.segment for account in signed if account.contract.term_months == 36
    } == {
        "mid-market",
        "enterprise",
    }


def test_large_customers_leave_at_an_anniversary_of_their_contract(rows: list[Row]) -> None:
    won: dict[str, date] = {}
    months: list[int] = []
    for row in rows:
        day, account = date.fromisoformat(row["date"]), row["account_id"]
        if row["driver"] == "new_logo" and row["segment"] == "enterprise":
            won[account] = day
        elif row["type"] == "churn" and row["driver"] != "pause" and account in won:
            months.append((day.year - won[account].year) * 12 + day.month - won[account].month)

    at_renewal = sum(1 for passed in months if passed % 12 == 0)
    assert at_renewal / len(months) >= 0.5


def test_ids_are_readable_and_owners_are_plain_handles(rows: list[Row]) -> None:
    accounts = {row["account_id"] for row in rows}
    owners = {row["owner"] for row in rows} - {""}

    assert all(len(account.split("-")) == 3 for account in accounts)
    assert len(owners) == 12
    assert all(owner.replace(".", "").isalpha() for owner in owners)
