"""Accounts of a list whose terms only follow each other: what they come to, all at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metrics.contracts.plain_columns import PlainChanges, PlainColumns, plain_changes
from metrics.contracts.terms import Cadence, TermStatus
from metrics.drivers import KnownDriver
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
    *("discount_last", "escalator", "cancelled_on", "paused_on", "resumed_on", "trial_last"),
    "past_due_since",
)
_COLUMNS = ("account", "start", "last", "amount", "cadence")


@dataclass(frozen=True, slots=True)
class PlainTerms:
    """Rows of plain accounts, by account and day, and the changes that they come to."""

    rows: TermRows
    changes: PlainChanges

    @classmethod
    def of(cls, rows: TermRows, *, today: int) -> "PlainTerms":
        """Work out the changes of rows that `plain_places` has found."""
        columns = PlainColumns(*map(rows.column, _COLUMNS))
        return cls(rows, plain_changes(columns, today=today))

    def movements(self, today: int) -> FileMovements:
        """Build the movements; those that begin a term say its attributes with it, when due."""
        rows, changes, texts = self.rows, self.changes, self.rows.texts
        term, size = changes.term, changes.term.size
        waits = ~changes.is_end & (changes.day > today)
        ended = texts.driver[KnownDriver.NOT_RENEWED.value] if changes.is_end.any() else NOTHING
        numbers = {
            **{name: rows.column(name)[term] for name in ("line", "account", "currency")},
            "product": of_products(rows.column("product")[term], texts),
            "day": changes.day,
            "amount": changes.amount,
            "driver": np.where(changes.is_end, ended, NOTHING),
            **dict.fromkeys(("recorded", "stated_after"), np.full(size, NO_NUMBER)),
            "stated_kind": np.full(size, NOTHING),
        }
        said = [np.where(waits, values[term], NOTHING) for values in rows.attributes]
        return FileMovements.of(texts, [None] * size, [*(numbers[name] for name in NUMBERS), *said])


def plain_places(rows: TermRows, busy: Sequence[int]) -> Whole:
    """Find the rows of accounts that have none but plain terms, by account and day.

    Terms are plain when those of an account are of one product and currency, do not overlap, and
    say of themselves no more than what is paid until when.

    Parameters
    ----------
    busy : sequence of int
        Accounts of which the ledger holds something.
    """
    order = np.lexsort((rows.column("start"), rows.column("account")))
    account = rows.column("account")[order]
    is_wrong = ~(_is_plain(rows)[order] & _is_apart(rows, order))
    wrong = np.zeros(len(rows.texts.account.names) + 1, bool)
    wrong[account[is_wrong]] = True
    wrong[list(busy)] = True
    found: Whole = order[~wrong[account]]
    return found


def unchanged(rows: TermRows, held: TermRows) -> Flags:
    """Tell which rows of plain accounts are of one whose terms are all held as they are.

    What they come to is held, too, or waits for its day: it depends on nothing else.

    Parameters
    ----------
    rows : TermRows
        Those that `plain_places` has found.
    held : TermRows
        The terms that the ledger holds of these accounts, and maybe of others.
    """
    order = np.lexsort((held.column("start"), held.column("account")))
    own = held.pick(order[np.isin(held.column("account")[order], rows.column("account"))])
    size = len(rows.texts.account.names) + 1
    counts, others = (np.bincount(one.column("account"), minlength=size) for one in (rows, own))
    is_same = (counts == others) & (counts > 0)
    places, of_held = (np.flatnonzero(is_same[one.column("account")]) for one in (rows, own))
    differs = np.zeros(places.size, bool)
    for ours, theirs in zip(rows.says(places), own.says(of_held), strict=True):
        differs |= ours != theirs
    is_same[rows.column("account")[places[differs]]] = False
    found: Flags = is_same[rows.column("account")]
    return found


def _is_plain(rows: TermRows) -> Flags:
    last = rows.column("last")
    found = (last != NO_NUMBER) & (last > rows.column("start")) & (rows.column("amount") > 0)
    found &= rows.column("cadence") != Cadence.ONCE.value
    found &= rows.column("status") == list(TermStatus).index(TermStatus.ACTIVE)
    found &= np.isin(rows.column("auto_renew"), (NO_NUMBER, 0))
    for name in ("discount", "discount_share", "is_usage"):
        found &= rows.column(name) == 0
    for name in _UNSAID:
        found &= rows.column(name) == NO_NUMBER
    if any(rows.amends):
        found &= np.array([not amends for amends in rows.amends], bool)
    plain: Flags = found
    return plain


def _is_apart(rows: TermRows, order: Whole) -> Flags:
    """Tell of rows by account and day whether each follows the one before it."""
    account, start, last, product, currency, seats = (
        rows.column(name)[order]
        for name in ("account", "start", "last", "product", "currency", "seats")
    )
    is_apart = (start[1:] > last[:-1]) & (product[1:] == product[:-1])
    is_apart &= currency[1:] == currency[:-1]
    # Seats tell why the MRR has changed, where one term joins the other.
    is_apart &= (start[1:] > last[:-1] + 1) | (seats[1:] == NO_NUMBER) | (seats[:-1] == NO_NUMBER)
    return np.append(np.ones(min(1, account.size), bool), is_apart | (account[1:] != account[:-1]))
