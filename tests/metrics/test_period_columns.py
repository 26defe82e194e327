from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.errors import ReconciliationError
from metrics.period_columns import TwoEnds, add_up

LIMIT = 10**15


@dataclass(frozen=True)
class Unit:
    """An account at the two ends; ``pause`` is one that makes it paused or resumed."""

    opening: int
    closing: int
    opening_set: int = 0
    closing_set: int = 0
    is_known: bool = False
    has_pause: bool = False

    @property
    def is_paused(self) -> bool:
        return self.has_pause and self.opening > 0 and not self.closing

    @property
    def is_resumed(self) -> bool:
        return self.has_pause and self.closing > 0 and not self.opening


def ends_of(units: list[Unit]) -> TwoEnds:
    return TwoEnds(
        opening=np.array([unit.opening for unit in units], np.int64),
        closing=np.array([unit.closing for unit in units], np.int64),
        opening_sets=np.array([unit.opening_set for unit in units], np.int64),
        closing_sets=np.array([unit.closing_set for unit in units], np.int64),
        is_known=np.array([unit.is_known for unit in units], np.bool_),
        paused=np.flatnonzero([unit.is_paused for unit in units]),
        resumed=np.flatnonzero([unit.is_resumed for unit in units]),
    )


def plainly(unit: Unit) -> tuple[int, ...]:
    """Return the sums of one account, as section 1 of the definitions writes them."""
    before, after = unit.opening, unit.closing
    if before:
        stays = after > 0 or unit.is_paused
        grown, less = max(0, after - before), max(0, before - after)
        losses = (less, 0) if stays else (0, before)
        return 1, int(stays), before, grown, *losses, 0, 0, 0, 0
    new, returning = (0, after) if unit.is_known else (after, 0)
    parts = (0, 0, after) if unit.is_resumed else (new, returning, 0)
    return 0, 0, 0, 0, 0, 0, *parts, int(after > 0)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        pytest.param(Unit(100, 0), (1, 0, 100, 0, 0, 100, 0, 0, 0, 0), id="lost"),
        pytest.param(Unit(100, 40), (1, 1, 100, 0, 60, 0, 0, 0, 0, 0), id="contracted"),
        pytest.param(Unit(100, 100), (1, 1, 100, 0, 0, 0, 0, 0, 0, 0), id="kept"),
        pytest.param(Unit(100, 130), (1, 1, 100, 30, 0, 0, 0, 0, 0, 0), id="grown"),
        pytest.param(Unit(0, 70), (0, 0, 0, 0, 0, 0, 70, 0, 0, 1), id="new"),
        pytest.param(Unit(0, 70, is_known=True), (0, 0, 0, 0, 0, 0, 0, 70, 0, 1), id="returning"),
        pytest.param(Unit(100, 0, has_pause=True), (1, 1, 100, 0, 100, 0, 0, 0, 0, 0), id="paused"),
        pytest.param(
            Unit(0, 70, is_known=True, has_pause=True),
            (0, 0, 0, 0, 0, 0, 0, 0, 70, 1),
            id="resumed",
        ),
        pytest.param(Unit(0, 0, is_known=True), (0,) * 10, id="away"),
    ],
)
def test_an_account_is_judged_by_its_two_ends(unit: Unit, expected: tuple[int, ...]) -> None:
    assert plainly(unit) == expected
    assert add_up(ends_of([Unit(0, 0), unit]), sets=1).tolist() == [list(expected)]


def test_a_base_counts_where_it_opens_and_others_where_they_close() -> None:
    units = [Unit(10, 5, 0, 1), Unit(0, 7, 0, 1), Unit(0, 0, 2, 2)]

    sums = add_up(ends_of(units), sets=3)

    assert [row[2] for row in sums.tolist()] == [10, 0, 0]
    assert [row[6] for row in sums.tolist()] == [0, 7, 0]


def test_nobody_adds_up_to_nothing() -> None:
    assert not add_up(ends_of([]), sets=3).any()


@pytest.mark.parametrize("unit", [Unit(-1, 5), Unit(5, -1)], ids=["opening", "closing"])
def test_a_balance_below_zero_is_an_error_and_no_number(unit: Unit) -> None:
    with pytest.raises(ReconciliationError):
        add_up(ends_of([Unit(10, 10), unit]), sets=1)


amounts = st.just(0) | st.integers(1, 50) | st.integers(1, LIMIT)
units = st.builds(
    Unit, amounts, amounts, st.integers(0, 3), st.integers(0, 3), st.booleans(), st.booleans()
)


@given(st.lists(units, max_size=12))
def test_any_accounts_add_up_to_what_each_is(units: list[Unit]) -> None:
    expected = [[0] * 10 for _ in range(4)]
    for unit in units:
        number = unit.opening_set if unit.opening else unit.closing_set
        expected[number] = [
            total + own for total, own in zip(expected[number], plainly(unit), strict=True)
        ]

    assert add_up(ends_of(units), sets=4).tolist() == expected
