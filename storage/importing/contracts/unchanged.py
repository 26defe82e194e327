"""Accounts of a list whose terms the ledger holds as they are: there is nothing to compare."""

from collections.abc import Sequence

import numpy as np

from storage.importing.contracts.term_rows import TermRows
from storage.importing.movements import NO_NUMBER, Flags, Whole

_UNTIL_TODAY = ("escalator", "past_due_since")
"""Columns whose meaning depends on the day of today."""


def unchanged(rows: TermRows, held: TermRows, busy: Sequence[int]) -> Flags:
    """Tell which rows are of accounts whose terms are all held as they are.

    What they come to is held, too, or waits for its day: it depends on nothing else.

    Parameters
    ----------
    held : TermRows
        The terms that the ledger holds of these accounts, and maybe of others.
    busy : sequence of int
        Accounts that have lost a contract.
    """
    if not len(held):
        return np.zeros(len(rows), bool)
    places, of_held = _in_order(rows), _in_order(held)
    of_held = of_held[np.isin(held.account[of_held], rows.account)]
    size = len(rows.texts.account.names) + 1
    counts = np.bincount(rows.account, minlength=size)
    is_same = (counts > 0) & (counts == np.bincount(held.account[of_held], minlength=size))
    is_same[list(busy)] = False
    for name in _UNTIL_TODAY:
        is_same[rows.account[getattr(rows, name) != NO_NUMBER]] = False
    places = places[is_same[rows.account[places]]]
    of_held = of_held[is_same[held.account[of_held]]]
    differs = np.zeros(places.size, bool)
    for ours, theirs in zip(rows.says(places), held.says(of_held), strict=True):
        differs |= ours != theirs
    is_same[rows.account[places[differs]]] = False
    found: Flags = is_same[rows.account]
    return found


def _in_order(rows: TermRows) -> Whole:
    keys = rows.seats, rows.amount, rows.currency, rows.product, rows.start, rows.account
    return np.lexsort(keys)
