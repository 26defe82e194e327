"""A CSV file from outside: read whole, checked as a table, before any cell means anything."""

import csv
import hashlib
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from storage.errors import UnreadableFileError
from storage.importing.findings import Finding

_MAX_COLUMNS = 200
_MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class CsvTable:
    """The rows of a file that have the right number of cells, each with its line number."""

    sha256: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[int, Mapping[str, str]]]
    findings: Sequence[Finding]


def read_csv(
    path: Path, *, max_bytes: int, aliases: Mapping[str, str], required: Sequence[str]
) -> CsvTable:
    """Read a UTF-8 CSV file with a header.

    Parameters
    ----------
    path : Path
        A regular file; a byte order mark is dropped.
    max_bytes : int
        Larger files are refused; no more than this is read of them.
    aliases : mapping of str to str
        Other names of columns, to the name used here.
    required : sequence of str
        Columns that must be there.

    Raises
    ------
    UnreadableFileError
        If the file as a whole cannot be read as such a table; one sentence says why.
    """
    content = _read_bytes(path, max_bytes)
    lines = _lines(_decode(content))
    header = next(lines, None)
    if header is None:
        raise UnreadableFileError("the file is empty: its first line must name the columns")
    columns = _columns(header[1], aliases, required)
    rows, findings = [], []
    for line, cells in lines:
        if len(cells) == len(columns):
            rows.append((line, dict(zip(columns, map(str.strip, cells), strict=True))))
        else:
            count = f"{len(cells)} cell" + ("s" if len(cells) != 1 else "")
            findings.append(Finding(line, f"has {count} where the header has {len(columns)}"))
    if not rows and not findings:
        raise UnreadableFileError("the file has a header and no rows")
    return CsvTable(hashlib.sha256(content).hexdigest(), columns, rows, findings)


def _read_bytes(path: Path, max_bytes: int) -> bytes:
    try:
        if not path.exists():
            raise UnreadableFileError("there is no such file")
        if not path.is_file():
            raise UnreadableFileError("it is not a file")
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        raise UnreadableFileError("the file cannot be read: check its name and rights") from error
    if len(content) > max_bytes:
        raise UnreadableFileError(
            f"the file is larger than the limit of {max_bytes // 2**20} MiB:"
            " split it, or raise NRRBOT_MAX_IMPORT_MIB"
        )
    return content


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFileError("the file is UTF-16: save it as CSV in UTF-8")
    if b"\0" in content:
        line = content[: content.index(b"\0")].count(b"\n") + 1
        raise UnreadableFileError(f"line {line} holds a NUL byte: save it as CSV in UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnreadableFileError(f"line {line} is not UTF-8: save it as CSV in UTF-8") from None


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line it starts on; blank lines are skipped."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise UnreadableFileError(
                f"the quotes on line {line} do not match, or a cell there is too long"
            ) from None
        if cells:
            yield line, cells


def column_name(text: str) -> str:
    """Return a header cell as a column's name: lower case, words joined by underscores."""
    words = unicodedata.normalize("NFKC", text).casefold().replace("-", " ").split()
    return "_".join(words)


def _columns(
    header: Sequence[str], aliases: Mapping[str, str], required: Sequence[str]
) -> tuple[str, ...]:
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        raise UnreadableFileError("the columns are not separated by commas: save it so")
    if len(header) > _MAX_COLUMNS:
        raise UnreadableFileError(f"the header has more than {_MAX_COLUMNS} columns")
    columns: list[str] = []
    for place, text in enumerate(header, start=1):
        name = column_name(text)
        name = aliases.get(name, name)
        if not name.isidentifier() or len(name) > _MAX_NAME:
            raise UnreadableFileError(
                f"the header of column {place} is no name: use letters, digits and underscores"
            )
        if name in columns:
            raise UnreadableFileError(f"the column {name} is there twice")
        columns.append(name)
    missing = [name for name in required if name not in columns]
    if missing:
        raise UnreadableFileError(f"the header lacks {', '.join(missing)}")
    return tuple(columns)
