"""Tables of files that are made for a test."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.errors import UnreadableFileError
from storage.importing.spool import Scratch
from storage.importing.tables.opening import open_table
from storage.importing.tables.table import NOTHING_SAID, Table, TableOptions


@contextmanager
def opened(
    content: str | bytes, *, max_bytes: int = 2**20, options: TableOptions = NOTHING_SAID
) -> Iterator[Table]:
    with tempfile.TemporaryDirectory() as folder, Scratch() as scratch:
        path = Path(folder) / "file.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        yield open_table(path, max_bytes=max_bytes, scratch=scratch, options=options)


def cells(content: str | bytes, **said: str) -> list[tuple[int, list[str]]]:
    """Return the header and the rows behind it, each with its line."""
    with opened(content, options=TableOptions(**said)) as table:
        found = [(table.header_line, list(table.header))]
        for chunk in table.chunks():
            assert not chunk.findings
            found += [(line, [*row]) for line, row in zip(chunk.lines, chunk.rows, strict=True)]
        return found


def refused(content: str | bytes, **said: str) -> str:
    """Return the sentence that a file is refused with."""
    with pytest.raises(UnreadableFileError) as error:
        cells(content, **said)
    return str(error.value)
