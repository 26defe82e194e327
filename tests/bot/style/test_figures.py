from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.style.figures import money, percent, points, short_money, short_parts


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        pytest.param(101_500_000, "USD", "$1,015,000.00", id="dollars-and-cents"),
        pytest.param(-500, "USD", "−$5.00", id="a-real-minus-sign-before-the-currency"),
        pytest.param(0, "USD", "$0.00", id="zero-has-no-sign"),
        pytest.param(1_234_567, "JPY", "¥1,234,567", id="yen-have-no-decimals"),
        pytest.param(1_234_567, "KWD", "KWD\u00a01,234.567", id="dinars-have-three"),
        pytest.param(100, "SEK", "SEK\u00a01.00", id="letters-are-kept-off-the-figures"),
        pytest.param(10**18 + 1, "EUR", "€10,000,000,000,000,000.01", id="exact-beyond-floats"),
    ],
)
def test_money_is_shown_exactly(minor: int, currency: str, shown: str) -> None:
    assert money(minor, currency) == shown


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        pytest.param(101_500_000, "USD", "$1.02M", id="half-up"),
        pytest.param(5_000_000, "USD", "$50k", id="no-empty-decimals"),
        pytest.param(-1_500_000, "USD", "−$15k", id="below-zero"),
        pytest.param(99_999_999, "USD", "$1M", id="rounding-may-need-the-next-unit"),
        pytest.param(99_949, "USD", "$999", id="just-below-a-thousand"),
        pytest.param(99_950, "USD", "$1k", id="just-rounded-to-a-thousand"),
        pytest.param(99, "USD", "$0.99", id="cents"),
        pytest.param(0, "USD", "$0", id="zero"),
        pytest.param(10**19, "USD", "$100,000T", id="nothing-is-beyond-trillions"),
        pytest.param(1_250, "JPY", "¥1.25k", id="yen"),
    ],
)
def test_charts_show_three_digits(minor: int, currency: str, shown: str) -> None:
    assert short_money(minor, currency) == shown


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [
        pytest.param(Fraction(203, 200), "101.5%", id="one-decimal"),
        pytest.param(Fraction(20290, 20000), "101.5%", id="halves-go-up"),
        pytest.param(Fraction(12), "1,200.0%", id="thousands-are-grouped"),
        pytest.param(Fraction(-1, 8), "−12.5%", id="below-zero"),
        pytest.param(None, "n/a", id="undefined-is-neither-zero-nor-all"),
    ],
)
def test_a_ratio_becomes_a_percentage(ratio: Fraction | None, shown: str) -> None:
    assert percent(ratio) == shown


@pytest.mark.parametrize(
    ("difference", "shown"),
    [
        pytest.param(Fraction(12, 1000), "+1.2 pts", id="up"),
        pytest.param(Fraction(-4, 100), "−4.0 pts", id="down"),
        pytest.param(Fraction(0), "0.0 pts", id="exactly-nothing"),
        pytest.param(Fraction(1, 10_000), "0.0 pts", id="next-to-nothing-has-no-sign"),
        pytest.param(Fraction(-1, 10_000), "0.0 pts", id="nor-below-zero"),
    ],
)
def test_a_difference_is_in_points(difference: Fraction, shown: str) -> None:
    assert points(difference) == shown


@given(st.lists(st.integers(0, 10**13), min_size=1, max_size=9), st.sampled_from(["USD", "JPY"]))
def test_short_amounts_add_up_to_the_short_sum(parts: list[int], currency: str) -> None:
    def read(amount: str) -> Fraction:
        small = amount.startswith("<")
        digits = amount.strip("<$¥kMBT").replace(",", "")
        is_below = total.endswith("k") and not amount.endswith("k")  # $100 beside $1.13k
        return Fraction() if small else Fraction(digits) / (1000 if is_below else 1)

    [total] = short_parts([sum(parts)], currency)
    shown = short_parts(parts, currency)

    assert sum(map(read, shown)) == read(total)
    assert {one[-1] for one in shown} == {total[-1]} or total[-1].isdigit() or total[-1] == "k"


@pytest.mark.parametrize(
    ("parts", "currency", "shown"),
    [
        pytest.param((795_000_000, 5_000_000), "USD", ("$7.95M", "$0.05M"), id="of-one-unit"),
        pytest.param((800_000_000,), "USD", ("$8.00M",), id="with-all-its-digits"),
        pytest.param((0, 0), "USD", ("$0", "$0"), id="nothing"),
        pytest.param((99, 1), "USD", ("$0.99", "$0.01"), id="cents"),
        pytest.param((5, 3), "JPY", ("¥5", "¥3"), id="no-decimals-that-there-are-not"),
        pytest.param((799_999_999, 1), "USD", ("$8.00M", "<$0.01M"), id="less-than-is-shown"),
        pytest.param((99_999_999,), "USD", ("$1.00M",), id="carried-to-a-million"),
    ],
)
def test_amounts_in_a_column_have_the_digits_of_their_sum(
    parts: tuple[int, ...], currency: str, shown: tuple[str, ...]
) -> None:
    assert short_parts(parts, currency) == shown
