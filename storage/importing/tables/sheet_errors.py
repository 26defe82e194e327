"""Errors in a workbook's cells, such as ``#DIV/0!``: the library reads them as empty cells."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml|content\.xml")
_BLOCK = 2**20  # bytes
_OF_EXCEL = re.compile(rb"""(<c\b[^<>]*\bt=)(["'])e\2""")
_OF_OPEN_DOCUMENT = re.compile(rb"""<[\w:-]*table-cell\b[^<>]*value-type=["']error["'][^<>]*>""")
_VALUE = re.compile(rb"""\s[\w-]*:?string-value=("[^"]*"|'[^']*')""")


def with_errors_as_text(workbook: Path, copy: Path) -> Path:
    """Copy a workbook so that its errors are texts; one without any needs no copy.

    Returns
    -------
    path
        The one to be read.
    """
    with suppress(OSError, zipfile.BadZipFile, EOFError), zipfile.ZipFile(workbook) as archive:
        if any(_has_errors(archive, part) for part in archive.infolist()):
            _write(archive, copy)
            return copy
    return workbook


def _has_errors(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    if not _SHEET.fullmatch(part.filename):
        return False
    with archive.open(part) as file:
        return any(_shown(block) != block for block in _blocks(file))


def _write(archive: zipfile.ZipFile, copy: Path) -> None:
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for part in archive.infolist():
            is_sheet = _SHEET.fullmatch(part.filename)
            with archive.open(part) as file, target.open(part.filename, "w") as written:
                for block in _blocks(file):
                    written.write(_shown(block) if is_sheet else block)


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield what a part holds, never cut within a tag."""
    rest = b""
    while more := file.read(_BLOCK):
        block = rest + more
        end = block.rfind(b"<")
        end = len(block) if end <= 0 else end
        rest = block[end:]
        yield block[:end]
    yield rest


def _shown(block: bytes) -> bytes:
    block = _OF_EXCEL.sub(rb"\1\2str\2", block)
    return _OF_OPEN_DOCUMENT.sub(lambda tag: _VALUE.sub(b"", tag[0]), block)
