"""Rows of the ledger as they were recorded, some at a time, with what took them back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from metrics.movements import KINDS, MovementKind
from storage.ledger.labels import LedgerLabels
from storage.store.column_types import day_number, day_of, moment_number, moment_of
from storage.store.statements import SIZE
from storage.tables.facts import MovementRow, SourceName

UnitOf = Callable[[Sequence[int]], list[int | None]]
"""From numbers of accounts to those of their topmost ones; None for one that is not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPlace:
    """The number of a row, that of the row which it takes back, and of the one that takes it back.

    Of the last two one at the most is not None.
    """

    number: int
    reverses: int | None
    reversed_by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOrigin:
    """Where a row is from: the import, the file's line, the source and its own id there."""

    import_id: int
    source_row: int
    source: str
    movement_id: str | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementEvidence:
    """A row of the ledger in signed minor units of its currency, whether it still counts or not.

    ``counts_under`` is the topmost account, ``kind`` what the change was when it was recorded.
    """

    place: RowPlace
    account_id: str
    counts_under: str
    day: date
    kind: MovementKind
    driver: str | None
    product: str | None
    amount: int
    currency: str
    origin: RowOrigin


class RowsOfPeriod:
    """Reads rows by their days, in the ledger's order.

    Parameters
    ----------
    as_of : datetime, optional
        Only what was recorded by then; everything when left out.
    """

    def __init__(
        self, session: Session, labels: LedgerLabels, *, as_of: datetime | None = None
    ) -> None:
        self._session, self._labels = session, labels
        self._texts = labels.drivers(), labels.products(), labels.currencies()
        self._by = None if as_of is None else moment_number(as_of)

    def between(self, start: date, end: date, *, unit_of: UnitOf) -> Iterator[MovementEvidence]:
        """Yield the rows whose day is in ``[start, end)``."""
        named = self._session.execute(select(col(SourceName.number), col(SourceName.name)))
        sources = dict(named.all())
        last = 0
        while rows := self._page(start, end, after=last):
            last = rows[-1].id
            units = unit_of([row.account for row in rows])
            inside = [
                (row, unit) for row, unit in zip(rows, units, strict=True) if unit is not None
            ]
            owners = self._labels.names([row.account for row, _ in inside])
            roots = self._labels.names([unit for _, unit in inside])
            for (row, _), owner, root in zip(inside, owners, roots, strict=True):
                yield self._evidence(
                    row, (owner.account_id, root.account_id), source=sources[row.source]
                )

    def _page(self, start: date, end: date, *, after: int) -> Sequence[Row[Any]]:
        table, other = MovementRow, aliased(MovementRow)
        is_of_it = col(other.reverses) == col(table.id)
        columns = (
            *(table.id, table.account, table.day, table.kind, table.driver, table.product),
            *(table.amount_minor, table.currency, table.recorded, table.import_id),
            *(table.source, table.source_row, table.movement_id, table.reverses),
        )
        statement = (
            select(*map(col, columns), col(other.id).label("reversed_by"))
            .outerjoin(
                other,
                is_of_it if self._by is None else and_(is_of_it, col(other.recorded) <= self._by),
            )
            .where(col(table.day) >= day_number(start), col(table.day) < day_number(end))
            .where(col(table.id) > after)
            .order_by(col(table.id))
            .limit(SIZE)
        )
        if self._by is not None:
            statement = statement.where(col(table.recorded) <= self._by)
        return self._session.execute(statement).all()

    def _evidence(self, row: Row[Any], named: tuple[str, str], *, source: str) -> MovementEvidence:
        drivers, products, codes = self._texts
        return MovementEvidence(
            place=RowPlace(number=row.id, reverses=row.reverses, reversed_by=row.reversed_by),
            account_id=named[0],
            counts_under=named[1],
            day=day_of(row.day),
            kind=KINDS[row.kind],
            driver=None if row.driver is None else drivers[row.driver],
            product=None if row.product is None or row.product < 0 else products[row.product],
            amount=row.amount_minor,
            currency=codes[row.currency],
            origin=RowOrigin(
                import_id=row.import_id,
                source_row=row.source_row,
                source=source,
                movement_id=row.movement_id,
                recorded_at=moment_of(row.recorded),
            ),
        )
