"""Accounts as a workbook: texts are texts and amounts numbers, whatever they look like."""

from datetime import datetime
from io import BytesIO

from xlsxwriter import Workbook

from bot.accounts.account_table import AccountTable
from bot.errors import UsageError
from metrics.money import minor_digits

MOST_ROWS = 1_048_575  # of a sheet, below its header
_WIDTH = 16  # letters


def account_workbook(table: AccountTable, *, currency: str, made: datetime) -> bytes:
    """Write a table as an XLSX file; the same table gives the same bytes.

    Raises
    ------
    UsageError
        If a sheet has fewer rows.
    """
    if len(table.rows) > MOST_ROWS:
        raise UsageError(f"a workbook holds {MOST_ROWS:,} accounts: write a CSV file instead")
    file, digits = BytesIO(), minor_digits(currency)
    with Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": made.replace(tzinfo=None)})
        head = book.add_format({"bold": True, "bottom": 1})
        money = book.add_format({"num_format": f"#,##0{'.' * bool(digits)}{'0' * digits}"})
        sheet = book.add_worksheet("Accounts")
        sheet.set_column(0, len(table.columns) - 1, _WIDTH)
        sheet.freeze_panes(1, 1)
        for column, name in enumerate(table.columns):
            sheet.write_string(0, column, name, head)
        for at, row in enumerate(table.rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(at, column, cell)
                else:
                    sheet.write_number(at, column, cell, None if isinstance(cell, int) else money)
    return file.getvalue()
