from dataclasses import replace

import numpy as np

from storage.columns.arrays import NONE, STATED, Positions
from storage.columns.position_numbers import PositionNumbers
from storage.columns.spreading import spread, together
from tests.storage.columns.companies import moved, parts

CORE, ADDON = 0, 1
POSITIONS = Positions(
    account=np.array([7, 7, 7, 8, 7]),
    product=np.array([CORE, ADDON, NONE, NONE, CORE]),
    currency=np.array([0, 0, 0, 0, 1]),
)
IN_CORE, IN_ADDON, IN_NONE, OF_ANOTHER, IN_EUROS = range(5)


def test_a_decrease_without_a_product_is_spread_in_proportion() -> None:
    found = spread(moved((IN_NONE, 1, -10)), np.array([60, 40, 0, 0, 500]), POSITIONS)

    assert parts(found) == [(IN_CORE, -6), (IN_ADDON, -4)]
    assert found.spread.tolist() == [1, 2]


def test_the_largest_remainder_is_raised_and_of_equal_ones_the_first_position() -> None:
    # 2 over 3 equal balances: each 2/3, and two units to give
    found = spread(moved((IN_NONE, 1, -2)), np.array([5, 5, 5, 0, 0]), POSITIONS)

    assert parts(found) == [(IN_CORE, -1), (IN_ADDON, -1)]


def test_it_is_spread_behind_the_days_rows_with_a_product() -> None:
    rows = moved((IN_NONE, 1, -10), (IN_ADDON, 1, 40), (IN_NONE, 2, -9))

    found = spread(rows, np.array([60, 0, 0, 0, 0]), POSITIONS)

    # day 1: 60 and 40 lose 6 and 4; day 2: 54 and 36 lose 5.4 and 3.6
    assert parts(found) == [
        *[(IN_CORE, -6), (IN_ADDON, -4), (IN_ADDON, 40)],
        *[(IN_CORE, -5), (IN_ADDON, -4)],
    ]


def test_rows_of_an_account_without_products_stay_as_they_are() -> None:
    rows = moved((OF_ANOTHER, 1, -10))

    assert spread(rows, np.array([60, 0, 0, 10, 0]), POSITIONS) is rows


def test_what_is_all_without_a_product_stays_one_row() -> None:
    found = spread(moved((IN_NONE, 1, -10)), np.array([0, 0, 30, 0, 0]), POSITIONS)

    assert parts(found) == [(IN_NONE, -10)]
    assert found.spread.tolist() == [0]


def test_what_is_stated_to_be_of_no_product_is_lost_by_none() -> None:
    rows = moved((IN_NONE, 1, -10), (IN_NONE, 1, -4))
    stated = replace(rows, spread=np.array([STATED, 0]))

    found = spread(stated, np.array([50, 30, 30, 0, 0]), POSITIONS)

    # none keeps 20, and 4 of 100 are spread behind it: 2, 1.2 and 0.8
    assert parts(found) == [(IN_NONE, -10), (IN_CORE, -2), (IN_ADDON, -1), (IN_NONE, -1)]
    assert found.spread.tolist() == [STATED, 1, 2, 2]
    assert together(found, PositionNumbers(POSITIONS)).spread.tolist() == [STATED, 0]


def test_parts_can_be_put_together_again() -> None:
    rows = moved((IN_CORE, 1, 5), (IN_NONE, 1, -10), (IN_NONE, 3, 2))
    found = spread(rows, np.array([60, 40, 0, 0, 0]), POSITIONS)

    whole = together(found, PositionNumbers(POSITIONS))

    assert parts(whole) == parts(rows)
    assert not whole.spread.any()


def test_more_than_there_is_stays_one_row_without_a_product() -> None:
    # of a past moment: the gain that it took is not known yet
    found = spread(moved((IN_NONE, 1, -10)), np.array([3, 2, 0, 0, 0]), POSITIONS)

    assert parts(found) == [(IN_NONE, -10)]
