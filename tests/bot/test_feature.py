import pytest

from bot.feature import QUESTION, split_command

NAMES = {"help", "annualise", "annualize"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("help", ("help", "")),
        ("  HELP  example ", ("help", "example")),
        ("annualise 98 %", ("annualise", "98 %")),
        ("annualize\t0.98", ("annualize", "0.98")),
        ("", (QUESTION, "")),
        ("helpful", (QUESTION, "helpful")),
        ("enterprise last-quarter", (QUESTION, "enterprise last-quarter")),
        ("enterprise help", (QUESTION, "enterprise help")),
    ],
)
def test_only_the_first_word_names_a_command(text: str, expected: tuple[str, str]) -> None:
    assert split_command(text, NAMES) == expected
