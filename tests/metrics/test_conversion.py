from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from metrics.conversion import convert

LARGEST = 10**15


@pytest.mark.parametrize(
    ("amount", "factor", "converted"),
    [
        pytest.param(5, "1/2", 2, id="2.5 is as near to 2 as to 3, and 2 is even"),
        pytest.param(7, "1/2", 4, id="3.5 goes to 4"),
        pytest.param(-5, "1/2", -2, id="-2.5 goes to -2"),
        pytest.param(-7, "1/2", -4, id="-3.5 goes to -4"),
        pytest.param(0, "17/3", 0, id="nothing stays nothing"),
        pytest.param(2, "1/3", 1, id="0.67 is nearer to 1"),
        pytest.param(10_000, "25/27", 9_259, id="100.00 at 0.925925... is 92.59"),
        pytest.param(LARGEST, "1", LARGEST, id="the same currency"),
        pytest.param(LARGEST - 1, "1/2", 500_000_000_000_000, id="a half at the limit is even"),
        pytest.param(LARGEST - 3, "1/2", 499_999_999_999_998, id="the half below it, too"),
        pytest.param(LARGEST, "5300", 53 * 10**17, id="dinars of the limit in rupiah"),
        pytest.param(LARGEST, "1/1000000007", 1_000_000, id="999,999.993 is nearest to 1,000,000"),
    ],
)
def test_an_amount_is_rounded_half_even(amount: int, factor: str, converted: int) -> None:
    assert convert(np.array([amount]), Fraction(factor)).tolist() == [converted]


amounts = st.lists(st.integers(-LARGEST, LARGEST) | st.integers(-1000, 1000))
factors = (
    st.fractions(min_value="1/1000000", max_value=9000)
    | st.builds(Fraction, st.integers(1, 9), st.just(2))
    | st.builds(
        lambda target, source: target / source,
        *[st.decimals(min_value="0.001", max_value=90, places=9).map(Fraction)] * 2,
    )
)


@given(amounts, factors)
@example([999_676_899_407_559], Fraction(230_658_827, 25_000))  # more than 2^63
def test_every_amount_is_what_python_rounds_it_to_or_too_large_for_64_bits(
    held: list[int], factor: Fraction
) -> None:
    rounded = [round(amount * factor) for amount in held]
    if not all(-(2**63) <= one < 2**63 for one in rounded):
        with pytest.raises(OverflowError):
            convert(np.array(held, np.int64), factor)
        return
    converted = convert(np.array(held, np.int64), factor)
    assert converted.dtype == np.int64
    assert converted.tolist() == rounded


@given(amounts.filter(bool), st.integers(1, 10**6))
def test_exact_halves_go_to_the_even_neighbour(held: list[int], whole: int) -> None:
    converted = convert(np.array(held, np.int64), Fraction(2 * whole + 1, 2) / 10**6)
    expected = [round(amount * Fraction(2 * whole + 1, 2 * 10**6)) for amount in held]
    assert converted.tolist() == expected


def test_narrow_arrays_are_not_converted_in_their_own_width() -> None:
    assert convert(np.array([120], np.int8), Fraction(1000)).tolist() == [120_000]


def test_what_64_bits_cannot_hold_is_an_error_and_no_other_number() -> None:
    with pytest.raises(OverflowError):
        convert(np.array([LARGEST]), Fraction(10_000))
