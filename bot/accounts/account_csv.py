"""Accounts as a CSV file that no spreadsheet runs as formulas."""

import csv
import re
from typing import TextIO

from bot.accounts.account_table import AccountTable

# Spreadsheets skip blanks before a formula, and some read the full-width signs of East Asia.
_STARTS_A_FORMULA = re.compile(r"[\s\ufeff\u200b]*[\x00-\x1f=+\-@\uff1d\uff0b\uff0d\uff20]")


def write_csv(table: AccountTable, file: TextIO) -> None:
    """Write a table, its columns first."""
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)  # an id such as 0042 is no number
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow(inert(cell) if isinstance(cell, str) else cell for cell in row)


def inert(text: str) -> str:
    """Quote a text that a spreadsheet would run as a formula."""
    return f"'{text}" if _STARTS_A_FORMULA.match(text) else text
