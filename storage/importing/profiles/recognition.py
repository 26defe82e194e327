"""Recognition of a file: what kind it is, by its header, and what becomes of its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from metrics.money import is_currency
from storage.errors import UnreadableFileError
from storage.importing.file_kind import KINDS_OF_FILE, FileKind, kind_of_file
from storage.importing.profiles.all_profiles import find_profile
from storage.importing.profiles.attributes import LeftOut, choose_attributes, there_twice
from storage.importing.profiles.columns import CURRENCY, OurColumn, with_columns
from storage.importing.profiles.guesses import unknown_header
from storage.importing.profiles.names import plain_name
from storage.importing.profiles.origins import Origin
from storage.importing.profiles.profile import Profile
from storage.importing.profiles.unread_months import require_months_read
from storage.importing.profiles.wishes import ColumnWishes, MappingError
from storage.importing.tables.table import FileTable, NamedTable

_MAX_COLUMNS = 200
_OWNER = "owner"  # an attribute, which more columns than one may bring


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file whose kind is known, under our names.

    ``renamed`` are cells of the header that became columns of ours under other names.
    """

    profile: Profile
    table: NamedTable
    renamed: Mapping[str, str]
    left_out: Sequence[LeftOut]

    @property
    def kind(self) -> FileKind:
        """Its reader, and what that needs."""
        return kind_of_file(self.profile.kind)


def recognise(table: FileTable, wishes: ColumnWishes) -> Recognised:
    """Tell what kind of file it is, and give its columns our names.

    Parameters
    ----------
    wishes : ColumnWishes
        What a person says of its columns; a kind that is named there needs not be told.

    Raises
    ------
    UnreadableFileError, MappingError
        If no kind of file has such a header, or what was said does not fit it.
    """
    profile = _profile(table, wishes)
    prepared = profile.prepare(table)
    names = [plain_name(cell) for cell in prepared.header]
    required = kind_of_file(profile.kind).required
    read = profile.shape.origins(names)
    kept = {o: read[o] for o in read if o in required or read[o].column not in wishes.ignore}
    if _OWNER in kept and _OWNER not in kind_of_file(profile.kind).own:
        asked = wishes.only is None or wishes.only & {_OWNER, kept[_OWNER].column}
        kept = kept if asked else {ours: kept[ours] for ours in kept if ours != _OWNER}
    origins = kept | dict(wishes.origins(prepared.header))
    origins = _with_currency(origins, kind_of_file(profile.kind), wishes)
    used = {origin.column for origin in origins.values()}
    if profile.kind == "balances" and origins.keys().isdisjoint(("month", "date")):
        require_months_read(prepared, used, wishes)
    taken = frozenset(used | set(origins) | kind_of_file(profile.kind).own)
    attributes = choose_attributes(prepared, profile.shape.attributes, taken, wishes)
    columns = [
        OurColumn(ours, origin, _place(prepared, names, origin.column) if origin.column else None)
        for ours, origin in origins.items()
    ]
    columns += [OurColumn(name, Origin(name), place) for name, place in attributes.chosen.items()]
    if len(columns) > _MAX_COLUMNS:
        raise UnreadableFileError(f"{table.header_place} has more than {_MAX_COLUMNS} columns")
    # In the order of the file: one that has our names already is then read as it is.
    columns.sort(key=lambda each: len(names) if each.place is None else each.place)
    renamed = {
        each.name: prepared.header[each.place]
        for each in columns
        if each.place is not None
        and each.place < len(table.header)  # behind it are columns that a profile made
        and each.name != names[each.place]
    }
    return Recognised(profile, with_columns(prepared, columns), renamed, attributes.left_out)


def _profile(table: FileTable, wishes: ColumnWishes) -> Profile:
    if wishes.kind is not None and wishes.kind not in KINDS_OF_FILE:
        raise MappingError(f'"{wishes.kind}" is no kind of file: say {", ".join(KINDS_OF_FILE)}')
    names = [plain_name(cell) for cell in table.header]
    wished = wishes.origins(table.header)
    used = {origin.column for origin in wished.values()}
    # A column that a person maps is read by what it is mapped to, whatever it is called.
    read = [*(name for name in names if name not in used), *wished]
    profile = find_profile(read, wishes.kind) or find_profile([*names, *wished], wishes.kind)
    if profile is None:
        raise UnreadableFileError(unknown_header(table, read, wishes))
    return profile


def _with_currency(
    origins: Mapping[str, Origin], kind: FileKind, wishes: ColumnWishes
) -> dict[str, Origin]:
    if CURRENCY not in kind.required:
        return dict(origins)
    said = wishes.currency.upper()
    if said and not is_currency(said):
        raise MappingError(f"--currency takes a code such as EUR, not {wishes.currency}")
    if not said and CURRENCY not in origins:
        raise MappingError("the file names no currency: say --currency EUR")
    origin = origins.get(CURRENCY, Origin())
    if said and origin.alike:  # the column means something else, and the person knows it
        return {**origins, CURRENCY: Origin(otherwise=said)}
    return {**origins, CURRENCY: replace(origin, otherwise=said or origin.otherwise)}


def _place(table: FileTable, names: Sequence[str], name: str) -> int:
    first = names.index(name)
    if name in names[first + 1 :]:
        second = names.index(name, first + 1)
        raise UnreadableFileError(there_twice(table, first, second))
    return first
