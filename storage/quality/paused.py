"""Accounts that are paused when months end, by themselves or with their group."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from metrics.period_grammar import shift_months
from metrics.reconciliation import Flags
from storage.columns.arrays import NEVER
from storage.columns.codec import Whole
from storage.columns.reading import ColumnReader
from storage.columns.standings import by_account
from storage.store.column_types import day_number, day_of


def paused_accounts(columns: ColumnReader, months: Sequence[date], size: int) -> Flags:
    """Tell of each account whether it is paused when each month ends.

    Parameters
    ----------
    size : int
        Number of accounts; those behind the ledger's own are never paused.

    Returns
    -------
    array of bool, shape (n_months, size)
    """
    found: Flags = np.zeros((len(months), size), np.bool_)
    spells = columns.pauses()
    for place, month in enumerate(months):
        end = shift_months(month, 1)
        day, tree = day_number(end), columns.tree(end)
        under = np.flatnonzero((spells.paused_on < day) & (spells.back_on >= day))
        found[place, spells.account[under]] = True
        if not tree.is_flat:  # a group pauses as one: whoever paid in it when that began
            since = np.full(size, NEVER)
            since[spells.account[under]] = spells.paused_on[under]
            found[place] |= _paid(columns, since[tree.roots(np.arange(size))])
    return found


def _paid(columns: ColumnReader, days: Whole) -> Flags:
    """Tell of each account whether it paid when the month of its day opened."""
    found: Flags = np.zeros(days.size, np.bool_)
    for day in np.unique(days[days != NEVER]).tolist():
        opening = columns.amounts(day_of(day).replace(day=1))
        own = by_account(opening, columns.positions(), days.size)
        found |= (days == day) & (own != 0)
    return found
