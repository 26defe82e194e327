"""CSV files from outside, of any size: checked byte by byte, then read row by row."""

import codecs
import csv
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, islice
from pathlib import Path
from typing import TextIO

from storage.errors import UnreadableFileError
from storage.importing.tables.table import (
    CHUNK_ROWS,
    FileFacts,
    RowSource,
    Stretch,
    Table,
    without_empty_ends,
)

_BLOCK = 2**20  # also the longest line: a table's are shorter by far, and each is held whole
_MOST_AT_ONCE = 2**26  # characters of a chunk, whose cells may hold line breaks without end
_Stamp = tuple[int, int, int, int]
"""Device, inode, size and time of change: one of them differs once a file is replaced."""


def open_text(path: Path, *, max_bytes: int) -> Table:
    """Check a UTF-8 CSV file with a header, without holding it.

    Parameters
    ----------
    path : Path
        A regular file; a byte order mark is dropped.
    max_bytes : int
        Larger files are refused; no more than this is read of them.

    Raises
    ------
    UnreadableFileError
        If the file as a whole cannot be read as such a table; one sentence says why.
    """
    stamp = _stamp(path)
    if not stamp[2]:  # also what the machine calls a file, and what may never end
        raise _empty()
    survey = _Survey()
    for block in _blocks(path, max_bytes):  # all of it first: the hash tells a known file
        survey.add(block)
    survey.end()
    line, header = _header(path)
    source: RowSource = partial(_unchanged, path, stamp)
    if len(header) > 1 and not header[-1].strip():  # each line ends with a comma, too
        header = header[:-1]
        source = partial(without_empty_ends, source, len(header))
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        raise UnreadableFileError("the columns are not separated by commas: save it so")
    file = FileFacts(path.name, survey.sha256.hexdigest(), survey.size, survey.line_breaks)
    return Table(file, tuple(header), line, source)


def _unchanged(path: Path, stamp: _Stamp) -> Iterator[Stretch]:
    yield from _stretches(path)
    if _stamp(path) != stamp:  # rows of two states would be taken for one file
        raise UnreadableFileError("the file changed while it was read: import it again")


def _stamp(path: Path) -> _Stamp:
    try:
        if not path.exists():
            raise UnreadableFileError("there is no such file")
        if not path.is_file():
            raise UnreadableFileError("it is not a file")
        found = path.stat()
    except (OSError, ValueError) as error:
        raise _unreadable() from error
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _empty() -> UnreadableFileError:
    return UnreadableFileError("the file is empty: its first line must name the columns")


def _unreadable() -> UnreadableFileError:
    return UnreadableFileError("the file cannot be read: check its name and rights")


def _blocks(path: Path, max_bytes: int) -> Iterator[bytes]:
    left = max_bytes + 1  # a byte more shows that there is more, also of a file that grows
    try:
        with path.open("rb") as file:
            while left and (block := file.read(min(_BLOCK, left))):
                left -= len(block)
                yield block
    except OSError as error:
        raise _unreadable() from error
    if not left:
        raise UnreadableFileError(
            f"the file is larger than the limit of {max_bytes // 2**20} MiB:"
            " split it, or raise NRRBOT_MAX_IMPORT_MIB"
        )


class _Survey:
    """One look at every byte of a file, for its hash and for bytes that are no text."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()
        self.size = 0
        self.line_breaks = 0
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._problem: UnreadableFileError | None = None

    def add(self, block: bytes) -> None:
        """Look at the next bytes; a fault is kept: that a file is too large is said first."""
        self._problem = self._problem or self._wrong(block, final=False)
        self.sha256.update(block)
        self.size += len(block)
        self.line_breaks += block.count(b"\n")

    def end(self) -> None:
        """Raise the first fault."""
        self._problem = self._problem or self._wrong(b"", final=True)
        if self._problem:
            raise self._problem

    def _wrong(self, block: bytes, *, final: bool) -> UnreadableFileError | None:
        # Spreadsheets call it "Unicode text"; decoding alone would blame a byte of line 1.
        if not self.size and block.startswith((b"\xff\xfe", b"\xfe\xff")):
            return UnreadableFileError("the file is UTF-16: save it as CSV in UTF-8")
        line = self.line_breaks + 1
        if b"\0" in block:
            line += block[: block.index(b"\0")].count(b"\n")
            return UnreadableFileError(f"line {line} holds a NUL byte: save it as CSV in UTF-8")
        if len(block) == _BLOCK and b"\n" not in block and b"\r" not in block:
            return UnreadableFileError(
                f"line {line} is longer than 1 MiB: end each row with a line break"
            )
        try:
            self._decoder.decode(block, final)
        except UnicodeDecodeError as error:
            line += error.object[: error.start].count(b"\n")
            return UnreadableFileError(f"line {line} is not UTF-8: save it as CSV in UTF-8")
        return None


def _header(path: Path) -> tuple[int, list[str]]:
    try:
        with _text(path) as file:
            for end, cells in _numbered(_bounded(file, _Room(_BLOCK, line=1))):
                return end - _breaks(cells), cells
    except csv.Error:
        raise _unmatched_quotes(path) from None
    raise _empty()


def _stretches(path: Path) -> Iterator[Stretch]:
    """Yield rows behind the header, blank ones as no cells, and the lines they start on."""
    header, line = True, 1
    with _text(path) as file:
        room = _Room(_MOST_AT_ONCE, line)
        reader = csv.reader(_bounded(file, room), strict=True)
        while rows := _next_rows(reader, path):
            end = reader.line_num + 1
            if end - line == len(rows):  # no cell has a line break: the usual file
                lines: Sequence[int] = range(line, end)
            else:
                lines = [*accumulate((1 + _breaks(cells) for cells in rows[:-1]), initial=line)]
            if header:
                first = next((place for place, cells in enumerate(rows) if cells), len(rows))
                header = first == len(rows)
                lines, rows = lines[first + 1 :], rows[first + 1 :]
            yield lines, rows
            line = end
            room.left, room.line = _MOST_AT_ONCE, line


@dataclass(slots=True)
class _Room:
    """Characters that what is read next may have, and the line that it begins on."""

    left: int
    line: int


def _bounded(text: Iterable[str], room: _Room) -> Iterator[str]:
    for line in text:
        room.left -= len(line)
        if room.left < 0:
            raise UnreadableFileError(
                f"what begins on line {room.line} is too long: end each row with a line break,"
                " outside of quotes"
            )
        yield line


def _next_rows(reader: "Iterator[list[str]]", path: Path) -> list[list[str]]:
    try:
        return list(islice(reader, CHUNK_ROWS))
    except csv.Error:
        raise _unmatched_quotes(path) from None


def _unmatched_quotes(path: Path) -> UnreadableFileError:
    line = _line_of_error(path)
    return UnreadableFileError(
        f"the quotes on line {line} do not match, or a cell there is too long"
    )


def _line_of_error(path: Path) -> int:
    line = 1  # the reader does not say it of rows taken in one go, so they are read again
    with _text(path) as file, suppress(csv.Error):
        for end, _ in _numbered(file):
            line = end + 1
    return line


def _numbered(text: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank, with the line it ends on."""
    reader = csv.reader(text, strict=True)
    for cells in reader:
        if cells:
            yield reader.line_num, cells


def _breaks(cells: Sequence[str]) -> int:
    # Windows, Unix and old Macs break lines differently; each break counts once.
    return sum(cell.count("\n") + cell.count("\r") - cell.count("\r\n") for cell in cells)


@contextmanager
def _text(path: Path) -> Iterator[TextIO]:
    try:  # newline="": the csv module splits rows itself, also within quotes
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable() from error
