from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.annualisation import ANNUALISATION_TABLE, annualised, chained, monthly_equivalent
from metrics.money import round_half_up
from tests.metrics.retentions import retention_of


def percent(ratio: Fraction) -> str:
    return str(round_half_up(ratio * 100, 1))


GUIDES_TABLE = {"99": "88.6", "100": "100.0", "101": "112.7", "102": "126.8", "103": "142.6"}


def test_the_table_is_the_guides_to_a_tenth_of_a_point() -> None:
    rows = {str(row.monthly * 100): percent(annualised(row.monthly)) for row in ANNUALISATION_TABLE}

    assert rows == GUIDES_TABLE


def test_every_row_of_the_table_says_what_it_means() -> None:
    meanings = [row.meaning for row in ANNUALISATION_TABLE]

    assert all(meanings)
    assert len(set(meanings)) == len(GUIDES_TABLE)


@pytest.mark.parametrize(
    ("monthly", "yearly"), [*GUIDES_TABLE.items(), ("101.5", "119.6"), ("0", "0.0")]
)
def test_a_monthly_ratio_compounds_twelve_times(monthly: str, yearly: str) -> None:
    assert percent(annualised(Fraction(monthly) / 100)) == yearly


def test_compounding_is_asymmetric() -> None:
    down, up = annualised(Fraction("0.99")) - 1, annualised(Fraction("1.01")) - 1

    assert (percent(down), percent(up)) == ("-11.4", "12.7")


ratios = st.fractions(min_value=0, max_value=10, max_denominator=10**6)


@given(ratios)
def test_annualised_is_the_exact_product_of_twelve_such_months(monthly: Fraction) -> None:
    assert annualised(monthly) == chained([monthly] * 12)


@given(ratios)
def test_the_monthly_equivalent_of_a_run_rate_is_the_month_it_came_from(
    monthly: Fraction,
) -> None:
    found = Fraction(monthly_equivalent(annualised(monthly)))

    assert abs(found - monthly) <= monthly / 10**40


@given(ratios)
def test_annualising_a_monthly_equivalent_gives_the_year_back(annual: Fraction) -> None:
    found = annualised(Fraction(monthly_equivalent(annual)))

    assert abs(found - annual) <= annual / 10**40


@pytest.mark.parametrize("annual", [0, 1])
def test_nothing_and_no_change_stay_what_they_are(annual: int) -> None:
    assert monthly_equivalent(Fraction(annual)) == Decimal(annual)
    assert annualised(Fraction(annual)) == annual


@given(st.lists(ratios, max_size=4))
def test_chained_does_not_depend_on_the_order(months: list[Fraction]) -> None:
    assert chained(months) == chained(reversed(months))


def test_nothing_chained_changes_nothing() -> None:
    assert chained([]) == 1


def test_chained_months_are_not_the_nrr_of_their_year() -> None:
    """An account won in one month and lost in the next is in a monthly base, not in the year's."""
    first, second = retention_of(100, accounts=1), retention_of(200, accounts=2, churn=100)
    year = first

    months = [month.nrr for month in (first, second) if month.nrr is not None]

    assert chained(months) == Fraction(1, 2)
    assert year.nrr == 1
