"""Columns replayed from nothing: of what was known at a past moment, or of rows from elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from metrics.exact_sums import sum_by
from storage.columns.arrays import (
    MonthMoves,
    Movements,
    Parents,
    PauseSpells,
    Positions,
    Statements,
)
from storage.columns.codec import Whole
from storage.columns.company import Company, Names
from storage.columns.position_numbers import PositionNumbers
from storage.columns.reading import ColumnReader
from storage.columns.spreading import together
from storage.columns.trees import Tree
from storage.store.column_types import day_number


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRows:
    """Rows of a ledger; ``months`` has movements in order of month, by account and day."""

    positions: Positions
    statements: Statements
    parents: Parents
    months: Iterable[tuple[date, Movements]]


class ReplayedColumns:
    """All that follows from some rows; a source of columns as the stored ones are."""

    def __init__(self, rows: KnownRows, names: Names) -> None:
        self._rows, self.names = rows, names
        company = Company(rows.positions, rows.parents, names)
        self._months = {
            month: company.move(moved, month=day_number(month)) for month, moved in rows.months
        }
        self._first_paid, self._pauses = company.first_paid, company.pauses.spells()
        self._amounts: dict[date, Whole] = {}

    @property
    def built_through(self) -> date:
        """No day is the last: what moved before it is all there is."""
        return date.max

    @property
    def months(self) -> list[date]:
        """The months that have a movement."""
        return [month for month, rows in self._months.items() if len(rows)]

    def positions(self) -> Positions:
        """Read what each position is."""
        return self._rows.positions

    def first_paid(self) -> Whole:
        """Read the first day that each account closed with MRR of its own."""
        return self._first_paid

    def amounts(self, month: date) -> Whole:
        """Add up the MRR of each position at a month start, from the nearest known before it."""
        if month not in self._amounts:
            base = max((known for known in self._amounts if known < month), default=date.min)
            size = len(self._rows.positions)
            held = self._amounts.get(base, np.zeros(size, np.int64))
            for start, rows in self._months.items():
                if base <= start < month:
                    held = held + sum_by(rows.position, rows.amount, size).astype(np.int64)
            self._amounts[month] = held
        return self._amounts[month]

    def movements(self, month: date) -> Movements:
        """Read the movements of one month, by account and day."""
        return self._months.get(month) or Movements.none()

    def moves(self, month: date) -> Sequence[MonthMoves]:
        """Read the movements of one month, all in one part."""
        return (self.movements(month),)

    def statements(self) -> Statements:
        """Read every statement on attributes, by account and day."""
        return self._rows.statements

    def parents(self) -> Parents:
        """Read every statement on parents, by account and day."""
        return self._rows.parents

    def pauses(self) -> PauseSpells:
        """Read every pause, by topmost account and day."""
        return self._pauses

    def tree(self, day: date) -> Tree:
        """Build the tree of accounts at a boundary."""
        return Tree.before(day_number(day), self._rows.parents)


def known_rows(stored: ColumnReader, moment: int) -> KnownRows:
    """Read the rows that were recorded by a moment, out of the stored columns.

    Parameters
    ----------
    moment : int
        Microseconds since 1970-01-01.
    """
    numbers = PositionNumbers(stored.positions())
    statements, parents = stored.statements(), stored.parents()
    return KnownRows(
        positions=stored.positions(),
        statements=statements.pick(np.flatnonzero(statements.recorded <= moment)),
        parents=parents.pick(np.flatnonzero(parents.recorded <= moment)),
        months=(
            (month, _known(stored.movements(month), moment, numbers)) for month in stored.months()
        ),
    )


def _known(rows: Movements, moment: int, numbers: PositionNumbers) -> Movements:
    is_known = rows.recorded <= moment
    some = rows if is_known.all() else rows.pick(np.flatnonzero(is_known))
    return together(some, numbers)
