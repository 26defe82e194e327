"""Cells of a workbook that the library reads as empty: errors, formulas without a value."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

NOT_CALCULATED = "#NOT CALCULATED"
_SAID = rb'\1 t="str"\2<v>' + NOT_CALCULATED.encode() + b"</v></c>"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml|content\.xml")
_BLOCK = 2**20  # bytes
_OF_EXCEL = re.compile(rb"""(<c\b[^<>]*\bt=)(["'])e\2""")
_OF_OPEN_DOCUMENT = re.compile(rb"""<[\w:-]*table-cell\b[^<>]*value-type=["']error["'][^<>]*>""")
_NOT_CALCULATED = re.compile(
    rb"""(<c\b(?:\s+(?!t=)\w+=["'][^"'<>]*["'])*)(?:\s+t=["']n["'])?((?:\s+(?!t=)\w+=["'][^"'<>]*["'])*\s*>"""
    rb"""\s*<f\b[^<>]*(?:/>|>[^<]*</f>))\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"""
)
_VALUE = re.compile(rb"""\s[\w-]*:?string-value=("[^"]*"|'[^']*')""")


def with_errors_as_text(workbook: Path, copy: Path) -> Path:
    """Copy a workbook so that such cells are texts; one without any needs no copy.

    A formula that a program wrote, and no spreadsheet ever calculated, is `NOT_CALCULATED`.

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
    """Yield what a part holds, never cut within a tag, nor within a cell of Excel."""
    rest = b""
    while more := file.read(_BLOCK):
        block = rest + more
        end = max(block.rfind(b"<c "), 0) or max(block.rfind(b"<"), 0) or len(block)
        rest = block[end:]
        yield block[:end]
    yield rest


def _shown(block: bytes) -> bytes:
    block = _OF_EXCEL.sub(rb"\1\2str\2", block)
    if b"<f" in block:
        block = _NOT_CALCULATED.sub(_SAID, block)
    return _OF_OPEN_DOCUMENT.sub(lambda tag: _VALUE.sub(b"", tag[0]), block)
