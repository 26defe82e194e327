"""Accounts as a CSV file that no spreadsheet runs as formulas."""

import csv
import re
from collections.abc import Iterable
from typing import TextIO

from metrics.money import to_major
from storage.ledger.account_changes import AccountChange
from storage.ledger.ranked_accounts import RankedAccount

LIST_COLUMNS = (
    *("account_id", "name", "opening_mrr", "closing_mrr", "currency", "outcome", "change_mrr"),
    *("driver", "owner"),
)
RANKING_COLUMNS = ("account_id", "name", "mrr", "currency", "score", "signs", "owner")
RETAINED = "retained"
# Spreadsheets skip blanks before a formula, and some read the full-width signs of East Asia.
_STARTS_A_FORMULA = re.compile(r"[\s\ufeff\u200b]*[\x00-\x1f=+\-@\uff1d\uff0b\uff0d\uff20]")


def write_accounts(accounts: Iterable[AccountChange], *, currency: str, file: TextIO) -> None:
    """Write one row per account of a list, amounts in major units, with its largest driver."""
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)  # an id such as 0042 is no number
    writer.writerow(LIST_COLUMNS)
    for one in accounts:
        driver, owner = next(iter(one.drivers), ""), one.attributes.get("owner", "")
        ends = (to_major(minor, currency) for minor in (one.opening, one.closing))
        told = (one.moved or RETAINED, to_major(one.change, currency), inert(driver), inert(owner))
        writer.writerow((inert(one.account_id), inert(one.name or ""), *ends, currency, *told))


def write_ranking(accounts: Iterable[RankedAccount], *, currency: str, file: TextIO) -> None:
    """Write one row per account of a ranked list, with every sign and its weight."""
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(RANKING_COLUMNS)
    for one in accounts:
        signs = ", ".join(f"{shown.sign} +{shown.weight}" for shown in one.signs)
        known = inert(one.account_id), inert(one.name or ""), to_major(one.mrr, currency), currency
        writer.writerow((*known, one.score, signs, inert(one.attributes.get("owner", ""))))


def inert(text: str) -> str:
    """Quote a text that a spreadsheet would run as a formula."""
    return f"'{text}" if _STARTS_A_FORMULA.match(text) else text
