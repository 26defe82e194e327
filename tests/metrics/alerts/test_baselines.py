from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from metrics.alerts.baselines import baseline_before
from metrics.period_grammar import shift_months

APRIL = date(2026, 4, 1)


def before(*percents: str | None) -> dict[date, Fraction]:
    """Months that end right before April, None for one that is missing."""
    months = {shift_months(APRIL, place - len(percents)): one for place, one in enumerate(percents)}
    return {month: Fraction(one) / 100 for month, one in months.items() if one is not None}


def test_the_level_is_the_median_so_that_one_odd_month_does_not_move_it() -> None:
    baseline = baseline_before(APRIL, before("102", "102", "50", "102", "102"))

    assert baseline is not None
    assert baseline.level == Fraction(102, 100)


def test_the_level_of_an_even_number_of_months_is_halfway_exactly() -> None:
    baseline = baseline_before(APRIL, before("101", "100.3"))

    assert baseline is not None
    assert baseline.level == Fraction(10065, 10000)


def test_the_deviation_is_the_mean_moving_range_over_1_128() -> None:
    baseline = baseline_before(APRIL, before("100", "101", "103"))

    assert baseline is not None
    assert baseline.deviation == Fraction(15, 1000) / Fraction(1128, 1000)


def test_a_step_hardly_widens_the_deviation() -> None:
    steady, stepped = before(*["102"] * 6, *["102"] * 6), before(*["102"] * 6, *["98"] * 6)
    narrow, wide = (baseline_before(APRIL, months) for months in (steady, stepped))

    assert narrow is not None
    assert wide is not None
    assert narrow.deviation == 0
    assert wide.deviation == Fraction(4, 1100) / Fraction(1128, 1000)


def test_no_range_is_taken_across_a_missing_month() -> None:
    baseline = baseline_before(APRIL, before("100", "100", None, "110", "110"))

    assert baseline is not None
    assert baseline.months == 4
    assert baseline.deviation == 0


def test_a_single_month_has_no_deviation() -> None:
    baseline = baseline_before(APRIL, before("100"))

    assert baseline is not None
    assert baseline.months == 1
    assert baseline.deviation == 0


def test_without_a_known_month_there_is_no_baseline() -> None:
    long_ago = {shift_months(APRIL, -13): Fraction(1), APRIL: Fraction(1)}

    assert baseline_before(APRIL, long_ago) is None


ratios = st.fractions(min_value=0, max_value=2, max_denominator=1000)


@given(st.dictionaries(st.integers(-20, 5), ratios))
def test_only_the_twelve_months_before_count(by_distance: dict[int, Fraction]) -> None:
    all_months = {shift_months(APRIL, away): value for away, value in by_distance.items()}
    twelve = {
        shift_months(APRIL, away): by_distance[away]
        for away in range(-12, 0)
        if away in by_distance
    }

    assert baseline_before(APRIL, all_months) == baseline_before(APRIL, twelve)
