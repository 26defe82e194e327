from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.charts.labels import spread


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        pytest.param([], [], id="none"),
        pytest.param([1.0, 5.0], [1, 5], id="apart"),
        pytest.param([5.0, 5.0], [4.5, 5.5], id="on-each-other"),
        pytest.param([4.0, 5.0, 5.0], [3.666667, 4.666667, 5.666667], id="a-third-gives-way"),
        pytest.param([0.0, 0.0], [0, 1], id="at-the-lower-end"),
        pytest.param([10.0, 10.0], [9, 10], id="at-the-upper-end"),
    ],
)
def test_labels_that_would_touch_are_set_around_their_middle(
    wanted: list[float], places: list[float]
) -> None:
    assert spread(wanted, 1, low=0, high=10) == pytest.approx(places)


@given(st.lists(st.floats(0, 100), max_size=8).map(sorted))
def test_labels_never_touch_or_leave_the_axis(wanted: list[float]) -> None:
    places = spread(wanted, 6, low=0, high=100)

    assert all(after - before >= 6 - 1e-9 for before, after in pairwise(places))
    assert all(-1e-9 <= place <= 100 + 1e-9 for place in places)
