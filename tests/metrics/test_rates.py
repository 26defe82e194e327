import re
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.rates import DayRates, MissingRateError, Quote, RateHistory

JULY = date(2026, 7, 1)


def history(*quotes: tuple[str, str, str], base: str = "EUR") -> RateHistory:
    return RateHistory(
        base, (Quote(date.fromisoformat(day), name, Fraction(rate)) for day, name, rate in quotes)
    )


def test_of_a_currency_the_last_rate_on_or_before_the_day_counts() -> None:
    rates = history(
        ("2026-06-29", "USD", "1.10"), ("2026-07-01", "USD", "1.20"), ("2026-07-02", "USD", "1.30")
    )
    found = {day: rates.on(date(2026, *day)).held["USD"] for day in [(6, 30), (7, 1), (7, 9)]}
    assert found == {(6, 30): Fraction("1.1"), (7, 1): Fraction("1.2"), (7, 9): Fraction("1.3")}


def test_of_two_rates_of_one_day_the_one_that_was_recorded_later_counts() -> None:
    rates = history(("2026-07-01", "USD", "1.10"), ("2026-07-01", "USD", "1.25"))
    assert rates.on(JULY).factor("USD", "EUR") == Fraction(4, 5)


def test_a_currency_without_a_rate_by_then_is_an_error_that_names_it_and_the_day() -> None:
    rates = history(("2026-07-02", "IDR", "17500"), ("2026-01-02", "USD", "1.1"))
    with pytest.raises(MissingRateError, match="rate for IDR on 1 Jul 2026 or before") as caught:
        rates.on(JULY).factor("USD", "IDR")
    assert (caught.value.currencies, caught.value.day) == (frozenset({"IDR"}), JULY)


def test_two_currencies_that_lack_a_rate_are_named_together() -> None:
    sentence = (
        "there are no exchange rates for IDR and USD on 1 Jul 2026 or before: import them with"
        " `nrrbot import rates FILE`"
    )
    with pytest.raises(MissingRateError, match=re.escape(sentence)):
        history(("2026-07-02", "USD", "1.1")).on(JULY).factor("IDR", "USD")


def test_a_currency_needs_no_rate_to_stay_what_it_is() -> None:
    assert RateHistory(None).on(JULY).factor("USD", "USD") == 1


def test_the_base_needs_no_rate_of_its_own() -> None:
    # 1 EUR buys 1.25 USD: a cent of a dollar is 0.8 of a euro's.
    assert history(("2026-07-01", "USD", "1.25")).on(JULY).factor("USD", "EUR") == Fraction(4, 5)


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [
        pytest.param("USD", "JPY", "1.2", id="a cent is 1.2 yen, where a dollar is 120"),
        pytest.param("JPY", "USD", "5/6", id="a yen is 5/6 of a cent"),
        pytest.param("USD", "KWD", "2.4", id="a cent is 2.4 fils, where a dollar is 0.240 dinar"),
        pytest.param("JPY", "KWD", "2", id="a yen is 2 fils"),
    ],
)
def test_two_currencies_cross_through_the_base_into_their_own_decimals(
    source: str, target: str, factor: str
) -> None:
    rates = history(
        *(("2026-07-01", *quote) for quote in [("USD", "1.25"), ("JPY", "150"), ("KWD", "0.3")])
    )
    assert rates.on(JULY).factor(source, target) == Fraction(factor)


def test_before_anything_is_quoted_the_foreign_currency_is_the_one_without_a_rate() -> None:
    assert RateHistory(None).currencies == frozenset()
    with pytest.raises(MissingRateError, match="rate for USD"):
        RateHistory(None).on(JULY).factor("USD", "EUR")


def test_the_base_is_one_of_the_currencies_that_can_be_asked_for() -> None:
    assert history(("2026-07-01", "USD", "1.25")).currencies == {"EUR", "USD"}


@given(st.fractions(min_value="1/1000", max_value=100_000), st.sampled_from(["EUR", "JPY", "USD"]))
def test_there_and_back_is_the_same(rate: Fraction, target: str) -> None:
    rates = DayRates(JULY, "EUR", {"USD": rate, "JPY": Fraction(150)})
    assert rates.factor("USD", target) * rates.factor(target, "USD") == 1


def test_all_currencies_can_be_converted_from_the_first_day_of_the_last_one_on() -> None:
    rates = history(("2026-01-02", "USD", "1.1"), ("2026-03-02", "JPY", "150"))
    assert rates.complete_since({"USD", "EUR"}) == date(2026, 1, 2)
    assert rates.complete_since({"USD", "JPY"}) == date(2026, 3, 2)
    assert rates.complete_since({"USD", "IDR"}) is None
