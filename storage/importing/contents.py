"""Movements without ids: known by what they say, and which of several equal ones they are."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import partial

import numpy as np
from sqlalchemy import ColumnElement, func, select, true
from sqlmodel import Session, col

from metrics.runs import begins
from storage.columns.arrays import Columns
from storage.columns.ledger_rows import read_numbers
from storage.columns.live import is_live
from storage.importing.account_parts import numbers_of_accounts, of_accounts, renumbered
from storage.importing.labels import number_of_source, numbers_of_texts
from storage.importing.movements import NOTHING, FileMovements, FileTexts, Whole
from storage.importing.waiting import has_waiting, is_waiting
from storage.store.statements import batches
from storage.tables.due import DueMovement
from storage.tables.facts import AccountRow, MovementRow

_Rows = type[MovementRow] | type[DueMovement]
_CONTENT = ("account", "day", "amount", "currency", "product", "driver")


@dataclass(frozen=True, kw_only=True)
class HeldRows(Columns):
    """Rows without ids that are held of a source, by the numbers that a file's texts have.

    ``id`` is that of the ledger's row; of a row that waits for its day it is below zero.
    """

    id: Whole
    account: Whole
    day: Whole
    amount: Whole
    currency: Whole
    product: Whole
    driver: Whole

    def within(self, days: tuple[int, int]) -> "HeldRows":
        """Keep those from a first to a last day."""
        return self.pick(np.flatnonzero((self.day >= days[0]) & (self.day <= days[1])))

    def on_days_of(self, *new: FileMovements) -> int:
        """Count those on whose day there is something new of the same account."""
        days = {day for rows in new for day in zip(*_account_days(rows), strict=True)}
        return sum(day in days for day in zip(*_account_days(self), strict=True))

    @property
    def waiting(self) -> list[int]:
        """The numbers of those that wait for their day."""
        return [-number for number in self.id.tolist() if number < 0]

    def reversing(self, texts: FileTexts) -> tuple[FileMovements, Whole]:
        """Build the movements that take back those of the ledger; list what each reverses."""
        landed = self.pick(np.flatnonzero(self.id > 0))
        said = {name: getattr(landed, name) for name in _CONTENT} | {"amount": -landed.amount}
        return FileMovements.stating(texts, said), landed.id


def _account_days(rows: FileMovements | HeldRows) -> tuple[list[int], list[int]]:
    return rows.account.tolist(), rows.day.tolist()


class HeldContents:
    """Live and waiting rows without ids of a source, read of some accounts at a time.

    Parameters
    ----------
    texts : FileTexts
        That the numbers of what is read name.
    days : tuple of int, optional
        The first and the last day of the rows that are wanted.
    """

    def __init__(
        self, session: Session, texts: FileTexts, source: str, days: tuple[int, int] | None
    ) -> None:
        self._session, self._texts, self._source, self._days = session, texts, source, days
        self._number = number_of_source(session, source)
        self._waits = has_waiting(session, source)
        self._labels = numbers_of_texts(session, texts)

    def of(self, accounts: Iterable[str]) -> HeldRows:
        """Read the rows of some accounts, those that landed first, each in their order."""
        parts = [HeldRows.none()]
        for some in batches(accounts):
            if self._number is not None:
                parts.append(self._landed(self._number, some))
            if self._waits:
                parts.append(self._waiting(some))
        return HeldRows.joined(parts)

    def accounts(self) -> Iterable[str]:
        """List the accounts that can have such rows; some of those that wait are in no other."""
        landed = self._session.scalars(select(col(AccountRow.account_id)))
        waiting = select(col(DueMovement.account_id)).where(is_waiting(self._source))
        return dict.fromkeys([*landed, *self._session.scalars(waiting)])

    def _landed(self, source: int, some: list[str]) -> HeldRows:
        table, names = MovementRow, self._texts.account
        accounts = numbers_of_accounts(self._session, names, some)
        rows = select(
            *map(col, (table.id, table.account, table.day, table.currency)),
            col(table.amount_minor).label("amount"),
            func.coalesce(col(table.product), NOTHING).label("product"),
            func.coalesce(col(table.driver), NOTHING).label("driver"),
        ).where(of_accounts(accounts), _is_unnamed(table, days=self._days))
        # As a sum, or SQLite would go through all rows without ids by the index of their source.
        rows = rows.where(col(table.source) + 0 == source, is_live())
        cells = read_numbers(self._session, rows)
        for name, numbers in ({"account": accounts} | self._labels).items():
            cells[name] = renumbered(cells[name], numbers)
        return HeldRows(**cells).pick(np.argsort(cells["id"]))

    def _waiting(self, some: list[str]) -> HeldRows:
        table, texts = DueMovement, self._texts
        rows = select(table).where(is_waiting(self._source), _is_unnamed(table, days=self._days))
        rows = rows.where(col(table.account_id).in_(some)).order_by(col(table.id))
        cells = [
            (
                *(-row.id, texts.account[row.account_id], row.day, row.amount_minor),
                texts.currency[row.currency],
                NOTHING if row.product is None else texts.product[row.product],
                NOTHING if row.driver is None else texts.driver[row.driver],
            )
            for row in self._session.scalars(rows)
        ]
        names = [one.name for one in fields(HeldRows)]
        columns = np.array(cells, np.int64).reshape(len(cells), len(names)).T
        return HeldRows(**dict(zip(names, columns, strict=True)))


def count_rows(session: Session, source: str) -> int:
    """Count the live and waiting rows of a source, with ids or without."""
    return _count(session, source, lambda _: true())


def count_held(session: Session, source: str, days: tuple[int, int]) -> int:
    """Count the live and waiting rows without ids from a first to a last day."""
    return _count(session, source, partial(_is_unnamed, days=days))


def _count(session: Session, source: str, is_wanted: Callable[[_Rows], ColumnElement[bool]]) -> int:
    number, count = number_of_source(session, source), select(func.count())
    landed = count.where(col(MovementRow.source) == number, is_live(), is_wanted(MovementRow))
    waiting = count.where(is_waiting(source), is_wanted(DueMovement))
    found = [0 if number is None else session.scalar(landed), session.scalar(waiting)]
    return sum(rows or 0 for rows in found)


def _is_unnamed(table: _Rows, *, days: tuple[int, int] | None) -> ColumnElement[bool]:
    has_none = col(table.movement_id).is_(None)
    return has_none & col(table.day).between(*days) if days else has_none


def match(movements: FileMovements, rows: Whole, held: HeldRows) -> tuple[Whole, Whole]:
    """Pair rows of a file with equal ones that are held, the first with the first.

    Parameters
    ----------
    rows : array of int
        Indexes of the file's rows that have no id.

    Returns
    -------
    tuple of arrays
        The file's rows, by index, that are held, and the held ones that the file does not have.
    """
    size = len(held)
    columns = [
        np.concatenate([getattr(held, name), getattr(movements, name)[rows]]) for name in _CONTENT
    ]
    order = np.lexsort(columns)  # stable: of equal ones the held come first
    is_first = begins(*(column[order] for column in columns))
    group = np.cumsum(is_first) - 1
    is_held = order < size
    counts = np.bincount(group[is_held], minlength=int(group.max(initial=-1)) + 1)
    starts = np.flatnonzero(is_first)
    rank = np.arange(order.size) - starts[group]
    ordinal = np.where(is_held, rank, rank - counts[group])
    of_file = np.bincount(group[~is_held], minlength=counts.size)
    known = rows[np.sort(order[~is_held & (ordinal < counts[group])] - size)]
    missing = np.sort(order[is_held & (ordinal >= of_file[group])])
    return known, missing
