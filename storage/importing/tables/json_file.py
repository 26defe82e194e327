"""JSON from outside: a list of objects, lines of them, or the list in what an API answers."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from storage.errors import UnreadableFileError
from storage.importing.report import Places
from storage.importing.spool import Scratch, temporary_room
from storage.importing.tables.bytes_of_file import (
    Survey,
    blocks_of,
    encoding_of,
    require_unchanged,
    stamp_of,
    unreadable,
)
from storage.importing.tables.json_scanner import JsonScanner, too_deep
from storage.importing.tables.row_spool import RowSpool, spooled_rows
from storage.importing.tables.table import FileFacts, FileTable

MARKS = (b"{", b"[")
"""First bytes of such a file, which no header of a CSV file has."""
_MOST_KEYS = 1000
_DEEPEST = 50


def open_json(
    path: Path, *, name: str, max_bytes: int, scratch: Scratch, encoding: str | None
) -> FileTable:
    """Turn objects into rows of text on disk: their keys, in order, are the header.

    The keys of objects and the numbers of lists within them are joined by dots.

    Raises
    ------
    UnreadableFileError
        If it is no such JSON; one sentence says why.
    """
    stamp = stamp_of(path)
    found = encoding_of(path, encoding)
    survey = Survey(found, long_lines=True)
    for block in blocks_of(path, max_bytes):
        survey.add(block)
    survey.end()
    rows, header = scratch.path(), dict[str, int]()
    with temporary_room():
        target = rows.open("w", encoding="utf-8")
    with target:
        spool = RowSpool(target)
        unit, goes_on = _write_rows(path, found, spool, header)
        with temporary_room():
            spool.flush()
    require_unchanged(path, stamp)
    if not header:
        raise UnreadableFileError("the JSON holds no rows")
    sha256 = survey.sha256.hexdigest()
    file = FileFacts(name, sha256, survey.size, spool.count, goes_on=goes_on)
    source = partial(spooled_rows, rows, behind=0, width=len(header))
    return FileTable(file, tuple(header), 0, source, Places(unit))


def _write_rows(
    path: Path, encoding: str, spool: RowSpool, header: dict[str, int]
) -> tuple[str, bool]:
    unit = "object"
    try:
        with path.open(encoding=encoding) as file:
            scanner = JsonScanner(file)
            for number, (line, value) in enumerate(scanner.objects(), start=1):
                unit = "object" if line is None else "line"
                place = number if line is None else line
                cells = _cells(value, header, f"{unit} {place}")
                with temporary_room():
                    spool.add(place, cells)
    except (OSError, UnicodeError) as error:
        raise unreadable() from error
    return unit, scanner.goes_on


def _cells(value: object, header: dict[str, int], where: str) -> list[str]:
    if not isinstance(value, dict):
        raise UnreadableFileError(
            f'{where} of the JSON is no row: write each as {{"account_id": "acme", ...}}'
        )
    cells = [""] * len(header)
    try:
        for key, text in _flat(value, ""):
            place = header.setdefault(key, len(header))
            if place == len(cells):
                cells.append("")
            cells[place] = text
        if len(header) > _MOST_KEYS:
            raise UnreadableFileError(f"the JSON has more than {_MOST_KEYS:,} different keys")
        "".join((*header, *cells)).encode()
    except UnicodeEncodeError:
        raise UnreadableFileError(f"{where} of the JSON holds half a character") from None
    return cells


def _flat(value: Any, key: str, depth: int = 0) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - of a stranger
    if depth > _DEEPEST:
        raise too_deep()
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for name, one in inner:
            yield from _flat(one, f"{key}.{name}" if key else str(name), depth + 1)
    elif isinstance(value, bool):
        yield key, str(value).lower()
    else:
        yield key, "" if value is None else value
