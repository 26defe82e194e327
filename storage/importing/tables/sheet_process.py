"""Reading of a workbook in a process of its own: a few bytes of one can ask for any memory.

The process has limits, and ends when it reaches one; whoever started it goes on.
"""

import json
import sys
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path
from typing import TextIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from storage.importing.tables.numbers import plain_digits
from storage.importing.tables.row_spool import RowSpool
from storage.importing.tables.sheet_errors import with_errors_as_text

_MEMORY = 2**31  # bytes
_SECONDS = 600
_EXACT = 2**53  # whole numbers are not told apart in a sheet from there on
_LONGEST = 32_767  # characters that a cell of a spreadsheet can hold
_UNPACKED = 2**26  # bytes of which nobody asks how small they were packed
_PACKED = 100  # times as large: many small rows that are alike come to more, a large sheet never
_TOO_LARGE = "is damaged, or too large: save the sheet as CSV"
_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")


class SheetRefusedError(Exception):
    """A workbook cannot be read, or it must be said which of its sheets is meant."""


def write_rows(workbook: Path, target: TextIO, sheet: str | None) -> Mapping[str, str | int]:
    """Write the rows of a workbook's sheet as text.

    Returns
    -------
    mapping
        The name of the ``sheet``, its ``rows`` by number, and the index of its ``first_column``.

    Raises
    ------
    SheetRefusedError
        If there is no such sheet, more than one in question, or no workbook that can be read.
    """
    try:
        with workbook.open("rb") as file, CalamineWorkbook.from_filelike(file) as opened:
            found = _sheet(opened, sheet)
            spool = RowSpool(target)
            for line, values in enumerate(found.iter_rows(), start=1):
                cells = [*map(cell_text, values)]
                if len(max(cells, key=len, default="")) > _LONGEST:
                    raise SheetRefusedError(
                        f"has a cell of more than {_LONGEST:,} characters in row {line}: shorten it"
                    )
                spool.add(line, cells)
            spool.flush()
    except PasswordError:
        raise SheetRefusedError("has a password: save it without one") from None
    except CalamineError:
        raise SheetRefusedError(_fault(workbook)) from None
    if not spool.count:
        raise SheetRefusedError(f'has no rows on the sheet "{found.name}"')
    # Rows are counted from the first of the sheet on, but cells from the first that is filled.
    column = found.start[1] if found.start else 0
    return {"sheet": found.name, "rows": spool.count, "first_column": column}


def _sheet(workbook: CalamineWorkbook, said: str | None) -> CalamineSheet:
    known = [one for one in workbook.sheets_metadata if one.typ is SheetTypeEnum.WorkSheet]
    if said is not None:
        names = [one.name for one in known if _plain(one.name) == _plain(said)]
        if not names:
            raise SheetRefusedError(
                f'has no sheet "{said}": it has {_listed([one.name for one in known])}'
            )
        return workbook.get_sheet_by_name(names[0])
    seen = [one.name for one in known if one.visible is SheetVisibleEnum.Visible]
    filled = [name for name in seen if _has_rows(workbook.get_sheet_by_name(name))]
    if not filled:
        raise SheetRefusedError("has no rows")
    if len(filled) > 1:
        raise SheetRefusedError(
            f"has rows on the sheets {_listed(filled)}: say which one, such as"
            f' --sheet "{filled[0]}"'
        )
    return workbook.get_sheet_by_name(filled[0])


def _plain(name: str) -> str:
    return name.strip().casefold()


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _has_rows(sheet: CalamineSheet) -> bool:
    return any(any(map(cell_text, values)) for values in sheet.iter_rows())


def cell_text(value: object) -> str:
    """Write a cell as a CSV file would have it: dates in ISO 8601, numbers in plain digits.

    >>> cell_text(1200.0), cell_text(0.1 + 0.2), cell_text(1.5e-7), cell_text(2.0**60)
    ('1200', '0.3', '0.00000015', '1.15292E+18')
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return _number_text(value)
    if isinstance(value, datetime):
        midnight = value.time() == time.min
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def _number_text(value: float) -> str:
    if value.is_integer():
        # A larger one has lost digits: in this form it is refused wherever they count.
        return str(int(value)) if abs(value) < _EXACT else f"{value:.5E}"
    return plain_digits(repr(value))


def _fault(workbook: Path) -> str:
    with suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(workbook) as archive:
        if not any(part in archive.namelist() for part in _PARTS):
            return "is a ZIP archive: unpack it first"
    return _TOO_LARGE


def require_size(workbook: Path, *, max_bytes: int) -> None:
    """Check how large a workbook is when it is unpacked, before it is.

    Raises
    ------
    SheetRefusedError
        If it is larger than a file may be, or a few bytes are to become many.
    """
    with suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(workbook) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
        packed = workbook.stat().st_size
        if unpacked > max_bytes or unpacked > max(_UNPACKED, _PACKED * packed):
            raise SheetRefusedError(_TOO_LARGE)


def limit_process(*, max_bytes: int) -> None:
    """Limit the memory, the time and the size of files of this process."""
    import resource  # noqa: PLC0415 - not on every system

    limits = (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_FSIZE, max_bytes),
    )
    for kind, most in limits:
        with suppress(OSError, ValueError):  # one that the system does not know, or has lower
            resource.setrlimit(kind, (most, most))


def main(workbook: str, target: str, max_bytes: str, *sheet: str) -> None:
    """Write the rows of a sheet to a file, and what became of it to standard output."""
    limit_process(max_bytes=int(max_bytes))
    with Path(target).open("w", encoding="utf-8") as file:
        try:
            require_size(Path(workbook), max_bytes=int(max_bytes))
            shown = with_errors_as_text(Path(workbook), Path(target).with_suffix(".workbook"))
            outcome = write_rows(shown, file, sheet[0] if sheet else None)
        except SheetRefusedError as refusal:
            outcome = {"refused": str(refusal)}
    sys.stdout.write(json.dumps(outcome))


if __name__ == "__main__":
    main(*sys.argv[1:])
