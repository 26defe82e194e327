import re

import pytest

from bot.message import Message
from bot.reference.help_message import example_message, help_message
from tests.slack.block_kit import find_errors

BOTH = [
    pytest.param(help_message(), id="help"),
    pytest.param(example_message(), id="example"),
]


def test_the_worked_example_comes_to_the_guides_figures() -> None:
    said = example_message().text

    for figure in ("200 customers", "$1,000,000.00", "$50,000.00", "$15,000.00", "$20,000.00"):
        assert figure in said
    for ratio in ("NRR 101.5%", "GRR 96.5%", "119.6%", "$1,015,000.00"):
        assert ratio in said


def test_help_says_how_to_ask_and_who_sees_the_answer() -> None:
    said = help_message().text

    assert "/nrr enterprise last-quarter" in said
    assert "/nrr annualise 98%" in said
    assert "Only you see" in said
    assert "/nrr trend by segment 24m" in said
    assert "rolling-3m" in said


@pytest.mark.parametrize("message", BOTH)
def test_slack_takes_it(message: Message) -> None:
    assert find_errors(list(message.blocks)) == []


@pytest.mark.parametrize("message", BOTH)
def test_nothing_in_it_could_be_taken_for_markup(message: Message) -> None:
    assert not re.search(r"[&<>]", message.text)
