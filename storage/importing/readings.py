"""Readings of a table's cells, a column at a time: an equal text is parsed only once."""

import re
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

import numpy as np

from metrics.segments import PRODUCT, DerivedDimension
from storage.errors import UnreadableFileError
from storage.importing.cells import MAX_LABEL, CellError, parse_id, plain_label, quotable
from storage.importing.movements import Whole
from storage.importing.report import RowFinding
from storage.importing.tables.plain_rows import PlainColumn
from storage.importing.tables.sheet_errors import NOT_CALCULATED
from storage.importing.tables.table import Chunk
from storage.importing.tables.word_numbers import WordNumbers

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
_ERROR = re.compile(
    r"#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|FIELD!|BLOCKED!|ERROR!)|Err:\d{3}",
    re.ASCII,
)
"""Errors that spreadsheets show for a formula that gives nothing."""
_MANY = 2**18  # different cells: a column with more repeats itself too rarely to be remembered


def attribute_columns(columns: Sequence[str], own: set[str]) -> tuple[str, ...]:
    """List the columns that are dimensions of the account: all that are not the source's own.

    Raises
    ------
    UnreadableFileError
        If one has the name of a dimension that nrrbot derives itself, or that movements have.
    """
    dimensions = tuple(name for name in columns if name not in own)
    if PRODUCT in dimensions:
        raise UnreadableFileError(
            f"{PRODUCT} belongs to movements: leave that column out of an accounts file"
        )
    for name in dimensions:
        if name in set(DerivedDimension):
            raise UnreadableFileError(f"{name} is worked out by nrrbot: rename that column")
    return dimensions


class Readings(dict[K, T], Generic[K, T]):
    """Values of a column's cells by text; ``nothing`` for one that is empty or cannot be read.

    ``wrong`` has the messages on those that cannot be read, ``of_words`` numbers by their bytes.
    """

    def __init__(self, parse: Callable[[K], T | None], *, nothing: T) -> None:
        super().__init__()
        self.wrong: dict[K, str] = {}
        self.of_words = WordNumbers()
        self.nothing = nothing
        self._parse = parse

    def __missing__(self, cell: K) -> T:
        try:
            value = self._parse(cell)
        except CellError as error:
            self.wrong[cell] = str(error)
            value = None
        self[cell] = found = self.nothing if value is None else value
        return found

    def limit(self) -> None:
        """Forget all cells once they are many, so that memory does not grow with the file."""
        if len(self) > _MANY:
            for known in (self, self.wrong, self.of_words):
                known.clear()


class ChunkReader:
    """Reads the columns of a chunk of rows; a wrong cell becomes a finding.

    ``wrong_rows`` are the indexes in the chunk of the rows that have findings.
    """

    def __init__(self, chunk: Chunk, names: Sequence[str]) -> None:
        self.findings: list[RowFinding] = []
        self.wrong_rows: set[int] = set()
        self.lines = chunk.lines
        # A chunk whose rows all fell out gives no column, as if none were there: it has no line.
        self._cells: dict[str, Sequence[str]] = dict(zip(names, chunk.columns(), strict=False))

    def texts(self, name: str) -> Sequence[str]:
        """Return a column's cells as they stand; empty ones when it is not there."""
        return self._cells.get(name) or [""] * len(self.lines)

    def joined(self, name: str) -> str:
        """Return a column's cells as they stand, each with a line break behind it."""
        cells = self.texts(name)
        return cells.lines if isinstance(cells, PlainColumn) else "\n".join(cells) + "\n"

    def values(self, name: str, readings: Readings[str, T]) -> list[T]:
        """Return the values of a column; nothing where it is not there."""
        if name not in self._cells:
            return [readings.nothing] * len(self.lines)
        return self.read(name, self.texts(name), readings)

    def numbers(self, name: str, readings: Readings[str, int]) -> Whole:
        """Return the numbers of a column; nothing where it is not there."""
        rows = len(self.lines)
        if name not in self._cells:
            return np.full(rows, readings.nothing, np.int64)
        readings.limit()
        cells = self._cells[name]
        if isinstance(cells, PlainColumn):
            found = cells.numbers(readings, readings.of_words)
        # A day's rows stand together, and some columns are empty but for a few cells.
        elif cells[0] == cells[-1] and cells.count(cells[0]) == rows:
            found = np.full(rows, readings[cells[0]], np.int64)
        else:
            found = np.fromiter(map(readings.__getitem__, cells), np.int64, rows)
        self._refuse_wrong(name, cells, readings)
        return found

    def read(self, name: str, cells: Sequence[K], readings: Readings[K, T]) -> list[T]:
        """Return the values of keys that stand for a column's cells, one for each row."""
        readings.limit()
        values = list(map(readings.__getitem__, cells))
        self._refuse_wrong(name, cells, readings)
        return values

    def _refuse_wrong(self, name: str, cells: Sequence[K], readings: Readings[K, T]) -> None:
        if readings.wrong:  # rare, so that the rows of a clean file are not looked at one by one
            for place, cell in enumerate(cells):
                if cell in readings.wrong:
                    self.refuse(place, readings.wrong[cell], name)

    def refuse(self, place: int, message: str, column: str = "") -> None:
        """Take note that the row at an index of the chunk is wrong, and which of its cells."""
        self.wrong_rows.add(place)
        cell = self._cells[column][place] if column in self._cells else ""
        self.findings.append(RowFinding(self.lines[place], message, column, quotable(cell)))

    def beside(self, name: str, values: Sequence[T]) -> list[tuple[str, T]]:
        """Pair a column's cells with the values of another column in the same rows."""
        return list(zip(self.texts(name), values, strict=True))

    def keys(self, name: str) -> list[str | None]:
        """Return the labels of a column whose cells hardly ever occur twice, such as ids."""
        if name not in self._cells:
            return [None] * len(self.lines)
        cells = self.texts(name)
        together = "".join(cells)  # one look at all is many times faster than a look at each
        is_plain = together.isascii() and together.isprintable() and "+" not in together
        if not is_plain or max(map(len, cells), default=0) > MAX_LABEL:
            return self.values(name, Readings(optional(parse_id), nothing=None))
        if " " in together:
            cells = [cell.strip(" ") for cell in cells]  # the only white space that is printable
        return [cell or None for cell in cells]

    def unreadable_accounts(self) -> set[str]:
        """Return the accounts of the rows that have findings, as far as they can be told."""
        accounts = self.texts("account_id")
        return {plain_label(accounts[place].strip()) for place in self.wrong_rows}


def required(parse: Callable[[str], T]) -> Callable[[str], T]:
    """Make a parser that refuses an empty cell, and one that says no more than an error."""

    def read(cell: str) -> T:
        text = _text(cell)
        if not text:
            raise CellError("is empty")
        return parse(text)

    return read


def optional(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    """Make a parser that gives None for an empty cell, and refuses one that says an error."""

    def read(cell: str) -> T | None:
        text = _text(cell)
        return parse(text) if text else None

    return read


def _text(cell: str) -> str:
    text = cell.strip()
    if text == NOT_CALCULATED:
        raise CellError("has a formula without its value: save the workbook in a spreadsheet first")
    if text.startswith(("#", "Err:")) and _ERROR.fullmatch(text):
        raise CellError("is an error of the sheet: mend the formula, or write what it should give")
    return text
