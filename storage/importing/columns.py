"""Cells to values a column at a time: each text that occurs is read once, however often it does."""

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from storage.importing.cells import MAX_LABEL, CellError, parse_label
from storage.importing.csv_file import CsvChunk
from storage.importing.findings import RowFinding

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
_MANY = 2**18
"""How many different cells are remembered: more would be a column of which few occur again."""


class Readings(dict[K, T | None], Generic[K, T]):
    """What each cell of a column means; None for one that is empty, or cannot be read.

    ``wrong`` has what is wrong with those that cannot be read.
    """

    def __init__(self, parse: Callable[[K], T | None]) -> None:
        super().__init__()
        self.wrong: dict[K, str] = {}
        self._parse = parse

    def __missing__(self, cell: K) -> T | None:
        try:
            value = self._parse(cell)
        except CellError as error:
            self.wrong[cell] = str(error)
            value = None
        self[cell] = value
        return value

    def forget(self) -> None:
        """Forget what is known once it is much."""
        if len(self) > _MANY:
            self.clear()
            self.wrong.clear()


class ChunkReader:
    """Reads a chunk's columns; what is wrong with a cell becomes a finding, as with a row's.

    ``wrong_rows`` are the places in the chunk of the rows that have findings.
    """

    def __init__(self, chunk: CsvChunk, names: Sequence[str]) -> None:
        self.findings: list[RowFinding] = []
        self.wrong_rows: set[int] = set()
        self._lines = chunk.lines
        self._cells = dict(zip(names, zip(*chunk.rows, strict=True), strict=False))

    def texts(self, name: str) -> Sequence[str]:
        """Return a column's cells as they stand; empty ones when it is not there."""
        return self._cells.get(name) or [""] * len(self._lines)

    def values(self, name: str, readings: Readings[str, T]) -> list[T | None]:
        """Return the values of a column; None where it is not there."""
        if name not in self._cells:
            return [None] * len(self._lines)
        return self.read(name, self.texts(name), readings)

    def read(self, name: str, cells: Sequence[K], readings: Readings[K, T]) -> list[T | None]:
        """Return the values of what stands for a column's cells, one for each row."""
        readings.forget()
        values = list(map(readings.__getitem__, cells))
        if readings.wrong:
            for place, cell in enumerate(cells):
                if cell in readings.wrong:
                    self.wrong_rows.add(place)
                    message = f"{name} {readings.wrong[cell]}"
                    self.findings.append(RowFinding(self._lines[place], message))
        return values

    def beside(self, name: str, values: Sequence[T]) -> list[tuple[str, T]]:
        """Return a column's cells, each with what was read of another cell of its row."""
        return list(zip(self.texts(name), values, strict=True))

    def keys(self, name: str) -> list[str | None]:
        """Return the labels of a column of which each is there once or twice, if any is."""
        if name not in self._cells:
            return [None] * len(self._lines)
        cells = self.texts(name)
        together = "".join(cells)
        if not together.isprintable() or max(map(len, cells), default=0) > MAX_LABEL:
            return self.values(name, Readings(optional(parse_label)))
        if " " in together:
            cells = [cell.strip(" ") for cell in cells]
        return [cell or None for cell in cells]


def required(parse: Callable[[str], T]) -> Callable[[str], T]:
    """Return how to read a cell that must not be empty."""

    def read(cell: str) -> T:
        text = cell.strip()
        if not text:
            raise CellError("is empty")
        return parse(text)

    return read


def optional(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    """Return how to read a cell that may be empty."""

    def read(cell: str) -> T | None:
        text = cell.strip()
        return parse(text) if text else None

    return read
