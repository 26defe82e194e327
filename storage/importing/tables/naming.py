"""Names of a table's columns: the cells of a header to the names that readers know."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from storage.errors import UnreadableFileError
from storage.importing.tables.likeness import look_alikes
from storage.importing.tables.table import NamedTable, Table

_MAX_COLUMNS = 200
_MAX_NAME = 60
_SHOWN = 30  # characters of a cell
_MOST_SHOWN = 12
_BETWEEN_WORDS = re.compile(r"[\s\-\u2013()\[\]/.,:#%&'\u2019$\u20ac\u00a3_]+")


def columns_of(table: Table, *, aliases: Mapping[str, str], required: Sequence[str]) -> NamedTable:
    """Give the columns of a table our names.

    Parameters
    ----------
    aliases : mapping of str to str
        Other names of columns, to the name used here.
    required : sequence of str
        Columns that must be there.

    Raises
    ------
    UnreadableFileError
        If a cell of the header is no name, a name is there twice, or a required one is not.
    """
    if len(table.header) > _MAX_COLUMNS:
        raise UnreadableFileError(f"{table.header_place} has more than {_MAX_COLUMNS} columns")
    found: dict[str, str] = {}
    for place, text in enumerate(table.header, start=1):
        name = column_name(text)
        name = aliases.get(name, name)
        if not name.isidentifier() or len(name) > _MAX_NAME:
            raise UnreadableFileError(_no_name(table, place, text))
        if name in found:
            raise UnreadableFileError(
                f"{table.header_place} has the column {name} twice, as {quoted(found[name])}"
                f" and {quoted(text)}: rename one"
            )
        found[name] = text
    if missing := [name for name in required if name not in found]:
        raise UnreadableFileError(_lacks(table, missing, found))
    return table.named(tuple(found))


def column_name(text: str) -> str:
    """Turn a header cell into a column's name: lower case, words joined by underscores."""
    # NFKC: full-width letters and hard spaces look like plain ones in a spreadsheet.
    words = _BETWEEN_WORDS.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    return "_".join(words.split())


def quoted(text: str) -> str:
    """Put a cell into quotes, shortened to what a person needs to find it again."""
    return f'"{"".join(filter(str.isprintable, text.strip()))[:_SHOWN]}"'


def _no_name(table: Table, place: int, text: str) -> str:
    where = f"column {place} of {table.header_place}"
    if not text.strip():
        return f"{where} has no name: name it, or delete the column"
    return f"{where}, {quoted(text)}, is no name: use letters, digits and underscores"


def _lacks(table: Table, missing: Sequence[str], found: Mapping[str, str]) -> str:
    shown = ", ".join(map(quoted, [*found.values()][:_MOST_SHOWN]))
    more = f" and {len(found) - _MOST_SHOWN} more" if len(found) > _MOST_SHOWN else ""
    lacks = f"{table.header_place} lacks {', '.join(missing)}; it has {shown}{more}"
    alike = look_alikes(missing, [text for name, text in found.items() if name not in missing])
    if not alike:
        return lacks
    said = ", ".join(f"{quoted(text)} looks like {name}" for name, text in alike.items())
    return f"{lacks}; {said}: rename the column{'s' if len(alike) > 1 else ''}"
