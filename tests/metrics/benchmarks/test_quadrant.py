import pytest

from metrics.benchmarks.quadrant import Quadrant, quadrant_of
from metrics.retention import NOTHING, Retention
from tests.metrics.benchmarks.years import year_of


@pytest.mark.parametrize(
    ("year", "quadrant"),
    [
        # GRR 900 / 1,000 = 90 %, NRR 1,100 / 1,000 = 110 %: both ends belong to the good side
        pytest.param(year_of(200, 40, 60), Quadrant.KEEPS_AND_GROWS, id="both at their levels"),
        pytest.param(year_of(199, 40, 60), Quadrant.KEEPS, id="NRR 109.9 %"),
        pytest.param(year_of(201, 41, 60), Quadrant.GROWS_OVER_LOSSES, id="GRR 89.9 %"),
        pytest.param(year_of(200, 41, 60), Quadrant.LOSES, id="both just below"),
    ],
)
def test_grr_of_90_and_nrr_of_110_percent_part_the_quadrants(
    year: Retention, quadrant: Quadrant
) -> None:
    assert quadrant_of(year) is quadrant


def test_a_base_of_nobody_is_in_no_quadrant() -> None:
    assert quadrant_of(NOTHING) is None
