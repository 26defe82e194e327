"""Accounts of a list whose terms only follow each other: what they come to, all at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metrics.contracts.plain_columns import (
    NO_END,
    REASONS,
    PlainChanges,
    PlainColumns,
    plain_changes,
)
from metrics.contracts.terms import Cadence, TermStatus
from storage.importing.contracts.term_rows import TermRows
from storage.importing.movements import (
    NO_NUMBER,
    NOTHING,
    NUMBERS,
    FileMovements,
    Flags,
    Whole,
    of_products,
)

_UNSAID = (
    *("discount_last", "escalator", "paused_on", "resumed_on", "trial_last"),
    "past_due_since",
)
_STATUS = {status: number for number, status in enumerate(TermStatus)}
_UNTIL_TODAY = ("escalator", "past_due_since")
"""Columns whose meaning depends on the day of today."""


@dataclass(frozen=True, slots=True)
class PlainTerms:
    """Rows of plain accounts, by position and day, and the changes that they come to."""

    rows: TermRows
    changes: PlainChanges

    @classmethod
    def of(cls, rows: TermRows, *, today: int) -> "PlainTerms":
        """Work out the changes of rows that `plain_places` has found."""
        last, seats = rows.column("last"), rows.column("seats")
        columns = PlainColumns(
            account=rows.account,
            position=_positions(rows),
            start=rows.column("start"),
            last=np.where(last == NO_NUMBER, NO_END, last),
            amount=rows.column("amount"),
            cadence=rows.column("cadence"),
            seats=np.where(seats == NO_NUMBER, 0, seats),
            goes_on=rows.column("auto_renew") == 1,
        )
        return cls(rows, plain_changes(columns, today=today))

    def movements(self, today: int) -> FileMovements:
        """Build the movements; those that begin a term say its attributes with it, when due."""
        rows, changes, texts = self.rows, self.changes, self.rows.texts
        term, size = changes.term, changes.term.size
        waits = (changes.day == rows.column("start")[term]) & (changes.day > today)
        driver = np.full(len(REASONS), NOTHING)
        for number in np.unique(changes.reason).tolist():
            reason = REASONS[number]
            driver[number] = NOTHING if reason is None else texts.driver[reason.value]
        numbers = {
            **{name: rows.column(name)[term] for name in ("line", "account", "currency")},
            "product": of_products(rows.column("product")[term], texts),
            "day": changes.day,
            "amount": changes.amount,
            "driver": driver[changes.reason],
            **dict.fromkeys(("recorded", "stated_after"), np.full(size, NO_NUMBER)),
            "stated_kind": np.full(size, NOTHING),
        }
        said = [np.where(waits, values[term], NOTHING) for values in rows.attributes]
        return FileMovements.of(texts, [None] * size, [*(numbers[name] for name in NUMBERS), *said])


def plain_places(rows: TermRows, busy: Sequence[int]) -> Whole:
    """Find the rows of accounts that have none but plain terms, by position and day.

    Terms are plain when those of one product and currency do not overlap, and say of themselves no
    more than what is paid until when, and whether they renew themselves.

    Parameters
    ----------
    busy : sequence of int
        Accounts of which the ledger holds something.
    """
    order = np.lexsort((rows.column("start"), _positions(rows)))
    is_wrong = ~(_is_plain(rows)[order] & _is_apart(rows, order))
    wrong = np.zeros(len(rows.texts.account.names) + 1, bool)
    wrong[rows.account[order][is_wrong]] = True
    wrong[list(busy)] = True
    found: Whole = order[~wrong[rows.account[order]]]
    return found


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
        is_same[rows.account[rows.column(name) != NO_NUMBER]] = False
    places = places[is_same[rows.account[places]]]
    of_held = of_held[is_same[held.account[of_held]]]
    differs = np.zeros(places.size, bool)
    for ours, theirs in zip(rows.says(places), held.says(of_held), strict=True):
        differs |= ours != theirs
    is_same[rows.account[places[differs]]] = False
    found: Flags = is_same[rows.account]
    return found


def _in_order(rows: TermRows) -> Whole:
    names = ("seats", "amount", "currency", "product", "start", "account")
    return np.lexsort([*map(rows.column, names)])


def _positions(rows: TermRows) -> Whole:
    """Give a number to each account's products and currencies; accounts stay in order."""
    texts = rows.texts
    products = rows.account * (len(texts.product.names) + 1) + rows.column("product") + 1
    found: Whole = products * len(texts.currency.names) + rows.column("currency")
    return found


def _is_plain(rows: TermRows) -> Flags:
    last, status, cadence = map(rows.column, ("last", "status", "cadence"))
    ends = (last != NO_NUMBER) & (rows.column("auto_renew") != 1)
    found = np.where(last == NO_NUMBER, cadence > Cadence.TOTAL, last > rows.column("start"))
    found &= (rows.column("amount") > 0) & (cadence != Cadence.ONCE.value)
    # A notice changes nothing where the end is known.
    found &= (status == _STATUS[TermStatus.ACTIVE]) | (
        ends & (status == _STATUS[TermStatus.CANCELLED])
    )
    found &= ends | (rows.column("cancelled_on") == NO_NUMBER)
    for name in ("discount", "discount_share", "is_usage"):
        found &= rows.column(name) == 0
    for name in _UNSAID:
        found &= rows.column(name) == NO_NUMBER
    if any(rows.amends):
        found &= np.array([not amends for amends in rows.amends], bool)
    plain: Flags = found
    return plain


def _is_apart(rows: TermRows, order: Whole) -> Flags:
    """Tell of rows by position and day whether each follows the one before it."""
    position, start, last = (
        each[order] for each in (_positions(rows), rows.column("start"), rows.column("last"))
    )
    goes_on = rows.column("auto_renew")[order] == 1
    # One that renews itself fills the gap, if there is any.
    is_later = (start[1:] > last[:-1]) & (last[:-1] != NO_NUMBER)
    is_later &= ~goes_on[:-1] | (start[1:] == last[:-1] + 1)
    return np.append(np.ones(min(1, order.size), bool), is_later | (position[1:] != position[:-1]))
