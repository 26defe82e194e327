"""Accounts of a list whose terms are of usual kinds: what they come to, all at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from metrics.contracts.chains import NO_NAME, Chains, NamedTerms, chains_of
from metrics.contracts.discounts import Discounts
from metrics.contracts.plain_columns import DAYS, NO_END, PlainColumns
from metrics.contracts.schedules import REASONS, PlainChanges, schedules
from metrics.contracts.span_columns import TermColumns
from metrics.contracts.terms import STATUSES, Cadence, TermStatus
from storage.importing.contracts.term_rows import TermRows
from storage.importing.movements import (
    NO_NUMBER,
    NOTHING,
    FileMovements,
    Flags,
    Texts,
    Whole,
    of_products,
)

_UNSAID = ("escalator", "paused_on", "resumed_on", "trial_last", "past_due_since")
_MOST_DISCOUNTED = 10**10  # minor units: their parts are counted in 64 bits


@dataclass(frozen=True, slots=True)
class PlainTerms:
    """Rows of plain accounts, in the order of the list, and the changes that they come to."""

    rows: TermRows
    changes: PlainChanges

    @classmethod
    def of(cls, rows: TermRows, *, busy: Sequence[int], today: int) -> Self:
        """Find the rows of accounts with none but usual terms and fees, and their changes.

        Parameters
        ----------
        busy : sequence of int
            Accounts of which the ledger holds something.
        """
        counts = _counts(rows)
        is_wrong = ~np.where(counts, _is_usual(rows), _is_beside(rows))
        is_wrong[_repeated(rows)] = True
        rows = _without_accounts(rows, is_wrong | np.isin(rows.account, busy))
        counted = np.flatnonzero(_counts(rows))
        some = rows.pick(counted)
        columns = _columns(some)
        unknown = np.zeros(len(rows), bool)
        unknown[counted] = columns.is_unclear | ~_is_known(some, columns)
        usual = _without_accounts(rows, unknown)
        if len(usual) < len(rows):
            counted = np.flatnonzero(_counts(usual))
            columns = _columns(usual.pick(counted))
        changes = schedules(columns, today=today)
        return cls(usual, replace(changes, term=counted[changes.term]))

    def movements(self, today: int) -> FileMovements:
        """Build the movements; those that begin a term say its attributes with it, when due."""
        rows, changes, texts = self.rows, self.changes, self.rows.texts
        term = changes.term
        waits = (changes.day == rows.start[term]) & (changes.day > today)
        driver = np.full(len(REASONS), NOTHING)
        for number in np.unique(changes.reason).tolist():
            reason = REASONS[number]
            driver[number] = NOTHING if reason is None else texts.driver[reason.value]
        numbers = {
            **{name: getattr(rows, name)[term] for name in ("line", "account", "currency")},
            "product": of_products(rows.product[term], texts),
            "day": changes.day,
            "amount": changes.amount,
            "driver": driver[changes.reason],
        }
        said = [np.where(waits, values[term], NOTHING) for values in rows.attributes.values()]
        return FileMovements.stating(texts, numbers, said)


def _positions(rows: TermRows) -> Whole:
    """Give a number to each account's products and currencies; accounts stay in order."""
    texts = rows.texts
    products = rows.account * (len(texts.product.names) + 1) + rows.product + 1
    found: Whole = products * len(texts.currency.names) + rows.currency
    return found


def _without_accounts(rows: TermRows, is_wrong: Flags) -> TermRows:
    wrong = np.zeros(len(rows.texts.account.names) + 1, bool)
    wrong[rows.account[is_wrong]] = True
    return rows.pick(np.flatnonzero(~wrong[rows.account]))


def _columns(rows: TermRows) -> TermColumns:
    chains, seats = _chains(rows), rows.seats
    return TermColumns(
        plain=PlainColumns(
            account=rows.account,
            position=_positions(rows),
            start=rows.start,
            last=chains.last,
            amount=rows.amount,
            cadence=rows.cadence,
            seats=np.where(seats == NO_NUMBER, 0, seats),
            goes_on=chains.goes_on,
        ),
        discounts=Discounts(rows.discount, rows.discount_share, _ends(rows.discount_last)),
        chains=chains,
    )


def _chains(rows: TermRows) -> Chains:
    start, last, goes_on = rows.start, _ends(rows.last), rows.auto_renew
    if not any(rows.amends):
        return Chains.without(start, last, goes_on == 1)
    contracts = Texts()
    return chains_of(
        NamedTerms(
            account=rows.account,
            contract=_named(contracts, rows.contract),
            amends=_named(contracts, rows.amends),
            product=rows.product,
            start=start,
            last=last,
            goes_on=np.where(goes_on == NO_NUMBER, NO_NAME, goes_on),
        )
    )


def _ends(days: Whole) -> Whole:
    return np.where(days == NO_NUMBER, NO_END, days)


def _named(contracts: Texts, ids: Sequence[str | None]) -> Whole:
    return np.array([contracts[key] if key else NO_NAME for key in ids], np.int64)


def _counts(rows: TermRows) -> Flags:
    """Tell what can be MRR: no fee, trial or mere offer."""
    found: Flags = rows.cadence != Cadence.ONCE.value
    for status in (TermStatus.TRIAL, TermStatus.UNSIGNED):
        found &= rows.status != STATUSES.index(status)
    return found


def _is_beside(rows: TermRows) -> Flags:
    """Tell of rows that are no MRR whether they change nothing of the terms beside them."""
    found: Flags = rows.is_usage == 0
    if any(rows.amends):
        found &= np.array([not amends for amends in rows.amends], bool)
    return found


def _is_usual(rows: TermRows) -> Flags:
    status, amount = rows.status, rows.amount
    found = amount > 0
    found &= np.isin(
        status, [STATUSES.index(TermStatus.ACTIVE), STATUSES.index(TermStatus.CANCELLED)]
    )
    found &= (rows.is_usage == 0) & (rows.seats != 0)
    for discount in (rows.discount, rows.discount_share):
        found &= (discount == 0) | (amount <= _MOST_DISCOUNTED)
    for name in _UNSAID:
        found &= getattr(rows, name) == NO_NUMBER
    usual: Flags = found
    return usual


def _is_known(rows: TermRows, columns: TermColumns) -> Flags:
    """Tell of which terms the end is known, or that they have none."""
    plain = columns.plain
    is_open = plain.last == NO_END
    # A notice changes nothing where the end is known.
    has_notice = rows.status == STATUSES.index(TermStatus.CANCELLED)
    has_notice |= rows.cancelled_on != NO_NUMBER
    found = np.where(is_open, plain.cadence > Cadence.TOTAL, plain.last >= plain.start)
    found &= ~has_notice | (~is_open & ~plain.goes_on)
    known: Flags = found
    return known


def _repeated(rows: TermRows) -> Whole:
    """Find terms, and fees, that begin together with another one of the same contract."""
    begins = _positions(rows) * DAYS + rows.start
    begins = 2 * begins + (rows.cadence == Cadence.ONCE.value)
    order = np.argsort(begins, kind="stable")
    again = np.flatnonzero(begins[order][1:] == begins[order][:-1])
    if not again.size:
        return again
    some = order[np.union1d(again, again + 1)]
    contracts = _named(Texts(), [rows.contract[row] for row in some.tolist()])
    by_contract = np.lexsort((contracts, begins[some]))
    same = [one[by_contract][1:] == one[by_contract][:-1] for one in (begins[some], contracts)]
    found: Whole = some[by_contract][1:][same[0] & same[1]]
    return found
