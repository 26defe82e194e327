"""Closed months that a file changes: its rows that are dated in them, and NRR before and after."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from sqlalchemy import select
from sqlmodel import Session, col

from metrics.late_rows import CohortMrr, MonthChange
from metrics.rates import MissingRateError
from metrics.segments import NO_VALUE
from storage.columns.arrays import NONE
from storage.columns.codec import Whole
from storage.columns.exchange import read_exchange
from storage.columns.labels import read_currency, read_names
from storage.columns.period import Bridge, stored_periods
from storage.columns.position_numbers import PositionNumbers
from storage.columns.reading import ColumnReader
from storage.importing.cells import EARLIEST
from storage.importing.examination import NewRows
from storage.importing.labels import Labels
from storage.importing.movements import FileMovements
from storage.importing.report import ClosedMonths
from storage.store.column_types import day_number, day_of
from storage.store.statements import batches
from storage.tables.facts import AccountRow, Currency, Product

Balance = tuple[str, str | None, str]
"""An account, a product or none, and a currency."""
Days = defaultdict[int, int]
_UNDATED = day_number(EARLIEST)  # of an attribute that always held


@dataclass(slots=True, kw_only=True)
class LateRows:
    """New rows so far that are dated in closed months; ``closed_through`` is the day after those.

    ``amounts`` has the net movement of each balance by day, in minor units of its currency.
    """

    closed_through: date | None
    count: int = 0
    months: set[date] = field(default_factory=set)
    amounts: defaultdict[Balance, Days] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )

    def add(self, new_rows: NewRows) -> None:
        """Take note of the new rows of one group."""
        if self.closed_through is None:
            return
        end, movements = day_number(self.closed_through), new_rows.movements
        late: set[tuple[int, int]] = set()
        for place in np.flatnonzero(movements.day < end).tolist():
            day = int(movements.day[place])
            late.add((int(movements.line[place]), day))
            self.amounts[_balance_of(movements, place)][day] += int(movements.amount[place])
        said = new_rows.statements
        days = zip(said.line.tolist(), said.day.tolist(), strict=True)
        parents = ((one.line, one.valid_from) for one in new_rows.accounts.parents.statements)
        late.update((line, day) for line, day in (*days, *parents) if _UNDATED < day < end)
        self.count += len({line for line, _ in late})
        self.months.update(day_of(day).replace(day=1) for day in {day for _, day in late})

    def effect(self, session: Session, *, reporting: str | None) -> ClosedMonths:
        """Work out NRR of the closed months, from balances that do not hold the new rows yet.

        Parameters
        ----------
        reporting : str or None
            The currency that answers are in; None for that of the ledger's first movement.
        """
        changes = None
        if self.amounts and self.closed_through is not None:
            with suppress(MissingRateError):  # of such a month no answer is given, before or after
                changes = tuple(self._changes(session, self.closed_through, reporting))
        return ClosedMonths(rows=self.count, months=tuple(sorted(self.months)), changes=changes)

    def _changes(
        self, session: Session, closed_through: date, reporting: str | None
    ) -> Iterator[MonthChange]:
        codes: Labels[str] = Labels(session, Currency, "code")
        late = self._late_balances(session, codes)
        target = reporting or read_currency(session) or next(iter(codes))
        exchange = read_exchange(session, target, sorted(codes, key=codes.__getitem__))
        first = day_of(min(day for days in self.amounts.values() for day in days)).replace(day=1)
        for period in stored_periods(session, first, closed_through, exchange=exchange):
            before = after = CohortMrr(*period.cohort())
            for unit, (opens, closes) in _by_unit(period, late).items():
                held = period.balances(unit)
                after = after.with_balances(before=held, after=(held[0] + opens, held[1] + closes))
            if before.nrr != after.nrr:
                yield MonthChange(month=period.start, before=before.nrr, after=after.nrr)

    def _late_balances(self, session: Session, codes: Labels[str]) -> "_LateBalances":
        names: Labels[str] = Labels(session, Product, "name")
        numbers = self._numbers(session)
        keys = [
            (numbers[account], NONE if product is None else names[product], codes[currency])
            for account, product, currency in self.amounts
        ]
        account, product, currency = np.array(keys, np.int64).T
        known = PositionNumbers(ColumnReader(session).positions())
        position = known.find(account, product, currency)
        return _LateBalances(account, position, currency, [*self.amounts.values()])

    def _numbers(self, session: Session) -> dict[str, int]:
        """Find the numbers of accounts; a new one has one beyond all others."""
        names = sorted({account for account, _, _ in self.amounts})
        numbers: dict[str, int] = {}
        account = col(AccountRow.account_id)
        for some in batches(names):
            found = select(account, col(AccountRow.number)).where(account.in_(some))
            numbers |= dict(session.execute(found).all())
        beyond = read_names(session).accounts
        new = (name for name in names if name not in numbers)
        return numbers | {name: beyond + place for place, name in enumerate(new)}


@dataclass(frozen=True, slots=True)
class _LateBalances:
    """Balances that late rows move: each one's account, position or `NONE`, currency and days."""

    account: Whole
    position: Whole
    currency: Whole
    days: list[Days]

    def moved(self, *, before: date) -> Whole:
        end = day_number(before)
        sums = (sum(net for day, net in days.items() if day < end) for days in self.days)
        return np.array([*sums], np.int64)


def _by_unit(period: Bridge, late: _LateBalances) -> dict[int, tuple[int, int]]:
    """Add up what each topmost account gains at the two ends; a new account is one itself."""
    moved = late.moved(before=period.start), late.moved(before=period.end)
    opens, closes = period.gains(late.position, late.currency, moved)
    found: dict[int, tuple[int, int]] = {}
    for account, *gain in zip(*map(np.ndarray.tolist, (late.account, opens, closes)), strict=True):
        unit = period.unit(account)
        held = found.get(unit, (0, 0))
        found[unit] = held[0] + gain[0], held[1] + gain[1]
    return found


def _balance_of(movements: FileMovements, row: int) -> Balance:
    account, currency = movements.unit(row)
    product = movements.texts.product.name(int(movements.product[row]))
    return account, None if product == NO_VALUE else product, currency
