"""Writing of columns, a table's rows of one month at a time, or comparison with what is stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import Protocol

import numpy as np
from sqlmodel import Session, SQLModel

from metrics.runs import begins
from storage.columns.arrays import CHUNK, Columns
from storage.columns.codec import Key, Packed, Whole, pack
from storage.columns.reading import ColumnReader
from storage.store.column_types import day_of
from storage.store.statements import batches, binary_rows, key_of, put_rows, write_rows
from storage.tables.columns import WindowSum

_BY_MONTH = {"month_column", "place_column", "movement_column", "control_total"}


class Sink(Protocol):
    """Takes what was built."""

    def put(self, table: type[SQLModel], rows: Mapping[Key, Packed], *, within: Key = ()) -> None:
        """Take all rows of a table whose keys begin with ``within``."""
        ...

    def put_some(self, table: type[SQLModel], rows: Mapping[Key, Packed]) -> None:
        """Take some rows of a table, and leave the others as they are."""
        ...


def dense(cells: Whole, name: str, *, fill: int = 0, within: Key = ()) -> dict[Key, Packed]:
    """Pack cells in chunks; those at the end of a chunk that are ``fill`` are left out."""
    found: dict[Key, Packed] = {}
    for chunk, start in enumerate(range(0, cells.size, CHUNK)):
        some = cells[start : start + CHUNK]
        filled = np.flatnonzero(some != fill)
        if filled.size:
            found[*within, chunk] = {name: pack(some[: filled[-1] + 1])}
    return found


def by_account(rows: Columns, account: Whole, *, within: Key = ()) -> dict[Key, Packed]:
    """Pack rows, which are sorted by account, in chunks of accounts."""
    chunks = account // CHUNK
    starts = np.flatnonzero(begins(chunks)).tolist()
    found: dict[Key, Packed] = {}
    for start, end in pairwise([*starts, account.size]):
        found[*within, int(chunks[start])] = packed(rows.pick(slice(start, end)))
    return found


def packed(rows: Columns) -> Packed:
    """Pack every column."""
    return {name: pack(getattr(rows, name)) for name in rows.names()}


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes rows into the tables, those that are as they were excepted.

    Parameters
    ----------
    reader : ColumnReader, optional
        Is told what is written, and need not read it.
    """

    session: Session
    reader: ColumnReader | None = None

    def put(self, table: type[SQLModel], rows: Mapping[Key, Packed], *, within: Key = ()) -> None:
        """Write all rows of a table whose keys begin with ``within``; others of these go."""
        if self.reader:
            self.reader.know(table, rows, within)
        conditions = [f"{key} = ?" for key in key_of(table)[: len(within)]]
        if rows:  # what is within differs in its last key alone
            conditions.append(f"{key_of(table)[-1]} NOT IN ({', '.join('?' * len(rows))})")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        gone = [*within, *(key[-1] for key in rows)]
        write_rows(self.session, f"DELETE FROM {table.__tablename__}{where}", [gone])  # noqa: S608 # nosec
        self.put_some(table, rows)

    def put_some(self, table: type[SQLModel], rows: Mapping[Key, Packed]) -> None:
        """Write rows of a table; all others stay."""
        if not rows:
            return
        cells = [(*key, *own.values()) for key, own in rows.items()]
        put_rows(self.session, table, (*key_of(table), *next(iter(rows.values()))), cells)


@dataclass(frozen=True, slots=True)
class Difference:
    """A column that is not as it should be: its table, its key there and its name."""

    table: str
    key: Key
    column: str

    @property
    def where(self) -> str:
        """The column in words; what belongs to a month is named by it, else by the chunk."""
        if self.table == WindowSum.__tablename__:
            first, last = map(day_of, self.key)
            return f"{self.table}.{self.column} of {first:%Y-%m} until {last:%Y-%m}"
        if self.table in _BY_MONTH:
            return f"{self.table}.{self.column} of {day_of(self.key[0]):%Y-%m}"
        return f"{self.table}.{self.column} of row {self.key[0]}"


@dataclass(slots=True)
class Inspection:
    """Notes where what was built is not what is stored: table, key and column."""

    session: Session
    differing: list[Difference] = field(default_factory=list)

    def put(self, table: type[SQLModel], rows: Mapping[Key, Packed], *, within: Key = ()) -> None:
        """Compare all rows of a table whose keys begin with ``within``."""
        self._compare(table, rows, dict(stored_rows(self.session, table, within)))

    def put_some(self, table: type[SQLModel], rows: Mapping[Key, Packed]) -> None:
        """Compare rows of a table."""
        self._compare(table, rows, dict(stored_some(self.session, table, [*rows])))

    def _compare(
        self, table: type[SQLModel], rows: Mapping[Key, Packed], stored: Mapping[Key, Packed]
    ) -> None:
        for key in sorted(rows.keys() | stored.keys()):
            built, held = rows.get(key, {}), stored.get(key, {})
            for name in sorted(built.keys() | held.keys()):
                if built.get(name) != held.get(name):
                    self.differing.append(Difference(str(table.__tablename__), key, name))


def stored_rows(
    session: Session, table: type[SQLModel], within: Key
) -> Iterator[tuple[Key, Packed]]:
    """Read the rows of a table whose keys begin with ``within``, in order."""
    condition = " AND ".join(f"{name} = ?" for name in key_of(table)[: len(within)])
    return _rows(session, table, f" WHERE {condition}" if within else "", within)


def stored_some(
    session: Session, table: type[SQLModel], some: Sequence[Key]
) -> Iterator[tuple[Key, Packed]]:
    """Read the rows of a table that have some keys, in order."""
    keys = key_of(table)
    for few in batches(some):
        among = f" WHERE ({', '.join(keys)}) IN (VALUES {_places(keys, len(few))})"
        yield from _rows(session, table, among, [*chain.from_iterable(few)])


def _rows(
    session: Session, table: type[SQLModel], where: str, parameters: Sequence[int]
) -> Iterator[tuple[Key, Packed]]:
    known, keys = SQLModel.metadata.tables[str(table.__tablename__)], key_of(table)
    names = [column.name for column in known.columns if column.name not in keys]
    statement = (
        f"SELECT {', '.join((*keys, *names))} FROM {known.name}{where} ORDER BY {', '.join(keys)}"  # noqa: S608 # nosec
    )
    for row in binary_rows(session, statement, parameters):
        cells = zip(names, map(bytes, row[len(keys) :]), strict=True)
        yield row[: len(keys)], dict(cells)


def _places(cells: Sequence[str], rows: int) -> str:
    """Write the places of so many rows' cells in a statement."""
    return ", ".join([f"({', '.join('?' * len(cells))})"] * rows)
