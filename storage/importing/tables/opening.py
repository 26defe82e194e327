"""Opening of a file, whatever it is: told by its first bytes, never by its name."""

import codecs
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from storage.errors import UnreadableFileError
from storage.importing.spool import Scratch, temporary_room
from storage.importing.tables import workbook
from storage.importing.tables.bytes_of_file import (
    BLOCK,
    first_bytes,
    stamp_of,
    too_large,
    unreadable,
)
from storage.importing.tables.json_file import MARKS, open_json
from storage.importing.tables.table import NOTHING_SAID, FileTable, TableOptions
from storage.importing.tables.text_file import open_text

STANDARD_INPUT = Path("-")
_OTHERS: Mapping[bytes, str] = {
    b"\xd0\xcf\x11\xe0": "a workbook of an old Excel, or one with a password: save it as .xlsx",
    b"%PDF": "a PDF: export the table as CSV or XLSX",
    b"\x1f\x8b": "compressed: unpack it first",
    b"<": "a web page or XML: export the table as CSV or XLSX",
}
_STATEMENTS = re.compile(
    rb"(?=.*(?:\bCREATE TABLE\b|\bINSERT INTO\b|\bdatabase dump\b|SQL dump\b))"
    rb"\s*(?:--|/\*|(?:SET|BEGIN|PRAGMA|CREATE|INSERT|DROP|USE)\s)",
    re.IGNORECASE | re.DOTALL,
)
_DRAWN = re.compile(rb"^\+?-+(?:\+-+)+\+?[ \r]*$", re.MULTILINE)
_QUERY = "export the result of a query as CSV"


def open_table(
    path: Path, *, max_bytes: int, scratch: Scratch, options: TableOptions = NOTHING_SAID
) -> FileTable:
    """Check a file and find its header, without holding its rows.

    Parameters
    ----------
    path : Path
        A file, a pipe, or ``-`` for standard input.
    max_bytes : int
        Larger files are refused; no more than this is read of them.
    scratch : Scratch
        Temporary files; open as long as rows are read.

    Raises
    ------
    UnreadableFileError
        If the file as a whole cannot be read as a table; one sentence says why.
    """
    name = "standard input" if path == STANDARD_INPUT else path.name
    at_rest = _at_rest(path, max_bytes=max_bytes, scratch=scratch)
    table = _opened(at_rest, name, max_bytes=max_bytes, scratch=scratch, options=options)
    return replace(table, file=replace(table.file, typed=str(path)))


def _opened(
    path: Path, name: str, *, max_bytes: int, scratch: Scratch, options: TableOptions
) -> FileTable:
    stamp_of(path)  # before anything is read: what the machine calls a file may never end
    start = first_bytes(path)
    for mark, said in _OTHERS.items():
        if start.lstrip().startswith(mark):
            raise UnreadableFileError(f"the file is {said}")
    if _STATEMENTS.match(start):
        raise UnreadableFileError(f"the file is a dump of a database, in SQL: {_QUERY}")
    if _DRAWN.search(start):
        raise UnreadableFileError(f"the file is a table drawn for reading: {_QUERY}")
    if start.startswith(workbook.MARK):
        return workbook.open_workbook(
            path, name=name, max_bytes=max_bytes, scratch=scratch, sheet=options.sheet
        )
    if start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(MARKS):
        return open_json(
            path, name=name, max_bytes=max_bytes, scratch=scratch, encoding=options.encoding
        )
    return open_text(path, max_bytes=max_bytes, name=name, encoding=options.encoding)


def _at_rest(path: Path, *, max_bytes: int, scratch: Scratch) -> Path:
    """Keep what comes through a pipe: it can be read only once."""
    try:
        if path == STANDARD_INPUT:
            return _kept(sys.stdin.buffer, max_bytes, scratch)
        if path.is_fifo():
            with path.open("rb") as pipe:
                return _kept(pipe, max_bytes, scratch)
    except (OSError, ValueError) as error:
        raise unreadable() from error
    return path


def _kept(stream: BinaryIO, max_bytes: int, scratch: Scratch) -> Path:
    left, path = max_bytes, scratch.path()
    with temporary_room():
        file = path.open("wb")
    with file:
        while block := stream.read(BLOCK):
            left -= len(block)
            if left < 0:
                raise too_large(max_bytes)
            with temporary_room():
                file.write(block)
    return path
