from fractions import Fraction

import pytest

from metrics.benchmarks.bands import Band, BandPosition


@pytest.mark.parametrize(
    ("band", "ratio", "position"),
    [
        pytest.param((90, 100), "0.8999999", BandPosition.BELOW, id="just below its low end"),
        pytest.param((90, 100), "0.9", BandPosition.WITHIN, id="at its low end"),
        pytest.param((90, 100), "1", BandPosition.WITHIN, id="at its high end"),
        pytest.param((90, 100), "1.0000001", BandPosition.ABOVE, id="just above its high end"),
        pytest.param((110,), "1.1", BandPosition.WITHIN, id="at the end of an open one"),
        pytest.param((110,), "9", BandPosition.WITHIN, id="far up in an open one"),
        pytest.param((110,), "1.09999", BandPosition.BELOW, id="below an open one"),
    ],
)
def test_a_ratio_is_compared_exactly_and_both_ends_belong_to_a_band(
    band: tuple[int, ...], ratio: str, position: BandPosition
) -> None:
    assert Band.of_percent(*band).position_of(Fraction(ratio)) is position


def test_a_band_with_a_plus_has_no_upper_limit() -> None:
    enterprise = Band.of_percent(110, 120, is_open=True)

    assert enterprise.limit is None
    assert enterprise.position_of(Fraction(13, 10)) is BandPosition.WITHIN
    assert enterprise.position_of(Fraction(109, 100)) is BandPosition.BELOW
