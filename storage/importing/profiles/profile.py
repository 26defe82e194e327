"""Profile of a kind of file: its columns, what tells it from others, what is said of it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from storage.importing.profiles.origins import Origin
from storage.importing.tables.table import FileTable


class Shape(ABC):
    """Shape of the header of a kind of file; all names are plain ones."""

    attributes: Sequence[str] | None = None
    """Columns that are attributes of the account; None where all others are."""

    def fits(self, names: Collection[str]) -> bool:
        """Tell whether a header is of this shape, and of no other."""
        return self.has_all(names)

    @abstractmethod
    def has_all(self, names: Collection[str]) -> bool:
        """Tell whether a header has all that this kind of file needs."""

    @abstractmethod
    def origins(self, names: Collection[str]) -> dict[str, Origin]:
        """Choose an origin for each of our columns that a header has."""


def unprepared(table: FileTable) -> FileTable:
    """Take a table as it is: names of columns are all that its profile changes."""
    return table


@dataclass(frozen=True, slots=True)
class Remarks:
    """Words about a kind of file: in short behind its number of rows, and what it cannot say."""

    notes: Sequence[str] = ()
    history: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of file that somebody's program writes.

    ``name`` is for people; ``kind`` is one of those that have a reader, ``source`` the name under
    which the ledger keeps its rows, and ``prepare`` makes other rows of its rows where names of
    columns are not enough.
    """

    name: str
    kind: str
    source: str
    shape: Shape
    remarks: Remarks = Remarks()
    prepare: Callable[[FileTable], FileTable] = unprepared


@dataclass(frozen=True, slots=True)
class ExportShape(Shape):
    """A header that one program writes, always with the same names.

    Parameters
    ----------
    signature : set of str
        Columns that together only this export has.
    columns : mapping of str to sequence of Origin
        Origins of each of our columns, of which the first that the file has counts.
    required : sequence of str
        Those of our columns of which one origin must be there.
    attributes : sequence of str, optional
        Columns that are attributes of the account; None where all others are.
    """

    signature: frozenset[str]
    columns: Mapping[str, Sequence[Origin]] = field(default_factory=dict)
    required: Sequence[str] = ()
    attributes: Sequence[str] | None = ()

    def has_all(self, names: Collection[str]) -> bool:
        """Tell whether a header has the columns that tell."""
        return self.signature <= set(names) and set(self.required) <= set(self.origins(names))

    def origins(self, names: Collection[str]) -> dict[str, Origin]:
        """Choose for each of our columns the first origin that a header has."""
        chosen = {
            ours: next((each for each in origins if not each.column or each.column in names), None)
            for ours, origins in self.columns.items()
        }
        return {ours: origin for ours, origin in chosen.items() if origin is not None}
