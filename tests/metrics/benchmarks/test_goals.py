from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from metrics.benchmarks.goals import gap_to
from metrics.retention import NOTHING
from tests.metrics.benchmarks.years import year_of


def test_a_missed_goal_is_short_in_points_and_in_closing_mrr() -> None:
    # 114.1 % of 1,000,000 against 115 %: 0.9 points, 9,000
    gap = gap_to(Fraction(115, 100), year_of(141_000, 0, 0, opening=1_000_000))

    assert gap is not None
    assert (gap.over, gap.over_minor, gap.is_met) == (Fraction(-9, 1000), -9_000, False)


def test_a_goal_is_met_exactly_at_its_level() -> None:
    met = gap_to(Fraction(110, 100), year_of(200, 40, 60))
    missed = gap_to(Fraction(1_100_001, 1_000_000), year_of(200, 40, 60))

    assert met is not None
    assert missed is not None
    assert met.is_met
    assert not missed.is_met


def test_nobody_misses_a_goal_without_opening_mrr() -> None:
    assert gap_to(Fraction(1), NOTHING) is None


@given(st.integers(1, 10**9), st.integers(0, 10**9), st.integers(1, 3_000_000))
def test_the_gap_in_money_is_what_closing_lies_above_the_goal(
    opening: int, expansion: int, millionths: int
) -> None:
    goal = Fraction(millionths, 10**6)

    gap = gap_to(goal, year_of(expansion, 0, 0, opening=opening))

    assert gap is not None
    assert abs(gap.over_minor - (opening + expansion - goal * opening)) <= Fraction(1, 2)
    assert gap.is_met == (opening + expansion >= goal * opening)
