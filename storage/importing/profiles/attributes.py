"""Attributes of a file: which of the columns that are not ours accounts can be asked by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from storage.errors import UnreadableFileError
from storage.importing.profiles.names import is_attribute_name, listed, plain_name, quoted
from storage.importing.profiles.personal import looks_like
from storage.importing.profiles.wishes import ColumnWishes, MappingError
from storage.importing.tables.table import CHUNK_ROWS, FileTable

NO_NAME, NO_ATTRIBUTE = "has no name", "is no name that can be asked by"
OF_ACCOUNTS = "names accounts"
_NAMES_OF_ACCOUNTS = frozenset(
    (
        *("account_name", "customer_name", "company_name", "client_name", "organization_name"),
        *("organisation_name", "associated_company", "customers_company", "kundenname", "firma"),
    )
)
"""Plain names of columns with the names of accounts, which a list of accounts brings."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A column that no question can ask by, as it was found, and why."""

    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class AttributeChoice:
    """Columns that become attributes, by name with their places, and those that do not."""

    chosen: Mapping[str, int] = field(default_factory=dict)
    left_out: Sequence[LeftOut] = ()


def choose_attributes(
    table: FileTable,
    offered: Sequence[str] | None,
    ours: frozenset[str],
    wishes: ColumnWishes,
) -> AttributeChoice:
    """Choose among the columns of a file.

    Parameters
    ----------
    offered : sequence of str, optional
        Plain names of the columns that may be attributes; None if all may.
    ours : set of str
        Plain names that are taken: they are columns of ours, or became some.

    Raises
    ------
    MappingError
        If the file has no column that is to be the only one, or ignored.
    UnreadableFileError
        If two columns have the same name.
    """
    names = [plain_name(cell) for cell in table.header]
    _require_there(table, names, wishes)
    chosen: dict[str, int] = {}
    left_out: list[LeftOut] = []
    cells = sample(table)
    for place, name in enumerate(names):
        if name in ours:
            continue
        if name in _NAMES_OF_ACCOUNTS and wishes.only is None and name not in wishes.ignore:
            left_out.append(LeftOut(table.header[place], OF_ACCOUNTS))
            continue
        if not _is_wanted(name, offered, wishes):
            continue
        if not name:
            left_out.append(LeftOut(f"column {place + 1}", NO_NAME))
            continue
        reason = _against(name, cells[place] if cells else (), wishes)
        if reason:
            left_out.append(LeftOut(table.header[place], reason))
        elif name in chosen:
            raise UnreadableFileError(there_twice(table, chosen[name], place))
        else:
            chosen[name] = place
    return AttributeChoice(chosen, left_out)


def there_twice(table: FileTable, first: int, second: int) -> str:
    """Say that two columns of a header have the same name."""
    cells = table.header[first], table.header[second]
    return (
        f"{table.header_place} has the column {plain_name(cells[0])} twice, as {quoted(cells[0])}"
        f" and {quoted(cells[1])}: rename one"
    )


def _require_there(table: FileTable, names: Sequence[str], wishes: ColumnWishes) -> None:
    for option, said in (("--only", wishes.only), ("--ignore", wishes.ignore)):
        for name in sorted(said or ()):
            if name not in names:
                raise MappingError(
                    f"{option} {name}: there is no such column, the file has {listed(table.header)}"
                )


def _is_wanted(name: str, offered: Sequence[str] | None, wishes: ColumnWishes) -> bool:
    if wishes.only is not None:
        return name in wishes.only
    return name not in wishes.ignore and (offered is None or name in offered)


def _against(name: str, cells: Sequence[str], wishes: ColumnWishes) -> str:
    if not is_attribute_name(name):
        return NO_ATTRIBUTE
    return "" if wishes.only is not None else looks_like(name, cells)


def sample(table: FileTable) -> Sequence[Sequence[str]]:
    """Take the first cells of each column; nothing where no row can be read."""
    first = next(iter(table.chunks()))
    return list(zip(*first.rows[:CHUNK_ROWS], strict=True))
