"""Workbooks as tables: one sheet, whose cells become the text that a CSV file would have."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from storage.errors import UnreadableFileError
from storage.importing.report import Places
from storage.importing.spool import Scratch
from storage.importing.tables import sheet_process
from storage.importing.tables.bytes_of_file import blocks_of, require_unchanged, stamp_of
from storage.importing.tables.layout import LOOKED_AT, header_place
from storage.importing.tables.row_spool import spooled_rows
from storage.importing.tables.table import FileFacts, FileTable

MARK = b"PK\x03\x04"
"""First bytes of XLSX and ODS."""
_PATIENCE = 900  # seconds; the process has a limit of its own on the time that it may use


def open_workbook(
    path: Path, *, name: str, max_bytes: int, scratch: Scratch, sheet: str | None
) -> FileTable:
    """Turn a sheet into rows of text on disk, and find its header.

    Parameters
    ----------
    sheet : str, optional
        Which one; needed where more than one has rows.

    Raises
    ------
    UnreadableFileError
        If it cannot be read, or it must be said which sheet is meant.
    """
    stamp = stamp_of(path)
    sha256 = hashlib.sha256()
    for block in blocks_of(path, max_bytes):
        sha256.update(block)
    rows = scratch.path()
    outcome = _write_rows(path, rows, max_bytes=max_bytes, sheet=sheet)
    require_unchanged(path, stamp)
    line, header = _header(rows)
    file = FileFacts(name, sha256.hexdigest(), rows.stat().st_size, outcome["rows"])
    source = partial(spooled_rows, rows, behind=line, width=len(header))
    places = Places("row", outcome["sheet"], outcome["first_column"])
    return FileTable(file, tuple(header), line, source, places)


def _write_rows(path: Path, rows: Path, *, max_bytes: int, sheet: str | None) -> Mapping[str, Any]:
    said = [] if sheet is None else [sheet]
    command = (sys.executable, "-P", "-m", sheet_process.__name__)
    ended = subprocess.run(  # noqa: S603 - our own interpreter and code
        [*command, str(path), str(rows), str(max_bytes), *said],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        timeout=_PATIENCE,
        check=False,
    )
    if ended.returncode:
        raise UnreadableFileError("the workbook is damaged, or too large: save the sheet as CSV")
    outcome: Mapping[str, Any] = json.loads(ended.stdout)
    if "refused" in outcome:
        raise UnreadableFileError(f"the workbook {outcome['refused']}")
    return outcome


def _header(rows: Path) -> tuple[int, list[str]]:
    sample = list(islice(_numbered(rows), LOOKED_AT))
    line, cells = sample[header_place([cells for _, cells in sample])]
    width = max(place for place, cell in enumerate(cells, start=1) if cell.strip())
    return line, cells[:width]


def _numbered(rows: Path) -> Iterator[tuple[int, list[str]]]:
    for lines, stretch in spooled_rows(rows, behind=0, width=0):
        yield from zip(lines, stretch, strict=True)
