"""Balances of accounts before new rows, read from the columns where those hold all that matters."""

from collections import defaultdict
from collections.abc import Collection, Mapping

import numpy as np
from sqlmodel import Session

from storage.columns.codec import Whole
from storage.columns.labels import read_currencies
from storage.columns.months import month_of, months_between
from storage.columns.reading import ColumnReader
from storage.importing.held import HeldBalance, Unit, held_balances
from storage.store.column_types import day_number, day_of

_NEWEST = 3  # months: the movements of more take longer to go through than to look accounts up


def balances_before(
    session: Session, first_days: Mapping[str, int], numbers: Mapping[str, int]
) -> dict[Unit, HeldBalance]:
    """Return what accounts hold in each currency before new rows of theirs are put behind.

    Of those that pay, a last day before all new rows may be left out.

    Parameters
    ----------
    first_days : mapping of account to day number
        The first day of the new rows of each.
    numbers : mapping of account to number
        Of all these accounts, new ones among them.
    """
    stored = ColumnReader(session)
    since = month_of(min(first_days.values(), default=0))
    months = [*months_between(since, day_number(stored.built_through))]
    if not 0 < len(months) <= _NEWEST:
        return held_balances(session, first_days)
    names = {numbers[name]: name for name in first_days if name in numbers}
    found = _found(session, stored, names, months)
    # Whether who pays nothing has ever paid, the columns do not tell by currency.
    quiet = {account for (account, _), held in found.items() if held.balance <= 0}
    unknown = quiet | (first_days.keys() - {account for account, _ in found})
    paying = {unit: held for unit, held in found.items() if unit[0] not in unknown}
    return paying | held_balances(session, sorted(unknown))


def _found(
    session: Session, stored: ColumnReader, names: Mapping[int, str], months: Collection[int]
) -> dict[Unit, HeldBalance]:
    positions, codes = stored.positions(), read_currencies(session)
    own = np.flatnonzero(np.isin(positions.account, [*names]))
    last = np.zeros(len(positions), np.int64)
    for month in months:
        moved = stored.movements(day_of(month))
        np.maximum.at(last, moved.position, moved.day.astype(np.int64) + month)
    cells: tuple[Whole, ...] = (
        positions.account[own],
        positions.currency[own],
        stored.amounts(stored.built_through)[own],
        last[own],
    )
    balances: defaultdict[Unit, int] = defaultdict(int)
    days: defaultdict[Unit, int] = defaultdict(int)
    for account, currency, amount, day in zip(*(each.tolist() for each in cells), strict=True):
        unit = names[account], codes[currency]
        balances[unit] += amount
        days[unit] = max(days[unit], day)
    return {
        unit: HeldBalance(days[unit], balance, has_paid=balance > 0)
        for unit, balance in balances.items()
    }
