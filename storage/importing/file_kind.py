"""Kinds of file that can be imported: the names of their columns, who reads them, and how."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module

from storage.importing.batch import Batch, FileIdentity, ReadProblems
from storage.importing.read_options import USUAL, ReadOptions
from storage.importing.readings import ChunkReader
from storage.importing.report import ImportPhase, Progress, unobserved
from storage.importing.spool import Scratch
from storage.importing.tables.table import NamedTable
from storage.store.column_types import moment_number

# A new kind is a module with a `KIND`, and a line here; `profiles.all_profiles` has what tells its
# header.
KINDS_OF_FILE = {
    "movements": "storage.importing.movements_csv",
    "balances": "storage.importing.levels.reading",
    "contracts": "storage.importing.contracts.reading",
    "accounts": "storage.importing.accounts_csv",
    "rates": "storage.importing.rates_csv",
    "signals": "storage.importing.signals.reading",
}


@dataclass(slots=True)
class FileReading:
    """Goes through a table once; ``rows`` counts what was read so far."""

    table: NamedTable
    progress: Progress
    rows: int = 0
    problems: ReadProblems = field(default_factory=ReadProblems)

    def __iter__(self) -> Iterator[ChunkReader]:
        """Yield a reader of the columns of each stretch, and take its findings when it is done."""
        for chunk in self.table.chunks():
            reader = ChunkReader(chunk, self.table.columns)
            self.rows += len(chunk.rows)
            yield reader
            self.problems.findings += (*chunk.findings, *reader.findings)
            self.problems.unreadable |= reader.unreadable_accounts()
            self.problems.ragged |= bool(chunk.findings)
            total = max(self.table.file.line_count, self.rows)
            self.progress(ImportPhase.READING, done=self.rows, total=total)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileToRead:
    """A table, and all that reading its rows takes.

    Attributes
    ----------
    source : str
        The name under which the ledger keeps its rows.
    named_by : str
        The version of the ids of that source that its accounts are read by.
    now, today : datetime, date
        Bounds of the moments and days in it.
    scratch : Scratch
        Temporary files for rows that do not fit in memory; open until the batch has landed.
    """

    table: NamedTable
    source: str
    named_by: str = ""
    now: datetime
    today: date
    scratch: Scratch
    progress: Progress = unobserved
    options: ReadOptions = USUAL

    @property
    def recorded(self) -> int:
        """The moment from which its rows are known, where they state none."""
        return moment_number(self.now)

    def start(self) -> FileReading:
        """Begin to go through its rows."""
        return FileReading(self.table, self.progress)

    def groups(self, group_bytes: int | None = None) -> int:
        """Count the groups that it falls into, of which one fits in memory."""
        return 1 + self.table.file.size // (group_bytes or self.options.group_bytes)

    def identity(self, rows: int) -> FileIdentity:
        """Name it for the list of imports, with the number of its rows."""
        facts = self.table.file
        return FileIdentity(
            source=self.source,
            sha256=facts.sha256,
            rows=rows,
            name=facts.name,
            goes_on=facts.goes_on,
            named_by=self.named_by,
        )


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: its reader, the columns that must be there, and all that have a meaning.

    A reader turns a file into a batch; faults of rows go into the findings. It gets columns of
    these names only; those that are none of its own are attributes.
    """

    read: Callable[[FileToRead], Batch]
    required: Sequence[str]
    own: frozenset[str]


def kind_of_file(name: str) -> FileKind:
    """Load a kind of file by its name."""
    kind: FileKind = import_module(KINDS_OF_FILE[name]).KIND
    return kind
