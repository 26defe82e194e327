from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.reference.command import COMMANDS, annualise, help_with, parse_rate
from bot.reference.help_message import example_message, help_message


@pytest.mark.parametrize(
    ("typed", "ratio"),
    [
        ("98%", Fraction(98, 100)),
        ("98 %", Fraction(98, 100)),
        ("98", Fraction(98, 100)),
        ("0.98", Fraction(98, 100)),
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


@given(st.text(max_size=40))
def test_no_text_breaks_it(typed: str) -> None:
    try:
        said = annualise(typed).text
    except UsageError:
        return
    assert "a month compounds to" in said


def test_both_spellings_mean_the_same() -> None:
    assert COMMANDS["annualize"]("98%") == COMMANDS["annualise"]("98%")


@pytest.mark.parametrize("rest", ["example", "EXAMPLE"])
def test_help_example_is_the_worked_example(rest: str) -> None:
    assert help_with(rest) == example_message()


@pytest.mark.parametrize("rest", ["", "me", "example please"])
def test_any_other_help_says_what_can_be_asked(rest: str) -> None:
    assert help_with(rest) == help_message()
