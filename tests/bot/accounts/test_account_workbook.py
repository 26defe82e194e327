from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from bot.accounts import account_workbook as module
from bot.accounts.account_table import AccountTable
from bot.accounts.account_workbook import account_workbook
from bot.errors import UsageError

MADE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def table(*rows: tuple[str | int | Decimal, ...]) -> AccountTable:
    return AccountTable(("account_id", "opening_mrr", "score"), rows)


def read(book: bytes) -> list[list[object]]:
    found = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_name("Accounts")
    return [list(row) for row in found.to_python(skip_empty_area=False)]


def test_texts_stay_texts_and_amounts_are_numbers() -> None:
    rows = table(("0042", Decimal("1234567890.12"), 7), ('=HYPERLINK("x")', Decimal("0.01"), 1))

    assert read(account_workbook(rows, currency="USD", made=MADE)) == [
        ["account_id", "opening_mrr", "score"],
        ["0042", 1234567890.12, 7],
        ['=HYPERLINK("x")', 0.01, 1],
    ]


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_the_same_list_gives_the_same_bytes(currency: str) -> None:
    rows = table(("a", Decimal(5), 1))

    first = account_workbook(rows, currency=currency, made=MADE)

    assert account_workbook(rows, currency=currency, made=MADE) == first


def test_more_accounts_than_a_sheet_has_rows_want_another_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 1)

    with pytest.raises(UsageError, match="a workbook holds 1 accounts: write a CSV file instead"):
        account_workbook(table(("a", 1, 1), ("b", 1, 1)), currency="USD", made=MADE)
