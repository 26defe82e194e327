"""One line of a table on its way to values; it collects what is wrong with its cells."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from metrics.segments import DerivedDimension
from storage.errors import UnreadableFileError
from storage.importing.cells import CellError, parse_label
from storage.importing.findings import RowFinding

T = TypeVar("T")


class RowReader:
    """Reads the cells of one line by column; a cell that cannot be read becomes a finding."""

    def __init__(self, line: int, cells: Mapping[str, str]) -> None:
        self.line = line
        self.findings: list[RowFinding] = []
        self._cells = cells

    def find(self, column: str, message: str) -> None:
        """Note that a column's cell is wrong."""
        self.findings.append(RowFinding(self.line, f"{column} {message}"))

    def required(self, column: str, parse: Callable[[str], T]) -> T | None:
        """Return a cell's value; None, with a finding, when it cannot be read."""
        text = self._cells[column]
        if not text:
            self.find(column, "is empty")
            return None
        return self._parse(column, text, parse)

    def optional(self, column: str, parse: Callable[[str], T]) -> T | None:
        """Return a cell's value; None when the cell is empty or its column is not there."""
        text = self._cells.get(column)
        return self._parse(column, text, parse) if text else None

    def label(self, column: str) -> str | None:
        """Return a cell's text; None when it is empty."""
        return self.optional(column, parse_label)

    def labels(self, columns: Sequence[str]) -> dict[str, str]:
        """Return the texts of the columns that have one."""
        found = ((column, self.label(column)) for column in columns)
        return {column: text for column, text in found if text is not None}

    def _parse(self, column: str, text: str, parse: Callable[[str], T]) -> T | None:
        try:
            return parse(text)
        except CellError as error:
            self.find(column, str(error))
            return None


def attribute_columns(columns: Sequence[str], own: set[str]) -> tuple[str, ...]:
    """Return the columns that are dimensions of the account.

    Raises
    ------
    UnreadableFileError
        If one has the name of a dimension that nrrbot derives itself.
    """
    dimensions = tuple(name for name in columns if name not in own)
    for name in dimensions:
        if name in set(DerivedDimension):
            raise UnreadableFileError(f"{name} is worked out by nrrbot: rename that column")
    return dimensions
