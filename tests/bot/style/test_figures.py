from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.style.figures import short_parts


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
