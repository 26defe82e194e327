from collections import defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from metrics.driver_columns import add_by_code, split_net
from tests.metrics.plain_drivers import net_by_driver

LIMIT = 10**15
DRIVERS = 9
FAR = 10**6  # a group is an account's place: so far apart are those of a million
Row = tuple[int, int, int]
"""A group, a driver and an amount."""


def split(rows: list[Row]) -> list[Row]:
    group, driver, amount = (
        np.array(column, np.int64) for column in (zip(*rows, strict=True) if rows else ([], [], []))
    )
    sums = add_by_code(group * DRIVERS + driver, amount)
    cells = (column.tolist() for column in split_net(*sums, drivers=DRIVERS))
    return list(zip(*cells, strict=True))


def test_drivers_that_go_one_way_stand() -> None:
    assert split([(1, 5, 20), (1, 3, 10), (1, 5, 1)]) == [(1, 3, 10), (1, 5, 21)]


def test_a_driver_against_the_net_is_split_over_the_others_in_proportion() -> None:
    # 300 gained and 100 lost are 200 net: two thirds of 100 and of 200
    assert split([(7, 2, 200), (7, 0, 100), (7, 5, -100)]) == [(7, 0, 67), (7, 2, 133)]


def test_of_equal_remainders_the_lowest_driver_is_raised() -> None:
    # 2 net of 3 gained in three equal parts: two of them are 1, the last 0
    assert split([(0, 8, 1), (0, 4, 1), (0, 6, 1), (0, 1, -1)]) == [(0, 4, 1), (0, 6, 1)]


def test_products_of_more_than_64_bits_are_split_exactly() -> None:
    # two thirds and one third of what is left
    assert split([(0, 4, 2 * 3 * LIMIT), (0, 1, 3 * LIMIT), (0, 7, -3)]) == [
        *((0, 1, 3 * LIMIT - 1), (0, 4, 6 * LIMIT - 2)),
    ]


def test_a_loss_is_split_with_its_sign() -> None:
    assert split([(0, 0, -30), (0, 1, -10), (0, 2, 20)]) == [(0, 0, -15), (0, 1, -5)]


def test_what_comes_to_nothing_is_left_out() -> None:
    assert split([(0, 0, 30), (0, 1, -30), (1, 2, 4)]) == [(1, 2, 4)]


def test_groups_do_not_mix_and_may_come_in_any_order() -> None:
    assert split([(2, 0, 5), (1, 0, -5), (2, 0, 6)]) == [(1, 0, -5), (2, 0, 11)]


def test_nothing_is_split_into_nothing() -> None:
    assert split([]) == []


def test_far_apart_groups_are_split_as_near_ones_are() -> None:
    assert split([(FAR, 2, 200), (FAR, 0, 100), (0, 3, 1), (FAR, 5, -100)]) == [
        (0, 3, 1),
        (FAR, 0, 67),
        (FAR, 2, 133),
    ]


amounts = st.integers(-5, 5) | st.integers(-LIMIT, LIMIT)


groups = st.integers(0, 3) | st.just(FAR)


@given(st.lists(st.tuples(groups, st.integers(0, 4), amounts), max_size=14))
def test_any_rows_are_split_as_one_group_at_a_time(rows: list[Row]) -> None:
    found: defaultdict[int, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for group, driver, amount in rows:
        found[group][str(driver)] += amount
    expected = [
        (group, int(driver), amount)
        for group in sorted(found)
        for driver, amount in sorted(net_by_driver(found[group]).items())
        if amount
    ]

    assert split(rows) == expected
