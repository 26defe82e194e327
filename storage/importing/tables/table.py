"""Table of a file: its header and its rows as text, in chunks, before any cell means anything."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from storage.errors import UnreadableFileError
from storage.importing.report import Places, RowFinding
from storage.importing.tables.plain_rows import PlainRows

_MOST_BELOW = 1_000  # lines: more are no notice, and would all be in memory
CHUNK_ROWS = 500  # fit the processor's cache, and are freed before the garbage collector runs
_FIRST_CELL = itemgetter(0)
Stretch = tuple[Sequence[int], Sequence[Sequence[str]]]
"""Rows that stand together, blank ones as no cells, and the lines that they start on."""
RowSource = Callable[[], Iterator[Stretch]]
"""Yields the rows behind a header, from the first one at each call."""


@dataclass(frozen=True, slots=True)
class TableOptions:
    """Choices of a person about a file: its encoding, and one of its sheets."""

    encoding: str | None = None
    sheet: str | None = None


NOTHING_SAID = TableOptions()


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file that was looked at once; ``line_count`` is about how many rows it has.

    ``typed`` is what a person has written to name it, for a line that is to be typed next.
    ``goes_on`` is whether it says that it is one page of several.
    """

    name: str
    sha256: str
    size: int
    line_count: int
    typed: str = "FILE"
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of a table that have the right number of cells, as they stand, and their lines."""

    lines: Sequence[int]
    rows: Sequence[Sequence[str]]
    findings: Sequence[RowFinding]

    def columns(self) -> Sequence[Sequence[str]]:
        """Turn the rows into columns; without a row there is none."""
        if isinstance(self.rows, PlainRows):
            return self.rows.columns
        return list(zip(*self.rows, strict=True))


@dataclass(frozen=True, slots=True)
class FileTable:
    """A file with a header of cells as they were found, on the line ``header_line``.

    The last ``made`` columns are worked out of the others.
    """

    file: FileFacts
    header: tuple[str, ...]
    header_line: int
    source: RowSource
    places: Places = field(default_factory=Places)
    made: int = 0

    @property
    def header_place(self) -> str:
        """The header and where it is, for a sentence."""
        if not self.header_line:
            return "the JSON"
        return f"the header ({self.places.spot(self.header_line)})"

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows, some at a time; blank lines are skipped.

        The cells of a row are as many as those of the header. May be called again.

        Raises
        ------
        UnreadableFileError
            If quotes do not match, there is no row, or the file changes meanwhile.
        """
        found = False
        for lines, rows in self.source():
            chunk = self._chunk(lines, rows)
            if chunk.lines or chunk.findings:
                found = True
                yield chunk
        if not found:
            raise UnreadableFileError("the file has a header and no rows")

    def named(self, columns: Sequence[str]) -> "NamedTable":
        """Give the columns our names, one for each, in the order of the header."""
        return NamedTable(self.file, tuple(columns), self.chunks, self.places.of(columns))

    def _chunk(self, lines: Sequence[int], rows: Sequence[Sequence[str]]) -> Chunk:
        width = len(self.header)
        if isinstance(rows, PlainRows) and rows.fill(width):
            return Chunk(lines, rows, ())
        if set(map(len, rows)) <= {width} and all(map(str.strip, map(_FIRST_CELL, rows))):
            return Chunk(lines, rows, ())
        # A spreadsheet leaves rows of empty cells between others, and behind the last one.
        numbered = [
            (line, cells) for line, cells in zip(lines, rows, strict=True) if "".join(cells).strip()
        ]
        right = [(line, cells) for line, cells in numbered if len(cells) == width]
        findings = [
            RowFinding(line, _other_width(len(cells) - self.made, width - self.made))
            for line, cells in numbered
            if len(cells) != width
        ]
        return Chunk([line for line, _ in right], [cells for _, cells in right], findings)


@dataclass(frozen=True, slots=True)
class NamedTable:
    """A table whose columns have our names: what readers of a kind of file get.

    ``source`` yields the chunks anew at each call.
    """

    file: FileFacts
    columns: tuple[str, ...]
    source: Callable[[], Iterator[Chunk]]
    places: Places = field(default_factory=Places)

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows, as `FileTable.chunks` does."""
        return self.source()

    def cells(self, columns: Sequence[str]) -> Iterator[str]:
        """Yield the cells of some columns that are not blank."""
        places = [self.columns.index(name) for name in columns if name in self.columns]
        for chunk in self.chunks():
            for row in chunk.rows:
                yield from filter(None, (row[place].strip() for place in places))


def without_empty_ends(source: RowSource, width: int) -> Iterator[Stretch]:
    """Cut off what stands empty behind the columns that have a name."""
    for lines, rows in source():
        yield lines, [cells if any(cells[width:]) else cells[:width] for cells in rows]


def without_lines_below(source: RowSource) -> Iterator[Stretch]:
    """Leave out lines of one cell at the end, behind an empty one: totals of a report, a notice."""
    held_lines, held = list[int](), list[Sequence[str]]()
    for lines, rows in source():
        end = _end_of_table(rows)
        if end and held:  # what seemed to be below the table stands in it
            yield held_lines, held
            held_lines, held = [], []
        if end:
            yield lines[:end], rows if end == len(rows) else rows[:end]
        held_lines += lines[end:]
        held += rows[end:] if end < len(rows) else []
        if len(held) > _MOST_BELOW:
            yield held_lines, held
            held_lines, held = [], []
    if held and any(held[0]):  # right behind the last row: one that was cut off
        yield held_lines, held


def _end_of_table(rows: Sequence[Sequence[str]]) -> int:
    if isinstance(rows, PlainRows):
        return len(rows)
    return next((place for place in range(len(rows), 0, -1) if len(rows[place - 1]) > 1), 0)


def _other_width(found: int, width: int) -> str:
    cells = "cell" if found == 1 else "cells"
    return f"has {found} {cells} where the header has {width}"
