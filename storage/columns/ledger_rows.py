"""Rows of the ledger as arrays: those that the columns do not hold yet, in the ledger's order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from sqlalchemy import Select
from sqlmodel import Session

from storage.columns.arrays import Columns, LedgerMovements, Parents, Statements
from storage.store.messages import dialect_of, is_postgresql
from storage.store.statements import binary_rows

C = TypeVar("C", bound=Columns)
Numbers = dict[str, npt.NDArray[np.int64]]
"""Arrays of equal length by the names of columns."""
_AT_ONCE = 50_000  # rows, whose cells come in one text or array a column
_SENT = np.dtype([("width", ">i4"), ("cell", ">i8")])
_SENT_HEAD = (
    20  # bytes: how many dimensions, flags, the type of cells, and the one dimension's ends
)

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
    newest = ", ".join(f"(SELECT max(id) FROM {table})" for table in tables)  # noqa: S608 # nosec
    [found] = binary_rows(session, f"SELECT {newest}")
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
    columns = ", ".join(f"{cell} AS {name}" for name, cell in names.items())
    count = _AT_ONCE
    while count == _AT_ONCE:
        behind = f"FROM {table} WHERE id > {after} ORDER BY id LIMIT {_AT_ONCE}"
        cells = _numbers(session, f"SELECT {columns} {behind}", [*names])
        if count := cells["id"].size:
            after = int(cells["id"][-1])
            yield shape(**{name: cells[name] for name in shape.names()})


def read_numbers(session: Session, rows: Select[*tuple[Any, ...]]) -> Numbers:
    """Read whole numbers as arrays by the names of their columns; none of them may be NULL."""
    # Written out: the database's own parameters would each need their place in a text around it.
    compiled = rows.compile(dialect=dialect_of(session), compile_kwargs={"literal_binds": True})
    return _numbers(session, str(compiled), rows.selected_columns.keys())


def _numbers(session: Session, statement: str, names: Sequence[str]) -> Numbers:
    """Read columns of whole numbers in one row, each as a whole: to pick up rows takes longer."""
    together, numbers = "group_concat({})", _listed
    if is_postgresql(session):
        together, numbers = "array_send(array_agg({}::bigint))", _sent
    columns = ", ".join(map(together.format, names))
    [row] = binary_rows(session, f"SELECT {columns} FROM ({statement}) AS s")  # noqa: S608 # nosec
    return {name: numbers(cell) for name, cell in zip(names, row, strict=True)}


def _listed(cell: Any) -> npt.NDArray[np.int64]:  # noqa: ANN401 - a text, None without a row
    return np.fromstring(cell or "", np.int64, sep=",")


def _sent(cell: Any) -> npt.NDArray[np.int64]:  # noqa: ANN401 - bytes, None without a row
    if cell is None:
        return np.zeros(0, np.int64)
    return np.frombuffer(cell, _SENT, offset=_SENT_HEAD)["cell"].astype(np.int64)
