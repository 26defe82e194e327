"""Tables of files that are made for a test."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.errors import UnreadableFileError
from storage.importing.spool import Scratch
from storage.importing.tables.opening import open_table
from storage.importing.tables.table import NOTHING_SAID, FileTable, TableOptions


@contextmanager
def opened(
    content: str | bytes, *, max_bytes: int = 2**20, options: TableOptions = NOTHING_SAID
) -> Iterator[FileTable]:
    with tempfile.TemporaryDirectory() as folder, Scratch() as scratch:
        path = Path(folder) / "file.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        yield open_table(path, max_bytes=max_bytes, scratch=scratch, options=options)


def cells(
    content: str | bytes,
    *,
    max_bytes: int = 2**20,
    encoding: str | None = None,
    sheet: str | None = None,
) -> list[tuple[int, list[str]]]:
    """Return the header and the rows behind it, each with its line."""
    with opened(content, max_bytes=max_bytes, options=TableOptions(encoding, sheet)) as table:
        found = [(table.header_line, list(table.header))]
        for chunk in table.chunks():
            assert not chunk.findings
            found += [(line, [*row]) for line, row in zip(chunk.lines, chunk.rows, strict=True)]
        return found


def refused(
    content: str | bytes,
    *,
    max_bytes: int = 2**20,
    encoding: str | None = None,
    sheet: str | None = None,
) -> str:
    """Return the sentence that a file is refused with."""
    with pytest.raises(UnreadableFileError) as error:
        cells(content, max_bytes=max_bytes, encoding=encoding, sheet=sheet)
    return str(error.value)
