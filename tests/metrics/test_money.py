from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.money import UnknownCurrencyError, minor_digits, round_half_up, to_major

WIDE = Context(prec=400)


@pytest.mark.parametrize(
    ("currency", "digits"), [("USD", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)]
)
def test_a_currency_has_its_own_decimals(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("", id="empty"),
        pytest.param("usd", id="lower-case"),
        pytest.param("US$", id="symbol"),
        pytest.param("ZZZ", id="nobody's"),
        pytest.param("XAU", id="gold-has-no-minor-unit"),
        pytest.param("XXX", id="no-currency"),
    ],
)
def test_what_is_no_currency_with_amounts_is_an_error(code: str) -> None:
    with pytest.raises(UnknownCurrencyError, match="ISO 4217"):
        minor_digits(code)
    with pytest.raises(UnknownCurrencyError):
        to_major(1, code)


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (101_500_000, "USD", "1015000.00"),
        (5, "USD", "0.05"),
        (-5, "USD", "-0.05"),
        (0, "USD", "0.00"),
        (1_015_000, "JPY", "1015000"),
        (-1, "JPY", "-1"),
        (1_015_000, "KWD", "1015.000"),
        (10**80 + 1, "USD", f"1{'0' * 77}0.01"),
    ],
)
def test_major_units_have_exactly_the_currencys_decimals(
    minor: int, currency: str, text: str
) -> None:
    assert f"{to_major(minor, currency):f}" == text


@given(st.integers(), st.sampled_from(["USD", "JPY", "KWD"]))
def test_no_cent_is_lost_on_the_way_to_major_units(minor: int, currency: str) -> None:
    assert Fraction(to_major(minor, currency)) * 10 ** minor_digits(currency) == minor


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        pytest.param("0.125", 2, "0.13", id="tie-up"),
        pytest.param("-0.125", 2, "-0.13", id="negative-tie-away-from-zero"),
        pytest.param("0.135", 2, "0.14", id="tie-after-an-odd-digit"),
        pytest.param("0.5", 0, "1", id="tie-to-a-whole"),
        pytest.param("2.5", 0, "3", id="not-to-even"),
        pytest.param("101.45", 1, "101.5", id="a-tie-that-a-float-would-miss"),
        pytest.param("2.675", 2, "2.68", id="another-that-a-float-would-miss"),
        pytest.param("0.1249999999999999999999999", 2, "0.12", id="just-under-a-tie"),
        pytest.param("0.1250000000000000000000001", 2, "0.13", id="just-over-a-tie"),
        pytest.param("-0.004", 2, "0.00", id="no-minus-zero"),
        pytest.param("99.95", 1, "100.0", id="carries-over"),
        pytest.param("7", 3, "7.000", id="fills-up"),
        pytest.param("1/3", 6, "0.333333", id="endless"),
    ],
)
def test_halves_round_away_from_zero(value: str, places: int, text: str) -> None:
    assert f"{round_half_up(Fraction(value), places):f}" == text


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_every_exact_tie_rounds_away_from_zero(units: int, places: int) -> None:
    tie = Fraction(2 * units + 1, 2 * 10**places)

    away = units + 1 if units >= 0 else units

    assert round_half_up(tie, places) == Decimal(away).scaleb(-places)


@given(st.integers(), st.integers(0, 20), st.integers(0, 8))
def test_rounding_is_that_of_decimal_quantize(units: int, scale: int, places: int) -> None:
    expected = Decimal(units).scaleb(-scale, context=WIDE)
    expected = expected.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, context=WIDE)

    assert round_half_up(Fraction(units, 10**scale), places) == expected


@given(st.fractions(), st.integers(0, 8))
def test_rounding_moves_a_value_by_half_a_place_at_most(value: Fraction, places: int) -> None:
    shown = round_half_up(value, places)

    assert abs(Fraction(shown) - value) <= Fraction(1, 2 * 10**places)
    assert shown.as_tuple().exponent == -places


def test_a_long_number_is_rounded_only_where_it_is_asked_to() -> None:
    value = Fraction(10**100 + 1) + Fraction(1, 4)

    assert f"{round_half_up(value, 1):f}" == f"1{'0' * 99}1.3"
