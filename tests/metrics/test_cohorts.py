from datetime import date
from fractions import Fraction

from metrics.cohorts import SignUpCohort, SignUps, early_shift, grouped, shift_at
from metrics.periods import PeriodUnit
from metrics.retention import Retention
from tests.metrics.retentions import retention_of


def paying(closing: int, *, accounts: int = 10) -> Retention:
    """Return accounts that paid 1,000 together, and what they pay now."""
    parts = {"expansion" if closing > 1_000 else "contraction": abs(closing - 1_000)}
    return retention_of(1_000, accounts=accounts, **parts)


def month(number: int, *closings: int, gone: int | None = 0, accounts: int = 10) -> SignUps:
    """Return a month's sign-ups, and what they pay at the ages 0, 1, 2 and so on."""
    ages = {age: paying(closing, accounts=accounts) for age, closing in enumerate(closings)}
    return SignUps(month=date(2026, number, 1), accounts=accounts, gone_early=gone, ages=ages)


def cohorts(*closings: tuple[int, ...], accounts: int = 10) -> tuple[SignUpCohort, ...]:
    months = [month(at, *each, accounts=accounts) for at, each in enumerate(closings, 1)]
    return grouped(months, PeriodUnit.MONTH)


def test_a_quarter_has_the_sums_of_its_months_at_the_same_age() -> None:
    # 900 + 1,200 + 600 of 3,000 after a month: 90 %
    months = [month(1, 1000, 900, 800), month(2, 1000, 1200), month(3, 1000, 600, gone=3)]

    [quarter] = grouped(months, PeriodUnit.QUARTER)

    assert (quarter.start, quarter.end) == (date(2026, 1, 1), date(2026, 4, 1))
    assert quarter.nrr(1) == Fraction(9, 10)
    assert quarter.early_churn == Fraction(3, 30)
    assert quarter.nrr(2) is None  # known of January alone


def test_a_quarter_is_left_out_while_a_month_of_it_is_missing() -> None:
    assert grouped([month(2, 1000), month(3, 1000)], PeriodUnit.QUARTER) == ()


def test_early_churn_waits_until_the_last_account_has_had_its_ninety_days() -> None:
    [quarter] = grouped([month(1, 1), month(2, 1), month(3, 1, gone=None)], PeriodUnit.QUARTER)

    assert quarter.early_churn is None


def test_the_newest_is_held_against_four_before_it_put_together() -> None:
    # the first, at 0 %, is too long ago: 80, 90, 100 and 110 are 95 % together
    found = shift_at(cohorts(*((1000, kept) for kept in (0, 800, 900, 1000, 1100, 700))), 1)

    assert found is not None
    assert (found.figure, found.before) == (Fraction(7, 10), Fraction(95, 100))
    assert found.difference == Fraction(-25, 100)
    assert found.cohorts_before == 4


def test_the_first_of_its_age_has_nothing_to_be_held_against() -> None:
    found = shift_at(cohorts((1000, 700), (1000,)), 1)

    assert found is not None
    assert (found.figure, found.before, found.difference) == (Fraction(7, 10), None, Fraction())


def test_of_nine_accounts_nothing_is_said() -> None:
    few = cohorts((1000, 700), accounts=9)

    assert shift_at(few, 1) is None
    assert early_shift(few) is None
    assert shift_at((), 1) is None


def test_early_churn_is_held_against_that_of_all_accounts_before() -> None:
    # 1 of 10 and 3 of 30 before: 4 of 40; now 2 of 10
    months = [
        month(1, 1000, gone=1),
        month(2, 1000, gone=3, accounts=30),
        month(3, 1000, gone=2),
        month(4, 1000, gone=None),
    ]

    found = early_shift(grouped(months, PeriodUnit.MONTH))

    assert found is not None
    assert found.cohort.start == date(2026, 3, 1)
    assert (found.figure, found.before) == (Fraction(2, 10), Fraction(4, 40))
