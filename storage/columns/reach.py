"""The reach of a build: from which month on new rows change the columns, and through which."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from storage.columns.arrays import NEVER, Parents
from storage.columns.codec import Whole
from storage.columns.ledger_rows import LedgerRows
from storage.columns.months import MonthRows, month_after, month_of, months_between
from storage.columns.position_numbers import PositionNumbers
from storage.columns.reading import ColumnReader
from storage.store.column_types import day_number


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReach:
    """What a build covers, in days since 1970, and the new movements that it puts in.

    ``first`` is the first month with a movement. ``since`` is the earliest day that is not as it
    was. Months behind ``start`` are built anew, those beyond which nothing was built before among
    them, until ``through``.
    """

    numbers: PositionNumbers
    new: MonthRows
    first: int
    since: int
    start: int
    through: int

    @property
    def months(self) -> list[int]:
        """The month starts from the last one that stays as it is."""
        return [*months_between(self.start, self.through)]


def find_reach(
    stored: ColumnReader, rows: LedgerRows, *, today: date, since: int = NEVER
) -> BuildReach | None:
    """Find what new rows change; None in an empty ledger.

    Parameters
    ----------
    today : date
        Columns reach beyond it.
    since : int
        Day from which something else than rows has changed, such as exchange rates.
    """
    numbers, new = PositionNumbers(stored.positions()), MonthRows()
    for part in rows.movements:
        new.add(part, numbers)
    known = stored.first_month()
    first = min([*(() if known is None else (day_number(known),)), *new.parts], default=None)
    if first is None:
        return None
    changed = min(since, _changed_since(stored, new, rows), day_number(today))
    built = day_number(stored.built_through)
    # One month more than there is: "this month" is asked for, and closes at the next start.
    last = max([month_of(day_number(today)), *new.parts])
    return BuildReach(
        numbers=numbers,
        new=new,
        first=first,
        since=changed,
        start=max(first, min(month_of(changed), built)),
        through=max(built, month_after(last)),
    )


def _changed_since(stored: ColumnReader, new: MonthRows, rows: LedgerRows) -> int:
    """Find the earliest day of a change that a balance or a place can rest on."""
    first_paid, known = stored.first_paid(), stored.parents()
    days = [NEVER if new.first_day is None else new.first_day]
    for account, day, entangled in (
        (rows.statements.account, rows.statements.day, _related(known, rows.parents)),
        (rows.parents.account, rows.parents.day, np.append(known.parent, rows.parents.parent)),
    ):
        # Nothing rests on an account before it pays, except on one that others are below.
        paid = np.where(np.isin(account, entangled), -NEVER, _of(first_paid, account))
        days.append(int(np.maximum(day, paid).min(initial=NEVER)))
    return min(days)


def _related(*parents: Parents) -> Whole:
    return np.concatenate([*(each.account for each in parents), *(each.parent for each in parents)])


def _of(first_paid: Whole, account: Whole) -> Whole:
    padded = np.append(first_paid, NEVER)
    return padded[np.minimum(account, first_paid.size)]
