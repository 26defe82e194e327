"""Movements that wait for their day: kept as their file said them, read again when they land."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np
from sqlalchemy import ColumnElement, and_, select, update
from sqlmodel import Session, col

from metrics.movements import KINDS, MovementKind
from storage.importing.movements import NO_NUMBER, NOTHING, FileMovements, FileTexts, Texts
from storage.importing.report import WaitingRow
from storage.store.column_types import day_of
from storage.store.numbering import has_rows, next_id
from storage.store.statements import batches, bulk_insert
from storage.tables.due import DueMovement

_COLUMNS = (
    *("id", "source", "movement_id", "account_id", "day", "amount_minor", "currency", "product"),
    *("driver", "recorded", "stated_kind", "stated_after", "attributes", "import_id", "source_row"),
)


def is_waiting(source: str | None = None) -> ColumnElement[bool]:
    """Build the condition that a row has neither landed nor been taken back."""
    waits = and_(col(DueMovement.landed).is_(None), col(DueMovement.withdrawn).is_(None))
    return waits if source is None else and_(col(DueMovement.source) == source, waits)


def waiting_rows(session: Session, source: str) -> Sequence[DueMovement]:
    """Read the rows of a source that wait, in the order in which they came."""
    rows = select(DueMovement).where(is_waiting(source)).order_by(col(DueMovement.id))
    return session.scalars(rows).all()


def overdue_rows(session: Session, before: int) -> Sequence[DueMovement]:
    """Read the rows whose day lies before another, by the number of that one."""
    if not has_rows(session, DueMovement):  # most files have no row of a day to come
        return ()
    rows = select(DueMovement).where(is_waiting(), col(DueMovement.day) < before)
    return session.scalars(rows.order_by(col(DueMovement.id))).all()


def keep_waiting(session: Session, movements: FileMovements, source: str, run: int) -> None:
    """Store movements until their day comes."""
    first = next_id(session, DueMovement)
    rows = (
        (number, source, *cells[:-1], run, cells[-1])
        for number, cells in enumerate(_cells(movements), start=first)
    )
    bulk_insert(session, DueMovement, _COLUMNS, rows)


def withdraw(session: Session, numbers: Iterable[int], run: int) -> None:
    """Take rows back that still wait."""
    for some in batches(numbers):
        wanted = update(DueMovement).where(is_waiting(), col(DueMovement.id).in_(some))
        session.execute(wanted.values(withdrawn=run))


def first_waiting(movements: FileMovements, most: int) -> list[WaitingRow]:
    """List the first ones by day."""
    first = np.argsort(movements.day, kind="stable")[:most].tolist()
    units, amounts = map(movements.unit, first), movements.amount[first].tolist()
    days = map(day_of, movements.day[first].tolist())
    rows = zip(units, days, amounts, strict=True)
    return [WaitingRow(account, day, amount, code) for (account, code), day, amount in rows]


def read_back(rows: Sequence[DueMovement]) -> FileMovements:
    """Build the movements that rows are, with their numbers as lines."""
    said = [json.loads(row.attributes) for row in rows]
    dimensions = dict.fromkeys(name for one in said for name in one)
    texts = FileTexts(values={name: Texts() for name in dimensions})
    cells = [
        (
            *(row.id, texts.account[row.account_id], row.day, row.amount_minor),
            *(texts.currency[row.currency], _number(texts.product, row.product)),
            *(_number(texts.driver, row.driver), _or(row.recorded, NO_NUMBER)),
            NOTHING if row.stated_kind is None else KINDS.index(MovementKind(row.stated_kind)),
            _or(row.stated_after, NO_NUMBER),
            *(_number(texts.values[name], one.get(name)) for name in dimensions),
        )
        for row, one in zip(rows, said, strict=True)
    ]
    width = len(FileMovements.names()) + len(dimensions)
    columns = np.array(cells, np.int64).reshape(len(cells), width).T
    return FileMovements.of(texts, [[row.movement_id for row in rows]], list(columns))


def has_waiting(session: Session, source: str) -> bool:
    """Tell whether any row of a source waits."""
    found = select(col(DueMovement.id)).where(is_waiting(source)).limit(1)
    return session.scalar(found) is not None


def settle(session: Session, landed: Collection[tuple[int, int]]) -> None:
    """Note which rows of the ledger waiting ones have become, by their numbers."""
    for number, row in landed:
        wanted = update(DueMovement).where(col(DueMovement.id) == number)
        session.execute(wanted.values(landed=row))


def _cells(movements: FileMovements) -> Iterator[tuple[int | str | None, ...]]:
    texts = movements.texts
    columns = {name: getattr(movements, name).tolist() for name in movements.names()}
    for row, key in enumerate(movements.movement_id):
        one = {name: cells[row] for name, cells in columns.items()}
        attributes = {
            name: texts.values[name].names[number]
            for name, cells in movements.attributes.items()
            if (number := int(cells[row])) != NOTHING
        }
        yield (
            *(key, texts.account.names[one["account"]], one["day"], one["amount"]),
            *(texts.currency.names[one["currency"]], texts.product.name(one["product"])),
            texts.driver.name(one["driver"]),
            None if one["recorded"] == NO_NUMBER else one["recorded"],
            None if one["stated_kind"] == NOTHING else KINDS[one["stated_kind"]].value,
            None if one["stated_after"] == NO_NUMBER else one["stated_after"],
            json.dumps(attributes, ensure_ascii=False),
            one["line"],
        )


def _number(texts: Texts, text: str | None) -> int:
    return NOTHING if text is None else texts[text]


def _or(number: int | None, nothing: int) -> int:
    return nothing if number is None else number
