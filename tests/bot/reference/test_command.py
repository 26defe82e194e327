from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.command_places import CommandPlace
from bot.errors import UsageError
from bot.reference.command import annualise, parse_rate
from bot.style.rendering import message_of


@pytest.mark.parametrize(
    ("typed", "ratio"),
    [
        ("98%", Fraction(98, 100)),
        ("98 %", Fraction(98, 100)),
        ("98", Fraction(98, 100)),
        ("0.98", Fraction(98, 100)),
        ("0,98", Fraction(98, 100)),
        ("98,5 %", Fraction(985, 1000)),
        (" .98 ", Fraction(98, 100)),
        ("1.015", Fraction(1015, 1000)),
        ("101.5%", Fraction(1015, 1000)),
        ("1", Fraction(1)),
        ("1%", Fraction(1, 100)),
        ("1000%", Fraction(10)),
    ],
)
def test_a_rate_is_read_as_people_write_it(typed: str, ratio: Fraction) -> None:
    assert parse_rate(typed) == ratio


NO_RATES = ("", "0", "0%", "-5%", "1000.1%", "1e9", "nan", "inf", "98%%", "98% 99%", "1,000%")
HOSTILE = ("9" * 400, f"1.{'0' * 400}", "\u0669\u0668%", "'; drop table", "\x00", "98\u202e%")


@pytest.mark.parametrize("typed", [*NO_RATES, *HOSTILE])
def test_anything_else_gets_the_line_to_type(typed: str) -> None:
    with pytest.raises(UsageError, match="annualise 98%"):
        annualise(typed)


def test_the_line_to_type_is_that_of_the_place_where_it_is_read() -> None:
    with pytest.raises(UsageError, match=r'`nrrbot ask "annualise 98%"` or'):
        annualise("all", place=CommandPlace.TERMINAL)
    with pytest.raises(UsageError, match=r"`/nrr annualise 98%` or `/nrr annualise 0.98`"):
        annualise("all")


@given(st.text(max_size=40))
def test_no_text_breaks_it(typed: str) -> None:
    try:
        said = message_of(annualise(typed)).text
    except UsageError:
        return
    assert "a month compounds to" in said
