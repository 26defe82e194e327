"""Another system's monthly totals beside those of the ledger."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from metrics.exact_sums import sum_by
from metrics.period_grammar import months_from, shift_months
from metrics.reconciliation import AccountBooks, MonthComparison, compare_accounts
from storage.columns.codec import Whole
from storage.columns.labels import read_currencies
from storage.columns.reading import ColumnReader
from storage.importing.identity.held import read_all_identities
from storage.importing.movements import NOTHING
from storage.quality.paused import paused_accounts
from storage.quality.segments import values_at
from storage.quality.totals_file import ALL, OtherTotals
from storage.store.column_types import day_number, day_of
from storage.store.statements import binary_rows

Amounts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The comparison of another system with the ledger, month by month.

    ``later`` are months of the file that are not over here, ``missing`` those between its first and
    last that it does not state. ``only_here`` are currencies that the file does not name.
    """

    months: tuple[MonthComparison, ...]
    by_segment: tuple[MonthComparison, ...]
    has_accounts: bool
    later: tuple[date, ...]
    missing: tuple[date, ...]
    only_here: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return all(one.agrees for one in (*self.months, *self.by_segment))


def reconcile(session: Session, other: OtherTotals, *, dimension: str, end: date) -> Reconciliation:
    """Compare the totals of a file with the MRR of the ledger at the end of months.

    Parameters
    ----------
    end : date
        The first day without data: a month that ends later is not compared.
    """
    return _Beside(session, other, dimension, end).compared()


class _Beside:
    """Both systems in arrays by month and account: the ledger's accounts, then the file's own."""

    def __init__(self, session: Session, other: OtherTotals, dimension: str, end: date) -> None:
        self._session, self._other, self._dimension = session, other, dimension
        self._columns, self._codes = ColumnReader(session), read_currencies(session)
        stated = sorted({day_of(day) for day in np.unique(other.rows.day).tolist()})
        first = shift_months(stated[0], -1)
        self._months = [*months_from(first, shift_months(stated[-1], 2))]
        self._known = sum(shift_months(month, 1) <= end for month in self._months)
        self._stated = frozenset(self._months.index(month) for month in stated)
        self._accounts = [*_names(session)] if other.has_accounts else [ALL]

    def compared(self) -> Reconciliation:
        months = self._months
        inside = range(min(self._stated), max(self._stated) + 1)
        over = [place for place in self._stated if place < self._known]
        return Reconciliation(
            months=self._by_account() if self._other.has_accounts else self._totals(None),
            by_segment=() if self._other.segment is None else self._totals(self._other.segment),
            has_accounts=self._other.has_accounts,
            later=tuple(months[place] for place in sorted(self._stated) if place not in over),
            missing=tuple(months[place] for place in inside if place not in self._stated),
            only_here=tuple(sorted({*self._codes} - {*self._other.rows.texts.currency.names})),
        )

    def _by_account(self) -> tuple[MonthComparison, ...]:
        rows, known = self._other.rows, {name: n for n, name in enumerate(self._accounts)}
        ours = read_all_identities(self._session)
        names = (
            name if name in known else ours.get(name, name) for name in rows.texts.account.names
        )
        number = np.array([known.setdefault(name, len(known)) for name in names], np.int64)
        size, account = len(known), number[rows.account]
        place = self._places()
        currencies = sorted({*self._codes, *rows.texts.currency.names})
        there = {}
        for code in currencies:
            own = np.flatnonzero(rows.currency == rows.texts.currency.get(code, NOTHING - 1))
            cells = place[own] * size + account[own]
            total = sum_by(cells, rows.amount[own], len(self._months) * size)
            there[code] = total.reshape(len(self._months), size)
        here = {code: self._held(code, size) for code in currencies}
        books = AccountBooks(
            accounts=[*known],
            months=self._months,
            stated=self._stated,
            known=self._known,
            there=there,
            here=here,
            paused=paused_accounts(self._columns, self._months, size),
        )
        return compare_accounts(books)

    def _places(self) -> Whole:
        """Find the place of the month of each row of the file."""
        days = np.array([day_number(month) for month in self._months])
        return np.searchsorted(days, self._other.rows.day)

    def _held(self, code: str, size: int) -> Amounts:
        found: Amounts = np.zeros((len(self._months), size), np.int64)
        if code not in self._codes:
            return found
        positions = self._columns.positions()
        own = np.flatnonzero(positions.currency == self._codes.index(code))
        for place in range(self._known):
            amounts = self._closing(self._months[place])[own]
            found[place] = sum_by(positions.owner[own], amounts, size)
        return found

    def _closing(self, month: date) -> Whole:
        """Read the MRR of each position at the end of a month."""
        # Behind the last start that is built nothing moves: it is behind every movement.
        return self._columns.amounts(min(shift_months(month, 1), self._columns.built_through))

    def _totals(self, segment: str | None) -> tuple[MonthComparison, ...]:
        theirs = self._there(segment)
        ours = self._here(is_split=segment is not None)
        wanted = {key for key in theirs if self._months.index(key[0]) < self._known}
        # What the file does not name at all in a month that it states is compared with nothing.
        split = {key for key in ours if segment is not None and self._is_stated(key[0])}
        return tuple(
            MonthComparison(
                month=month,
                segment=None if segment is None else value,
                currency=code,
                there=theirs[month, value, code],
                here=ours[month, value, code],
            )
            for month, value, code in sorted(wanted | split)
            if theirs[month, value, code] or ours[month, value, code]
        )

    def _is_stated(self, month: date) -> bool:
        return self._months.index(month) in self._stated

    def _there(self, segment: str | None) -> Counter[tuple[date, str, str]]:
        rows, found = self._other.rows, Counter[tuple[date, str, str]]()
        values = rows.texts.values[segment].names if segment else []
        numbers = rows.attributes[segment].tolist() if segment else [NOTHING] * len(rows)
        cells = (rows.day.tolist(), numbers, rows.currency.tolist(), rows.amount.tolist())
        for day, number, currency, amount in zip(*cells, strict=True):
            value = _value(values, number) if segment else ""
            found[day_of(day), value, rows.texts.currency.names[currency]] += amount
        return found

    def _here(self, *, is_split: bool) -> Counter[tuple[date, str, str]]:
        found, positions = Counter[tuple[date, str, str]](), self._columns.positions()
        over = self._months[: self._known]
        days = [shift_months(month, 1) for month in over]
        values, own = (
            values_at(self._session, self._columns, self._dimension, days)
            if is_split
            else ([""], [])
        )
        for place, month in enumerate(over):
            amounts = self._closing(month)
            value = own[place][positions.owner].astype(np.int64) if is_split else 0
            cells = value * len(self._codes) + positions.currency
            sums = sum_by(cells, amounts, len(values) * len(self._codes))
            for cell in np.flatnonzero(sums).tolist():
                number, code = divmod(cell, len(self._codes))
                found[month, values[number], self._codes[code]] = int(sums[cell])
        return found


def _value(values: Sequence[str], number: int) -> str:
    return "(none)" if number == NOTHING else values[number]


def _names(session: Session) -> list[str]:
    return [
        name for (name,) in binary_rows(session, "SELECT account_id FROM account ORDER BY number")
    ]
