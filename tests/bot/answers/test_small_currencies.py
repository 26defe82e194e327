"""What exchange rates changed, for people without account detail: they know the rates."""

from pathlib import Path

import pytest

from bot.access.visibility import EVERYTHING
from bot.answers.answer import Answer
from bot.answers.answers import Answers
from tests.bot.small_company import answers_from, small_company
from tests.storage.ledger.test_currencies import quote

HEADER = "account_id,date,amount,currency,segment"


def company(folder: Path, *, euros: int) -> Answers:
    """Return the answers of 12 accounts that pay dollars, and of some that pay euros."""
    rows = [f"u{number},2025-01-05,100,USD,smb" for number in range(6)]
    rows += [f"m{number},2025-01-05,100,USD,mid" for number in range(6)]
    rows += [f"e{number},2025-01-05,100,EUR,smb" for number in range(euros)]
    store = small_company(folder, "\n".join([HEADER, *rows, ""]))
    quote(store, "2025-01-01 USD 1.25", "2026-09-20 USD 1.20")
    return answers_from(store)


def rates_changed(answers: Answers, asked: str, *, sees_accounts: bool = False) -> int | None:
    seen = EVERYTHING if sees_accounts else EVERYTHING.without_accounts()
    reply = answers.reply(asked, visibility=seen)
    assert isinstance(reply, Answer)
    return reply.memo.fx


@pytest.mark.parametrize("asked", ["2026-Q3", "2026-Q3 in EUR"])
def test_of_few_accounts_in_a_currency_nothing_is_told_by_the_rates(
    tmp_path: Path, asked: str
) -> None:
    answers = company(tmp_path, euros=4)

    assert rates_changed(answers, asked, sees_accounts=True)
    assert rates_changed(answers, asked) is None


def test_five_accounts_in_each_currency_are_told_but_of_no_part(tmp_path: Path) -> None:
    answers = company(tmp_path, euros=5)

    assert rates_changed(answers, "2026-Q3") == -25_00  # 500 euros lose five cents each
    assert rates_changed(answers, "smb 2026-Q3", sees_accounts=True) == -25_00
    assert rates_changed(answers, "smb 2026-Q3") is None  # the others follow from the whole
