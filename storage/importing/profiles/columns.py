"""Columns of a file under our names: chosen once, then applied to its rows as they come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from storage.importing.cells import CellError
from storage.importing.profiles.origins import Origin, divided
from storage.importing.report import RowFinding, column_letters
from storage.importing.tables.plain_rows import PlainRows
from storage.importing.tables.table import Chunk, FileTable, NamedTable

CURRENCY = "currency"


@dataclass(frozen=True, slots=True)
class OurColumn:
    """One of the columns that a reader gets: its name, its origin, and where it is in a row."""

    name: str
    origin: Origin
    place: int | None = None


def with_columns(table: FileTable, columns: Sequence[OurColumn]) -> NamedTable:
    """Give the rows of a table our columns; lines and findings stay as they are."""
    names = tuple(column.name for column in columns)
    places = [column.place for column in columns if column.place is not None]
    is_plain = all(column.origin.is_plain for column in columns)
    if is_plain and places == list(range(len(table.header))):
        return table.named(names)
    made = _Picking(places) if is_plain else _Making(columns)
    letters = {
        name: column_letters(each.place)
        for each in columns
        if each.place is not None
        for name in (each.name, table.header[each.place])
    }
    at = replace(table.places, letters=letters if table.places.sheet is not None else {})
    return NamedTable(table.file, names, lambda: map(made, table.chunks()), at)


class _Picking:
    """Cells in another order, as they stand."""

    def __init__(self, places: Sequence[int]) -> None:
        self._places = places
        self._only = places[0] if len(places) == 1 else None  # the getter of one gives no row
        self._pick = itemgetter(*places)

    def __call__(self, chunk: Chunk) -> Chunk:
        if isinstance(chunk.rows, PlainRows):
            theirs = chunk.rows.columns
            return replace(chunk, rows=PlainRows([theirs[place] for place in self._places]))
        if self._only is not None:
            return replace(chunk, rows=[(cells[self._only],) for cells in chunk.rows])
        return replace(chunk, rows=list(map(self._pick, chunk.rows)))


class _Making:
    """Cells of which some become others."""

    def __init__(self, columns: Sequence[OurColumn]) -> None:
        self._columns = columns
        self._names = [column.name for column in columns]
        self._first: dict[str, str] = {}

    def __call__(self, chunk: Chunk) -> Chunk:
        theirs = chunk.columns()
        made = [_said(each, theirs, len(chunk.rows)) for each in self._columns]
        wrong: dict[int, RowFinding] = {}
        for place, column in enumerate(self._columns):
            if column.origin.divisor != 1:
                made[place] = self._divided(column, made, chunk.lines, wrong)
            if column.origin.alike:
                self._require_alike(column, made[place], chunk.lines, wrong)
        rows = list(zip(*made, strict=True))
        right = [row for row in range(len(rows)) if row not in wrong]
        return Chunk(
            [chunk.lines[row] for row in right] if wrong else chunk.lines,
            [rows[row] for row in right] if wrong else rows,
            [*chunk.findings, *wrong.values()],
        )

    def _divided(
        self,
        column: OurColumn,
        made: Sequence[Sequence[str]],
        lines: Sequence[int],
        wrong: dict[int, RowFinding],
    ) -> Sequence[str]:
        cells = [*made[self._names.index(column.name)]]
        has_currency = CURRENCY in self._names
        codes = made[self._names.index(CURRENCY)] if has_currency else [""] * len(cells)
        for row, (cell, code) in enumerate(zip(cells, codes, strict=True)):
            try:
                cells[row] = divided(cell, column.origin.divisor, code)
            except CellError as error:
                wrong[row] = RowFinding(lines[row], str(error), column.name, cell)
        return cells

    def _require_alike(
        self,
        column: OurColumn,
        cells: Sequence[str],
        lines: Sequence[int],
        wrong: dict[int, RowFinding],
    ) -> None:
        for row, cell in enumerate(cells):
            if self._first.setdefault(column.name, cell) != cell:
                wrong[row] = RowFinding(lines[row], column.origin.alike, column.name, cell)


def _said(column: OurColumn, theirs: Sequence[Sequence[str]], count: int) -> Sequence[str]:
    if column.place is None:
        return [column.origin.word("")] * count
    cells = theirs[column.place] if theirs else ()
    if column.origin.words or column.origin.otherwise or column.origin.is_moment:
        return list(map(column.origin.word, cells))
    return cells
