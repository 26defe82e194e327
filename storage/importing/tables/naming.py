"""Names of a table's columns: the cells of a header to the names that readers know."""

import unicodedata
from collections.abc import Mapping, Sequence

from storage.errors import UnreadableFileError
from storage.importing.tables.table import NamedTable, Table

_MAX_COLUMNS = 200
_MAX_NAME = 60


def column_name(text: str) -> str:
    """Turn a header cell into a column's name: lower case, words joined by underscores."""
    # NFKC: full-width letters and hard spaces look like plain ones in a spreadsheet.
    words = unicodedata.normalize("NFKC", text).casefold().replace("-", " ").split()
    return "_".join(words)


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
    return table.named(_columns(table.header, aliases, required))


def _columns(
    header: Sequence[str], aliases: Mapping[str, str], required: Sequence[str]
) -> tuple[str, ...]:
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
