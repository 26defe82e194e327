"""Rows of the ledger as arrays: those that the columns do not hold yet, in the ledger's order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Select, literal_column, select, text
from sqlmodel import Session

from storage.columns.arrays import Columns, LedgerMovements, Parents, Statements
from storage.store.messages import dialect_of, driver_of
from storage.store.statements import binary_rows

C = TypeVar("C", bound=Columns)
Numbers = dict[str, npt.NDArray[np.int64]]
"""Arrays of equal length by the names of columns."""
_AT_ONCE = 50_000  # rows, of which SQLite makes one text a column

_MOVEMENTS = {
    "id": "id",
    "account": "account",
    "product": "coalesce(product, -1)",
    "currency": "currency",
    "day": "day",
    "amount": "amount_minor",
    "driver": "coalesce(driver, -1)",
    "recorded": "recorded",
}
_STATEMENTS = {
    "id": "id",
    "account": "account",
    "day": "valid_from",
    "pair": "pair",
    "recorded": "recorded",
}
_PARENTS = {
    "id": "id",
    "account": "account",
    "day": "valid_from",
    "parent": "coalesce(parent, -1)",
    "recorded": "recorded",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRows:
    """The newest rows of the ledger by their ids, 0 where there is none."""

    movement: int = 0
    statement: int = 0
    parent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRows:
    """New rows of the ledger; movements come in parts, so that they need not be held together."""

    movements: Iterable[LedgerMovements]
    statements: Statements
    parents: Parents


def last_rows(session: Session) -> LastRows:
    """Read the ids of the newest rows."""
    tables = ("mrr_movement", "account_attribute", "account_parent")
    newest = ", ".join(f"(SELECT max(id) FROM {table})" for table in tables)  # noqa: S608 # nosec B608
    [found] = binary_rows(session, f"SELECT {newest}")  # nosec B608
    movement, statement, parent = (number or 0 for number in found)
    return LastRows(movement=movement, statement=statement, parent=parent)


def read_rows(session: Session, after: LastRows | None = None) -> LedgerRows:
    """Read the rows behind those that are known; all of them when none are."""
    after = after or LastRows()
    statements = read_parts(session, Statements, "account_attribute", _STATEMENTS, after.statement)
    parents = read_parts(session, Parents, "account_parent", _PARENTS, after.parent)
    return LedgerRows(
        movements=read_parts(session, LedgerMovements, "mrr_movement", _MOVEMENTS, after.movement),
        statements=Statements.joined([*statements]),
        parents=Parents.joined([*parents]),
    )


def read_parts(
    session: Session, shape: type[C], table: str, names: dict[str, str], after: int = 0
) -> Iterator[C]:
    """Yield rows of a table in the order of their ids, some at a time.

    Parameters
    ----------
    names : dict of str to str
        Expressions of whole numbers by the names of the shape's arrays, an ``id`` first.
    after : int
        The id behind which rows are read.
    """
    columns: list[ColumnElement[int]] = [
        literal_column(cell).label(name) for name, cell in names.items()
    ]
    rows = select(*columns).select_from(text(table)).order_by(text("id")).limit(_AT_ONCE)
    count = _AT_ONCE
    while count == _AT_ONCE:
        cells = read_numbers(session, rows.where(text(f"id > {after}")))
        if count := cells["id"].size:
            after = int(cells["id"][-1])
            yield shape(**{field.name: cells[field.name] for field in fields(shape)})


def read_numbers(session: Session, rows: Select[*tuple[Any, ...]]) -> Numbers:
    """Read whole numbers as arrays by the names of their columns; none of them may be NULL."""
    dialect, names = dialect_of(session), rows.selected_columns.keys()
    statement = str(rows.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    read = _copied if dialect.name == "postgresql" else _joined
    return read(session, statement, names)


def _joined(session: Session, statement: str, names: Sequence[str]) -> Numbers:
    # SQLite joins a column's numbers into one text, which numpy reads in one go.
    texts = ", ".join(f"group_concat({name})" for name in names)
    [row] = binary_rows(session, f"SELECT {texts} FROM ({statement})")  # noqa: S608 # nosec B608
    cells = [np.fromstring(cell or "", np.int64, sep=",") for cell in row]
    return dict(zip(names, cells, strict=True))


def _copied(session: Session, statement: str, names: Sequence[str]) -> Numbers:
    # PostgreSQL sends records of one width: a count of cells, then each behind its own width.
    record = np.dtype([("cells", ">i2"), *_cells(names)])
    columns = ", ".join(f"{name}::bigint" for name in names)
    inner = f"SELECT {columns} FROM ({statement}) AS s"  # noqa: S608 # nosec B608
    with (
        driver_of(session).cursor() as cursor,
        cursor.copy(f"COPY ({inner}) TO STDOUT (FORMAT BINARY)") as copy,
    ):
        sent = b"".join(copy)
    head = 19  # bytes: a signature, flags and the length of an extension
    count = (len(sent) - head - 2) // record.itemsize
    rows = np.frombuffer(sent, record, count, head)
    return {name: rows[name].astype(np.int64) for name in names}


def _cells(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        yield f"width_{name}", ">i4"
        yield name, ">i8"
