import pytest

from bot.reference.registry import COMMANDS, sub_command


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("help", ("help", "")),
        ("  HELP  example ", ("help", "example")),
        ("annualise 98 %", ("annualise", "98 %")),
        ("annualize\t0.98", ("annualize", "0.98")),
        ("", None),
        ("helpful", None),
        ("enterprise last-quarter", None),
        ("enterprise help", None),
    ],
)
def test_only_the_first_word_names_a_sub_command(
    text: str, expected: tuple[str, str] | None
) -> None:
    assert sub_command(text) == expected


def test_both_spellings_mean_the_same() -> None:
    assert COMMANDS["annualize"]("98%") == COMMANDS["annualise"]("98%")
