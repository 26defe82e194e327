from fractions import Fraction

import pytest

from metrics.usual import UsualRange, usual_range


def ratios(*percents: str) -> list[Fraction]:
    return [Fraction(percent) / 100 for percent in percents]


def test_a_range_is_three_deviations_around_the_median() -> None:
    # seven moves of 1.128 points: a deviation of one point around 99.436
    found = usual_range(ratios(*["98.872", "100"] * 4))

    assert found == UsualRange(low=Fraction("0.96436"), high=Fraction("1.02436"), periods=8)


@pytest.mark.parametrize(
    ("percent", "is_usual"), [("96.436", True), ("96.4", False), ("102.436", True), ("103", False)]
)
def test_what_lies_outside_is_unusual(percent: str, *, is_usual: bool) -> None:
    found = usual_range(ratios(*["98.872", "100"] * 4))

    assert found is not None
    assert found.holds(Fraction(percent) / 100) is is_usual


def test_seven_periods_are_too_few_to_know_a_range() -> None:
    assert usual_range(ratios(*["99"] * 7)) is None


def test_one_odd_period_does_not_move_the_middle() -> None:
    found = usual_range(ratios("99", "99", "99", "99", "20", "99", "99", "99"))

    assert found is not None
    assert (found.low + found.high) / 2 == Fraction(99, 100)
