"""What a demo plan accepts, and which months it covers."""

from datetime import date

import pytest

from bot.demo.company import DemoPlan, DemoPlanError, movements


def test_a_plan_is_three_thousand_accounts_over_three_years_unless_told() -> None:
    plan = DemoPlan()

    assert (plan.accounts, plan.months, plan.seed) == (3_000, 36, 7)


@pytest.mark.parametrize(
    ("accounts", "months", "sentence"),
    [
        pytest.param(
            0, 36, "a demo company has 1 to 200,000 accounts, not 0", id="nobody-to-sell-to"
        ),
        pytest.param(
            200_001, 36, "a demo company has 1 to 200,000 accounts, not 200,001", id="too-many"
        ),
        pytest.param(3_000, 0, "a demo company has 1 to 120 months, not 0", id="no-history"),
        pytest.param(3_000, 121, "a demo company has 1 to 120 months, not 121", id="too-long"),
    ],
)
def test_an_impossible_plan_says_what_is_possible(
    accounts: int, months: int, sentence: str
) -> None:
    with pytest.raises(DemoPlanError) as caught:
        DemoPlan(accounts=accounts, months=months)

    assert str(caught.value) == sentence


@pytest.mark.parametrize(("accounts", "months"), [(1, 1), (200_000, 120)])
def test_the_smallest_and_the_largest_plan_are_accepted(accounts: int, months: int) -> None:
    assert DemoPlan(accounts=accounts, months=months).accounts == accounts


def test_one_account_and_one_month_make_a_company() -> None:
    rows = list(movements(DemoPlan(accounts=1, months=1), today=date(2026, 11, 21)))

    assert rows[0][0] == "demo-000001"
    assert rows[0][3] == "new"
    assert len({row[1] for row in rows}) == 1
    assert all("2026-10-01" <= row[2] < "2026-11-01" for row in rows)


def test_history_crosses_the_turn_of_the_year() -> None:
    dates = [row[2] for row in movements(DemoPlan(accounts=60, months=3), today=date(2026, 2, 1))]

    assert dates[0].startswith("2025-11")
    assert dates[-1].startswith("2026-01")
