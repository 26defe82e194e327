"""Renewals in arrays, each a plain value."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from metrics.renewal_book import capped

LARGEST = 10**15


def one_by_one(opening: list[int], offers: list[tuple[int, int]]) -> list[int]:
    left, found = Counter(dict(enumerate(opening))), []
    for unit, offered in offers:
        found.append(min(offered, left[unit]))
        left[unit] -= found[-1]
    return found


def test_what_is_paid_is_up_once_the_earliest_first() -> None:
    # of 10 the first takes 4, the next 6 of its 7, the last none; the other unit has its own
    found = capped(np.array([10, 5]), np.array([0, 1, 0, 0]), np.array([4, 9, 7, 1]))

    assert found.tolist() == [4, 5, 6, 0]


@given(
    st.lists(st.integers(0, LARGEST), min_size=4, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0, 1, 7, LARGEST])), max_size=12),
)
def test_nobody_has_more_than_is_paid(opening: list[int], offers: list[tuple[int, int]]) -> None:
    units, amounts = np.array(offers, np.int64).reshape(-1, 2).T

    assert capped(np.array(opening), units, amounts).tolist() == one_by_one(opening, offers)
