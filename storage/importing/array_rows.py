"""Bulk inserts of rows in arrays: PostgreSQL takes them as bytes, SQLite as cells."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from sqlalchemy import BigInteger, SmallInteger
from sqlmodel import Session, SQLModel

from storage.columns.codec import Whole
from storage.importing.movements import Flags
from storage.importing.report import STEP, Stored, counted, unheard
from storage.store.messages import driver_of, is_postgresql
from storage.store.statements import bulk_insert

Cell = int | None
_CELLS_AT_ONCE = 10_000  # rows: as objects a column of millions would take ten times its room
_Bytes = npt.NDArray[np.uint8]
_Cells = tuple[_Bytes, Flags]
"""Cells of a column, a row of bytes each, and which of these bytes are sent."""
_AT_ONCE = 2_500  # rows, whose bytes stay in the processor's cache
_HEAD, _END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"


def alike_apart(
    columns: Mapping[str, Whole], *, nothing: Mapping[str, int] = MappingProxyType({})
) -> tuple[dict[str, Iterator[Cell]], dict[str, Cell]]:
    """Put columns apart from those that have the same number in all rows.

    Parameters
    ----------
    nothing : mapping of str to int
        Columns that can be NULL, and what stands for it.

    Returns
    -------
    different : dict of str to iterator
        Cells by column, to be gone through once.
    same : dict of str to int or None
        One cell for all rows.
    """
    different, same = dict[str, Iterator[Cell]](), dict[str, Cell]()
    for name, numbers in columns.items():
        cells = chain.from_iterable(_cell_lists(numbers, nothing.get(name)))
        if numbers.size and bool((numbers == numbers[0]).all()):
            same[name] = next(cells)
        else:
            different[name] = cells
    return different, same


def _cell_lists(numbers: Whole, nothing: int | None) -> Iterator[list[Cell]]:
    for start in range(0, numbers.size, _CELLS_AT_ONCE):
        some = numbers[start : start + _CELLS_AT_ONCE]
        cells: list[Cell] = some.tolist()
        is_whole = nothing is None or not (some == nothing).any()
        yield cells if is_whole else [None if cell == nothing else cell for cell in cells]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayRows:
    """Cells of rows by column, all of one length.

    ``first`` is the id of the first row; those behind it have the next ones. ``nothing`` are the
    columns of numbers that can be NULL, and what stands for it.
    """

    first: int
    numbers: Mapping[str, Whole]
    texts: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    nothing: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.numbers.values())))

    @property
    def ids(self) -> range:
        """Their ids."""
        return range(self.first, self.first + len(self))


def insert_arrays(
    session: Session, table: type[SQLModel], rows: ArrayRows, stored: Stored = unheard
) -> None:
    """Insert rows by the driver's own bulk path; constraints hold as always.

    Parameters
    ----------
    stored : callable
        Hears how many rows are on their way, every so often.
    """
    if is_postgresql(session):
        _copy(session, table, rows, stored)
        return
    columns, same = alike_apart(rows.numbers, nothing=rows.nothing)
    alike: dict[str, int | str | None] = {
        name: cells[0] for name, cells in rows.texts.items() if _are_alike(cells)
    }
    texts = {name: cells for name, cells in rows.texts.items() if name not in alike}
    cells = counted(zip(rows.ids, *texts.values(), *columns.values(), strict=True), stored)
    bulk_insert(session, table, ("id", *texts, *columns), cells, same=alike | same)


def _are_alike(cells: Sequence[str | None]) -> bool:
    return len(cells) > 0 and cells[0] == cells[-1] and cells.count(cells[0]) == len(cells)


def _copy(session: Session, table: type[SQLModel], rows: ArrayRows, stored: Stored) -> None:
    known = SQLModel.metadata.tables[str(table.__tablename__)]
    numbers: dict[str, Whole] = {"id": np.array(rows.ids, np.int64), **rows.numbers}
    widths = [_width(known.c[name].type) for name in numbers]
    target = f"{known.name} ({', '.join((*numbers, *rows.texts))})"
    with (
        closing(driver_of(session).cursor()) as cursor,
        cursor.copy(f"COPY {target} FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.write(_HEAD)
        for some in _stretches(len(rows), stored):
            cells = [
                _numbers(each[some], width, rows.nothing.get(name))
                for (name, each), width in zip(numbers.items(), widths, strict=True)
            ]
            texts = (each[some] for each in rows.texts.values())
            cells += (_texts(each, cursor.connection.info.encoding) for each in texts)
            copy.write(_joined(cells))
        copy.write(_END)


def _stretches(size: int, stored: Stored) -> Iterator[slice]:
    for start in range(0, size, _AT_ONCE):
        if start % STEP == 0:
            stored(start)
        yield slice(start, min(start + _AT_ONCE, size))


def _width(kind: object) -> int:
    return 8 if isinstance(kind, BigInteger) else 2 if isinstance(kind, SmallInteger) else 4


def _numbers(numbers: Whole, width: int, nothing: int | None) -> _Cells:
    cells = np.empty(numbers.size, [("size", ">i4"), ("cell", f">i{width}")])
    cells["size"], cells["cell"] = width, numbers
    is_cut = cells["cell"] != numbers
    sent = np.ones((numbers.size, cells.itemsize), bool)
    if nothing is not None:
        is_nothing = numbers == nothing
        cells["size"][is_nothing] = -1
        sent[is_nothing, 4:] = False
        is_cut &= ~is_nothing
    if is_cut.any():
        raise OverflowError("a whole number needs more bits than its column has")
    return _bytes_of(cells), sent


def _texts(texts: Sequence[str | None], encoding: str) -> _Cells:
    encoded = [b"" if text is None else text.encode(encoding) for text in texts]
    sizes = np.fromiter(map(len, encoded), np.int64, len(encoded))
    cells = np.empty(sizes.size, [("size", ">i4"), ("cell", f"S{max(1, int(sizes.max()))}")])
    cells["size"], cells["cell"] = sizes, encoded
    cells["size"][[text is None for text in texts]] = -1
    return _bytes_of(cells), np.arange(cells.itemsize) < 4 + sizes[:, None]


def _joined(columns: Sequence[_Cells]) -> bytes:
    """Put the cells of each row side by side, their count before them."""
    cells, sent = zip(*columns, strict=True)
    rows = len(cells[0])
    count = np.full(rows, len(columns), ">i2").view(np.uint8).reshape(rows, 2)
    every = np.concatenate([count, *cells], axis=1)
    found: bytes = every[np.concatenate([np.ones(count.shape, bool), *sent], axis=1)].tobytes()
    return found


def _bytes_of(cells: npt.NDArray[np.void]) -> _Bytes:
    return cells.view(np.uint8).reshape(cells.size, -1)
