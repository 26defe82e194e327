import pytest

from bot.reference.help import help_with
from bot.reference.help_message import example_message, help_message


@pytest.mark.parametrize("rest", ["example", "EXAMPLE"])
def test_help_example_is_the_worked_example(rest: str) -> None:
    assert help_with(rest) == example_message()


@pytest.mark.parametrize("rest", ["", "me", "example please"])
def test_any_other_help_says_what_can_be_asked(rest: str) -> None:
    assert help_with(rest) == help_message()
