"""Comparison of a file's statements on attributes with those of the ledger, as arrays."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlmodel import Session, col

from metrics.runs import begins
from storage.columns.arrays import Columns
from storage.columns.ledger_rows import read_numbers
from storage.importing.account_parts import (
    account_parts,
    numbers_of_accounts,
    of_accounts,
    renumbered,
)
from storage.importing.movements import Flags, Whole
from storage.importing.statement_rows import StatementRows
from storage.store.numbering import Numbers
from storage.tables.facts import AttributeRow
from storage.tables.ledger import DimensionValue


def compared(
    session: Session, rows: StatementRows, is_old: Flags, *, is_first: bool
) -> tuple[Whole, Whole]:
    """Compare the statements of a file with those that the ledger has.

    Parameters
    ----------
    is_old : array of bool
        Whether a statement is of a row that the ledger holds.
    is_first : bool
        Whether the ledger holds no attribute yet, and so need not be asked.

    Returns
    -------
    tuple of arrays
        Indexes of the statements that are new, and of those of old rows that are in the ledger with
        other values.
    """
    pairs = _Pairs(rows.pairs)
    held = None if is_first else _Held(session, rows, pairs)
    dimensions = pairs.dimension()
    fresh, other = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for some in account_parts(rows.account):
        account = rows.account[some]
        said = _Said(account=account, day=rows.day[some], pair=rows.pair[some])
        before = _Said.none() if held is None else held.of(np.unique(account))
        old = np.append(np.zeros(len(before), bool), is_old[some])
        slots = _Slots.of(_Said.joined([before, said]), old, dimensions, len(before))
        fresh.append(some[slots.fresh()])
        other.append(some[slots.other()])
    return np.sort(np.concatenate(fresh)), np.sort(np.concatenate(other))


class _Pairs(Numbers[tuple[str, str]]):
    """Numbers of dimensions' values: those of a file, and behind them others of the ledger."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        super().__init__({pair: number for number, pair in enumerate(pairs)})
        self.dimensions = {name: place for place, (name, _) in enumerate(self)}

    def dimension(self) -> Whole:
        """Find the number of each one's dimension."""
        return np.array([self.dimensions[name] for name, _ in self], np.int64)


@dataclass(frozen=True, kw_only=True)
class _Said(Columns):
    account: Whole
    day: Whole
    pair: Whole


class _Held:
    """Statements of the ledger on the dimensions of a file, in its order."""

    def __init__(self, session: Session, rows: StatementRows, pairs: _Pairs) -> None:
        self._session, self._accounts, table = session, rows.accounts, DimensionValue
        known = select(*map(col, (table.number, table.dimension, table.value)))
        known = known.where(col(table.dimension).in_(pairs.dimensions))
        self._pairs = {number: pairs[name, value] for number, name, value in session.execute(known)}

    def of(self, accounts: Whole) -> _Said:
        """Read those of some accounts, by their numbers in the file."""
        names = self._accounts.names
        known = numbers_of_accounts(
            self._session, self._accounts, [names[number] for number in accounts.tolist()]
        )
        table = AttributeRow
        columns = *map(col, (table.id, table.account, table.pair)), col(table.valid_from)
        cells = read_numbers(self._session, select(*columns).where(of_accounts(known)))
        order = np.argsort(cells["id"])  # here, or SQLite would go through all rows in their order
        own = order[np.isin(cells["pair"], [*self._pairs])[order]]
        return _Said(
            account=renumbered(cells["account"][own], known),
            day=cells["valid_from"][own],
            pair=renumbered(cells["pair"][own], self._pairs),
        )


@dataclass(frozen=True, slots=True)
class _Slots:
    """Statements by account, day and dimension: first those held, each in their order.

    ``order`` are their indexes behind the held ones, which are below zero there, ``slot`` the
    number of the account's day and dimension; ``is_old`` only where something held is in it.
    """

    order: Whole
    slot: Whole
    pair: Whole
    is_old: Flags

    @classmethod
    def of(cls, said: _Said, is_old: Flags, dimensions: Whole, held: int) -> "_Slots":
        dimension = dimensions[said.pair]
        keys = (dimension, said.day, said.account)
        order = np.lexsort(keys)
        slot: Whole = np.cumsum(begins(*(key[order] for key in keys)))
        has_held = np.zeros(order.size + 1, bool)
        has_held[slot[order < held]] = True
        return cls(order - held, slot, said.pair[order], is_old[order] & has_held[slot])

    def fresh(self) -> Whole:
        """Find those that say something else than the one before them; old ones say nothing."""
        own = np.flatnonzero(~self.is_old)
        slot, pair, order = self.slot[own], self.pair[own], self.order[own]
        found: Whole = order[begins(slot, pair) & (order >= 0)]
        return found

    def other(self) -> Whole:
        """Find the old ones whose value is none of those held."""
        said = self.slot * (int(self.pair.max(initial=0)) + 1) + self.pair
        is_held = np.isin(said, said[self.order < 0])
        found: Whole = self.order[self.is_old & ~is_held]
        return found
