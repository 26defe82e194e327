"""Movements without ids: known by what they say, and which of several equal ones they are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from sqlalchemy import func, select
from sqlmodel import Session, col

from metrics.segments import NO_VALUE
from storage.columns.live import is_live
from storage.importing.labels import number_of_source
from storage.importing.movements import NO_LINE, NO_NUMBER, NOTHING, FileMovements, FileTexts, Whole
from storage.importing.waiting import is_waiting
from storage.store.statements import batches
from storage.tables.due import DueMovement
from storage.tables.facts import OF_NONE, AccountRow, Currency, Driver, MovementRow, Product

_CONTENT = ("account", "day", "amount", "currency", "product", "driver")


@dataclass(frozen=True, slots=True)
class HeldRows:
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

    def __len__(self) -> int:
        return int(self.id.size)

    @classmethod
    def of(cls, cells: list[tuple[int, ...]]) -> Self:
        """Build them from rows in the order of the fields."""
        return cls(*np.array(cells, np.int64).reshape(len(cells), len(fields(cls))).T)

    @classmethod
    def joined(cls, parts: "list[HeldRows]") -> Self:
        """Join rows, one part behind the other."""
        if not parts:
            return cls.of([])
        names = [each.name for each in fields(cls)]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def pick(self, rows: Whole) -> Self:
        """Keep some of them, in the order of these."""
        return type(self)(*(getattr(self, each.name)[rows] for each in fields(self)))

    def within(self, days: tuple[int, int]) -> Self:
        """Keep those from a first to a last day."""
        return self.pick(np.flatnonzero((self.day >= days[0]) & (self.day <= days[1])))

    @property
    def waiting(self) -> list[int]:
        """The numbers of those that wait for their day."""
        return [-number for number in self.id.tolist() if number < 0]

    def reversing(self, texts: FileTexts) -> tuple[FileMovements, Whole]:
        """Build the movements that take back those of the ledger; list what each reverses."""
        landed = self.pick(np.flatnonzero(self.id > 0))
        size = len(landed)
        nothing, unstated = np.full(size, NOTHING), np.full(size, NO_NUMBER)
        movements = FileMovements(
            texts=texts,
            movement_id=[None] * size,
            line=np.full(size, NO_LINE),
            account=landed.account,
            day=landed.day,
            amount=-landed.amount,
            currency=landed.currency,
            product=landed.product,
            driver=landed.driver,
            recorded=unstated,
            stated_kind=nothing,
            stated_after=unstated,
            attributes=dict.fromkeys(texts.values, nothing),
        )
        return movements, landed.id


def held_of(
    session: Session, texts: FileTexts, source: str, accounts: Iterable[str] | None = None
) -> HeldRows:
    """Read the live and waiting rows without ids of some accounts, or of all, in their order."""
    number, parts = number_of_source(session, source), []
    labels = _Labels(session, texts)
    for some in [None] if accounts is None else batches(accounts):
        if number is not None:
            parts += [HeldRows.of(cells) for cells in _landed(session, labels, number, some)]
        parts.append(_waiting(session, texts, source, some))
    return HeldRows.joined(parts)


def count_held(session: Session, source: str, days: tuple[int, int]) -> int:
    """Count the live and waiting rows without ids from a first to a last day."""
    number, table = number_of_source(session, source), MovementRow
    landed = (
        select(func.count())
        .select_from(table)
        .where(col(table.source) == number, col(table.movement_id).is_(None), is_live())
        .where(col(table.day).between(*days))
    )
    waiting = (
        select(func.count())
        .select_from(DueMovement)
        .where(is_waiting(source), col(DueMovement.movement_id).is_(None))
        .where(col(DueMovement.day).between(*days))
    )
    counts = [0 if number is None else session.scalar(landed), session.scalar(waiting)]
    return sum(count or 0 for count in counts)


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
    begins = np.zeros(order.size, bool)
    begins[:1] = True
    for column in columns:
        begins[1:] |= column[order][1:] != column[order][:-1]
    group = np.cumsum(begins) - 1
    is_held = order < size
    counts = np.bincount(group[is_held], minlength=int(group.max(initial=-1)) + 1)
    starts = np.flatnonzero(begins)
    rank = np.arange(order.size) - starts[group]
    ordinal = np.where(is_held, rank, rank - counts[group])
    of_file = np.bincount(group[~is_held], minlength=counts.size)
    known = rows[np.sort(order[~is_held & (ordinal < counts[group])] - size)]
    missing = np.sort(order[is_held & (ordinal >= of_file[group])])
    return known, missing


class _Labels:
    """Numbers of the ledger to the numbers that a file's texts have."""

    def __init__(self, session: Session, texts: FileTexts) -> None:
        self.texts, self._session = texts, session
        self.currency = self._numbers(Currency, "code", texts.currency)
        self.product = self._numbers(Product, "name", texts.product) | {
            None: NOTHING,
            OF_NONE: texts.product[NO_VALUE],
        }
        self.driver = self._numbers(Driver, "name", texts.driver) | {None: NOTHING}

    def accounts(self, some: list[str] | None) -> dict[int | None, int]:
        """Map the numbers of some accounts, or of all."""
        found = select(col(AccountRow.number), col(AccountRow.account_id))
        if some is not None:
            found = found.where(col(AccountRow.account_id).in_(some))
        texts = self.texts.account
        return {number: texts[name] for number, name in self._session.execute(found)}

    def _numbers(
        self,
        table: type[Currency] | type[Product] | type[Driver],
        name: str,
        texts: dict[str, int],
    ) -> dict[int | None, int]:
        rows = self._session.execute(select(col(table.number), getattr(table, name)))
        return {number: texts[label] for number, label in rows}


def _landed(
    session: Session, labels: _Labels, source: int, some: list[str] | None
) -> Iterator[list[tuple[int, ...]]]:
    table, accounts = MovementRow, labels.accounts(some)
    names = (table.id, table.account, table.day, table.amount_minor)
    statement = (
        select(*map(col, names), *map(col, (table.currency, table.product, table.driver)))
        .where(col(table.source) == source, col(table.movement_id).is_(None), is_live())
        .order_by(col(table.id))
    )
    if some is not None:
        statement = statement.where(col(table.account).in_(accounts))
    for rows in session.execute(statement).partitions(_AT_ONCE):
        yield [
            (
                *(number, accounts[account], day, amount, labels.currency[currency]),
                *(labels.product[product], labels.driver[driver]),
            )
            for number, account, day, amount, currency, product, driver in rows
        ]


def _waiting(session: Session, texts: FileTexts, source: str, some: list[str] | None) -> HeldRows:
    statement = select(DueMovement).where(
        is_waiting(source), col(DueMovement.movement_id).is_(None)
    )
    if some is not None:
        statement = statement.where(col(DueMovement.account_id).in_(some))
    return HeldRows.of(
        [
            (
                *(-row.id, texts.account[row.account_id], row.day, row.amount_minor),
                texts.currency[row.currency],
                NOTHING if row.product is None else texts.product[row.product],
                NOTHING if row.driver is None else texts.driver[row.driver],
            )
            for row in session.scalars(statement.order_by(col(DueMovement.id)))
        ]
    )


_AT_ONCE = 50_000  # rows that are tuples at the same time
