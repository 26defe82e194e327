"""No drop that stands is passed over by a look at two years alone."""

from collections.abc import Sequence
from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from metrics.alerts.rules import SHOCK, SUSTAINED_DROP
from metrics.alerts.screening import LOOKED_AT, can_fire
from metrics.alerts.series import Series
from metrics.alerts.statuses import Phase, month_statuses
from metrics.open_bases import OpenBase
from metrics.period_grammar import shift_months
from tests.metrics.alerts.months import Percent, closed, month, series

UNMOVED = closed("100", has_movements=False)
FALLING = tuple(f"{104 - step}" for step in range(40))
LEVELS = st.sampled_from(("92", "95", "98", "100", "101", "104"))
STRETCHES = st.tuples(LEVELS | st.just(None) | st.just(UNMOVED), st.integers(1, 14))
histories = st.lists(STRETCHES, min_size=1, max_size=6).map(
    lambda parts: [one for level, months in parts for one in [level] * months]
)


def two_years(known: Series, last: date) -> dict[date, OpenBase]:
    first = shift_months(last, -LOOKED_AT)
    kept = {one: at.retention for one, at in known.months.items() if one >= first}
    return {
        one: OpenBase(accounts=at.accounts_opening, opening=at.opening, closing=at.closing)
        for one, at in kept.items()
    }


@given(histories)
@example([*FALLING])
@example([*["104"] * 12, *["98"] * 30])
@example([*["104"] * 12, *["98"] * 14, *[None] * 9, "98", "98"])
@example([*["104"] * 12, "98", "98", *[UNMOVED] * 20])
def test_what_fires_below_the_usual_is_never_passed_over(months: Sequence[Percent]) -> None:
    known, last = series(months), month(len(months) - 1)
    for rule in (SUSTAINED_DROP, SHOCK):
        status = month_statuses(rule, known)[last]
        is_low = status.verdict is not None and bool(status.verdict.drop)
        if status.phase is Phase.FIRING and status.month == last and is_low:
            assert can_fire(rule, two_years(known, last), last)


def test_a_calm_month_needs_no_walk_through_all_of_them() -> None:
    months = [*["110"] * 13, *["102", "102.4"] * 12, "101"]
    last = month(len(months) - 1)
    assert not can_fire(SUSTAINED_DROP, two_years(series(months), last), last)


def test_three_months_that_lie_a_point_and_a_half_above_may_be_what_is_usual() -> None:
    # A sustained drop is two points and recovers within half a point of that.
    fires = [
        can_fire(SUSTAINED_DROP, two_years(series([*before, "99.9"]), month(12)), month(12))
        for before in (
            [*["101.3"] * 9, *["101.4"] * 3],
            [*["101.3"] * 10, *["101.4"] * 2],
        )
    ]
    assert fires == [True, False]


def test_a_month_whose_ends_are_equal_may_be_one_without_a_movement() -> None:
    # Nothing recovers without one: months at the same level are enough.
    same = two_years(series([*["100"] * 12, "100"]), month(12))
    assert can_fire(SUSTAINED_DROP, same, month(12))
