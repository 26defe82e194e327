"""Accounts that no list has, as a list of accounts for a person to complete and import."""

import csv
from collections.abc import Sequence
from typing import TextIO

from bot.accounts.account_csv import inert
from bot.data_quality.wording import called
from bot.style.figures import money
from storage.quality.accounts import Unmatched

COLUMNS = ("account_id", "parent_id", "valid_from", "note_likely_parent_id", "note")
"""Columns of notes are left out by an import: who a parent is, a person decides."""


def write_unmatched(accounts: Sequence[Unmatched], *, currency: str, file: TextIO) -> int:
    """Write one row per account, with its likely parent beside the cell that is to be filled.

    Returns
    -------
    int
        How many were left out, because a spreadsheet would run their id as a formula.
    """
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)  # an id such as 0042 is no number
    writer.writerow(COLUMNS)
    sound = [one for one in accounts if _is_plain(one)]
    for one in sound:
        likely = one.likely.account_id if one.likely else ""
        writer.writerow((one.account.account_id, "", "", likely, inert(_note(one, currency))))
    return len(accounts) - len(sound)


def _is_plain(one: Unmatched) -> bool:
    ids = [one.account.account_id, *([one.likely.account_id] if one.likely else [])]
    return all(inert(each) == each for each in ids)


def _note(one: Unmatched, currency: str) -> str:
    likely = f", likely {called(one.likely)}" if one.likely else ""
    paid = money(one.account.mrr, currency)
    return f"{called(one.account)} of {one.source}, {paid} MRR{likely}"
