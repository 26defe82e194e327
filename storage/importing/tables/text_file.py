"""CSV files from outside, of any size and as people have them: read row by row."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from io import TextIOWrapper
from itertools import accumulate, chain, islice
from pathlib import Path
from typing import BinaryIO, TextIO

from storage.errors import UnreadableFileError
from storage.importing.tables.bytes_of_file import (
    BLOCK,
    UTF_8,
    Survey,
    blocks_of,
    empty,
    encoding_of,
    require_unchanged,
    stamp_of,
    unreadable,
)
from storage.importing.tables.layout import Layout, layout_of
from storage.importing.tables.plain_rows import PlainReading
from storage.importing.tables.table import (
    CHUNK_ROWS,
    FileFacts,
    FileTable,
    RowSource,
    Stretch,
    without_empty_ends,
    without_lines_below,
)

_MOST_AT_ONCE = 2**26  # characters of a chunk, whose cells may hold line breaks without end
_SAMPLE = 2**16  # characters that a layout is told by
_SAMPLE_LINES = 200
_AT_ONCE = 2**14  # characters


def open_text(
    path: Path, *, max_bytes: int, name: str | None = None, encoding: str | None = None
) -> FileTable:
    """Check a CSV file with a header, without holding it.

    Parameters
    ----------
    path : Path
        A regular file.
    max_bytes : int
        Larger files are refused; no more than this is read of them.
    encoding : str, optional
        Of a file without a byte order mark; else it is UTF-8.

    Raises
    ------
    UnreadableFileError
        If the file as a whole cannot be read as such a table; one sentence says why.
    """
    stamp = stamp_of(path)
    found = encoding_of(path, encoding)
    survey = Survey(found)
    for block in blocks_of(path, max_bytes):  # all of it first: the hash tells a known file
        survey.add(block)
    survey.end()
    text = _TextRows(path, found, _layout(path, found))
    line, header, _ = text.header()
    width = max(place for place, cell in enumerate(header, 1) if place == 1 or cell.strip())
    source: RowSource = text.rows
    if width < len(header):  # each line ends with a separator, too
        source = partial(without_empty_ends, source, width)
    if width > 1:
        source = partial(without_lines_below, source)
    rows = max(0, survey.line_breaks - line)
    file = FileFacts(name or path.name, survey.sha256.hexdigest(), survey.size, rows)
    return FileTable(file, tuple(header[:width]), line, partial(_unchanged, source, path, stamp))


def _unchanged(
    source: RowSource, path: Path, stamp: tuple[int, int, int, int]
) -> Iterator[Stretch]:
    yield from source()
    require_unchanged(path, stamp)


def _layout(path: Path, encoding: str) -> Layout:
    lines, room = list[str](), _SAMPLE
    with _text(path, encoding) as file:
        for line in islice(file, _SAMPLE_LINES):
            lines.append(line)
            room -= len(line)
            if room < 0:
                break
    return layout_of(lines)


@dataclass(frozen=True, slots=True)
class _TextRows:
    """Rows of a file whose layout is known."""

    path: Path
    encoding: str
    layout: Layout

    def header(self) -> tuple[int, list[str], int]:
        """Read the row that names the columns, the line that it is on, and that behind it."""
        line, mark, room = 1, self.layout.separator, _Room(BLOCK, line=1)
        try:
            with _text(self.path, self.encoding) as file:
                reader = csv.reader(_bounded(file, room), delimiter=mark, strict=True)
                for place, cells in enumerate(reader):
                    if cells and place >= self.layout.header:
                        return line, cells, reader.line_num + 1
                    line = reader.line_num + 1
        except csv.Error:
            raise self._unmatched_quotes() from None
        raise empty()

    def rows(self) -> Iterator[Stretch]:
        """Yield the rows behind the header."""
        _, header, line = self.header()
        offset = self._offset(line) if self.encoding == UTF_8 else 0
        if not offset:
            yield from self._rest(0, 1)
            return
        with _bytes(self.path) as file:
            plain = PlainReading(file, self.layout.separator, len(header), offset, line)
            for rows in plain:
                yield range(plain.line, plain.line + len(rows)), rows
        yield from self._rest(plain.offset, plain.line)

    def _offset(self, line: int) -> int:
        """Find the byte that a line begins with; 0 where lines do not end as they usually do."""
        with _bytes(self.path) as file:
            above = [file.readline() for _ in range(line - 1)]
        is_usual = not any(b"\r" in one.removesuffix(b"\r\n") for one in above)
        return sum(map(len, above)) if is_usual else 0

    def _rest(self, offset: int, line: int) -> Iterator[Stretch]:
        """Yield the rows from a byte and its line on, and never the header."""
        above, before = not offset, line - 1
        with _text(self.path, self.encoding, offset) as file:
            room = _Room(_MOST_AT_ONCE, line)
            reader = csv.reader(_bounded(file, room), delimiter=self.layout.separator, strict=True)
            while rows := self._next_rows(reader):
                end = before + reader.line_num + 1
                if end - line == len(rows):  # no cell has a line break: the usual file
                    lines: Sequence[int] = range(line, end)
                else:
                    lines = [*accumulate((1 + _breaks(cells) for cells in rows[:-1]), initial=line)]
                if above:  # the header is among the first rows
                    first = self._first_behind(rows)
                    above = first == len(rows)
                    lines, rows = lines[first:], rows[first:]
                yield lines, rows
                line = end
                room.left, room.line = _MOST_AT_ONCE, line

    def _first_behind(self, rows: Sequence[Sequence[str]]) -> int:
        places = range(self.layout.header, len(rows))
        return next((place + 1 for place in places if rows[place]), len(rows))

    def _next_rows(self, reader: Iterator[list[str]]) -> list[list[str]]:
        try:
            return list(islice(reader, CHUNK_ROWS))
        except csv.Error:
            raise self._unmatched_quotes() from None

    def _unmatched_quotes(self) -> UnreadableFileError:
        return UnreadableFileError(
            f"the quotes on line {self._line_of_error()} do not match, or a cell there is too long"
        )

    def _line_of_error(self) -> int:
        line = 1  # the reader does not say it of rows taken in one go, so they are read again
        with _text(self.path, self.encoding) as file, suppress(csv.Error):
            reader = csv.reader(file, delimiter=self.layout.separator, strict=True)
            for cells in reader:
                line = reader.line_num + 1 if cells else line
        return line


@dataclass(slots=True)
class _Room:
    """Characters that what is read next may have, and the line that it begins on."""

    left: int
    line: int


def _bounded(text: TextIO, room: _Room) -> Iterable[str]:
    """Yield the lines, as long as what is read for one chunk has room."""
    return chain.from_iterable(_stretches(text, room))


def _stretches(text: TextIO, room: _Room) -> Iterator[list[str]]:
    while lines := text.readlines(_AT_ONCE):  # a look at each line would take longer than to read
        room.left -= sum(map(len, lines))
        if room.left < 0:
            raise UnreadableFileError(
                f"what begins on line {room.line} is too long: end each row with a line break,"
                " outside of quotes"
            )
        yield lines


def _breaks(cells: Sequence[str]) -> int:
    # Windows, Unix and old Macs break lines differently; each break counts once.
    return sum(cell.count("\n") + cell.count("\r") - cell.count("\r\n") for cell in cells)


@contextmanager
def _text(path: Path, encoding: str, offset: int = 0) -> Iterator[TextIO]:
    # Only the first bytes are a mark of the encoding. newline="": the csv module splits rows
    # itself, also within quotes.
    name = "utf-8" if offset and encoding == UTF_8 else encoding
    with _bytes(path) as file:
        file.seek(offset)
        yield TextIOWrapper(file, name, newline="")


@contextmanager
def _bytes(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except (OSError, UnicodeError) as error:
        raise unreadable() from error
