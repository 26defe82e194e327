"""One kind of file that can be imported: the names of its columns, and who reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from storage.importing.batch import Batch
from storage.importing.read_options import ReadOptions
from storage.importing.report import Progress
from storage.importing.spool import Scratch
from storage.importing.tables.table import NamedTable


class Reader(Protocol):
    """Turns a table into a batch; faults of its rows go into the findings."""

    def __call__(
        self,
        table: NamedTable,
        *,
        now: datetime,
        today: date,
        scratch: Scratch,
        progress: Progress,
        options: ReadOptions,
    ) -> Batch:
        """Read ``table``; ``now`` and ``today`` bound moments and dates in it."""
        ...


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: its reader, the columns that must be there, and all that have a meaning.

    A reader gets columns of these names only; those that are none of its own are attributes.
    """

    read: Reader
    required: Sequence[str]
    own: frozenset[str]
