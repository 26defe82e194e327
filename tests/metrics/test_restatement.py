from fractions import Fraction

import pytest

from metrics.restatement import is_restated


@pytest.mark.parametrize(
    ("posted", "now", "is_told"),
    [
        ("1.000", "0.995", True),
        ("1.000", "0.9950000001", False),
        ("1.000", "1.005", True),
        ("1.000", "1.000", False),
        (None, "0.9", True),
        ("0.9", None, True),
        (None, None, False),
    ],
)
def test_half_a_point_is_compared_exactly(
    posted: str | None, now: str | None, *, is_told: bool
) -> None:
    ratios = (None if ratio is None else Fraction(ratio) for ratio in (posted, now))

    assert is_restated(*ratios) is is_told
