import pytest

from bot.errors import UsageError, is_expected, sentence, user_message
from metrics.errors import UnknownPeriodError
from storage.errors import (
    EmptyLedgerError,
    StoreFullError,
    StoreUnreachableError,
    WarehouseUnreachableError,
)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param(UsageError("say more?"), "Say more?", id="keeps-its-own-mark"),
        pytest.param(EmptyLedgerError(), "The ledger is empty: run `nrrbot import", id="storage"),
        pytest.param(UnknownPeriodError(), "That is not a period; try", id="metrics"),
    ],
)
def test_an_error_of_ours_speaks_for_itself(error: Exception, words: str) -> None:
    message = user_message(error, reference="0a1b2c3d")

    assert message.startswith(words)
    assert message.endswith((".", "?"))
    assert is_expected(error)


@pytest.mark.parametrize(
    "error", [StoreUnreachableError(), StoreFullError(), WarehouseUnreachableError()]
)
def test_people_are_not_told_of_settings_that_only_an_operator_has(error: Exception) -> None:
    message = user_message(error, reference="0a1b2c3d")

    assert message.startswith("I cannot get at the figures just now: try again in a few minutes.")
    assert "_URL" not in message


def test_any_other_error_gives_a_reference_and_none_of_its_own_text() -> None:
    message = user_message(KeyError("acme pays 1,000"), reference="0a1b2c3d")

    assert message == "Something went wrong on our side. It has been logged as 0a1b2c3d."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the file is empty", "The file is empty."),
        ("cohort.csv was altered", "cohort.csv was altered."),
    ],
)
def test_a_sentence_begins_with_a_capital_and_a_file_keeps_its_name(text: str, said: str) -> None:
    assert sentence(UsageError(text)) == said
