import numpy as np
import pytest

from metrics.confidence.confidence import Interval
from metrics.confidence.measuring import normal_interval
from metrics.confidence.resampling import bca_intervals
from tests.metrics.confidence.plain_bca import plain_bca

CITY_1920 = [138, 93, 61, 179, 48, 37, 29, 23, 30, 2]
CITY_1930 = [143, 104, 69, 260, 75, 63, 50, 48, 111, 50]
"""Davison and Hinkley (1997), example 1.2: inhabitants of ten cities, in thousands."""


def interval(opening: list[int], closing: list[int], seed: int = 1) -> Interval:
    [found] = bca_intervals(np.array(opening, float), [np.array(closing, float)], seed=seed)
    return found


def test_the_growth_of_ten_cities_has_the_published_interval() -> None:
    # the examples of R's boot print (1.245, 2.064) and (1.242, 2.195) from 999 draws each
    found = interval(CITY_1920, CITY_1930)

    assert found.low == pytest.approx(1.2435, abs=0.01)
    assert 2.03 < found.high < 2.2  # the normal interval, which is symmetric, ends at 1.92


@pytest.mark.parametrize("seed", [3, 4])
def test_it_is_the_interval_by_the_book(seed: int) -> None:
    drawing = np.random.default_rng(seed)
    opening = drawing.integers(50, 900, 30).tolist()
    factors = drawing.choice([0, 0.5, 1, 1, 1, 2], 30).tolist()
    closing = [int(paid * factor) for paid, factor in zip(opening, factors, strict=True)]

    found = interval(opening, closing)

    low, high = plain_bca(list(zip(opening, closing, strict=True)))
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.01)


def test_the_same_seed_draws_the_same_accounts() -> None:
    assert interval(CITY_1920, CITY_1930, seed=7) == interval(CITY_1920, CITY_1930, seed=7)
    assert interval(CITY_1920, CITY_1930, seed=7) != interval(CITY_1920, CITY_1930, seed=8)


def test_of_many_accounts_the_linearised_interval_is_the_same() -> None:
    drawing = np.random.default_rng(5)
    opening = drawing.lognormal(8, 1, 3_000).round() + 1
    closing = np.where(drawing.random(3_000) < 0.07, 0, opening)  # one in fourteen leaves
    closing = np.where(drawing.random(3_000) < 0.2, closing * 1.25, closing)

    [resampled] = bca_intervals(opening, [closing], seed=1)
    normal = normal_interval(opening, closing)

    assert 0.02 < normal.high - normal.low < 0.03
    # what is left between them is skewness: less than a tenth of the width
    assert (normal.low, normal.high) == pytest.approx((resampled.low, resampled.high), abs=0.0025)
