"""The form that every source's file takes before it may land in the ledger."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple, Protocol

from sqlmodel import Session

from metrics.data_end import Declared
from metrics.movements import MovementKind
from storage.importing.movements import FileMovements, FileTexts, Whole
from storage.importing.report import RowFinding
from storage.importing.statement_rows import StatementRows
from storage.store.column_types import day_number

EVERY_DAY = day_number(date.min), day_number(date.max)
"""The days of a file that has all that its source ever said."""
ID_IN_USE = "is in use for other content: a correction is a new row with an id of its own"
"""Finding on a ``movement_id`` that names two different movements."""


@dataclass(frozen=True, slots=True)
class StatedOutcome:
    """Kind and MRR afterwards that a source states of a movement: checked, never trusted."""

    kind: MovementKind | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMovement:
    """One movement of a file, for the replay of a doubtful account."""

    line: int
    movement_id: str
    day: int
    amount_minor: int
    currency: str
    stated: StatedOutcome = StatedOutcome()


class NewStatement(NamedTuple):
    """An account has a value for a dimension from a day on; days and moments are numbers."""

    line: int
    account_id: str
    dimension: str
    value: str
    valid_from: int
    recorded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account as a source knows it; None says nothing of that field.

    ``has_parent`` is False where the file has an empty cell for it, and None without such a column.
    """

    line: int
    account_id: str
    name: str | None = None
    created_on: date | None = None
    has_parent: bool | None = None

    def over(self, earlier: "NewAccount | None") -> "NewAccount":
        """Fill the fields that this line leaves open from an earlier line of the account."""
        if earlier is None:
            return self
        return replace(
            self,
            name=self.name or earlier.name,
            created_on=self.created_on or earlier.created_on,
            has_parent=self.has_parent or earlier.has_parent,
        )


class AccountLines(dict[str, int]):
    """Lines on which a file names accounts of which it says nothing else."""


class NewRate(NamedTuple):
    """One unit of ``base`` buys ``rate`` units of a currency; days and moments are numbers."""

    line: int
    day: int
    currency: str
    rate: str
    base: str
    recorded: int


class SideRows(Protocol):
    """Rows of a table of their own that land with a group of accounts."""

    @property
    def lines(self) -> Collection[int]:
        """The lines of the file that say something new by them."""
        ...

    def __len__(self) -> int: ...

    def store(self, session: Session, run_id: int, accounts: Mapping[str, int]) -> None:
        """Insert them for an import, with accounts by the numbers that the ledger has."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountGroup:
    """All rows of a file about some accounts; no other group has a row about any of them.

    Movements name their accounts, and make their statements themselves unless there are others.
    ``accounts`` that come with movements are all of the group, ``findings`` are what showed only
    beside the ledger. ``reverses`` are the rows of the ledger that its movements take back,
    ``withdrawn`` the numbers of rows that it takes back before they have landed. ``usage`` are rows
    of the second series, None where the file says nothing of it; ``usage_reverses`` are the rows of
    the ledger that all of them take back.
    """

    accounts: Mapping[str, NewAccount] | AccountLines = field(default_factory=dict)
    movements: FileMovements = field(default_factory=lambda: FileMovements.none(FileTexts()))
    usage: FileMovements | None = None
    usage_reverses: Whole | None = None
    statements: Sequence[NewStatement] | StatementRows = ()
    parents: Sequence[NewStatement] = ()
    beside: SideRows | None = None
    findings: Sequence[RowFinding] = ()
    reverses: Whole | None = None
    withdrawn: Sequence[int] = ()


Against = Callable[[Session], Iterator[AccountGroup]]
"""Turns what a source says of where accounts stand into movements from where the ledger has them.

It is called in the landing, and yields one group at a time.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileIdentity:
    """A file as the list of imports knows it: the same source and hash is the same file.

    ``name`` is for people, and given by whoever opened the file; ``goes_on`` is whether it says
    that it is one page of several. ``named_by`` is the version of the ids of the source that its
    accounts were read by.
    """

    source: str
    sha256: str
    rows: int
    name: str = ""
    goes_on: bool = False
    named_by: str = ""

    def of_another_source(self) -> "FileIdentity":
        """Make it a source of its own, which only files of the same name belong to."""
        return replace(self, source=f"{self.source}:{self.name}")


@dataclass(slots=True, kw_only=True)
class ReadProblems:
    """Findings of reading a file, and the rows that the ledger cannot be asked about for them.

    ``unreadable`` are accounts of rows with findings: their balances would be worked out without
    those rows. ``ragged`` says that rows with too many or too few cells fell out, which could be
    any account's.
    """

    findings: list[RowFinding] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)
    ragged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One file, read: ``groups`` are gone through once, one of them in memory at a time.

    ``recorded`` is the moment of movements that state none, ``repeats`` tells whether an id may be
    there twice, ``declared`` is what the source itself says of where its data ends. The
    movements that ``against`` makes instead of groups are all new. ``days`` are the
    first and the last day of a file that says all of them: rows that are held of its source and
    that it does not have are asked about, those of usage where ``states_usage``. ``notes`` are
    sentences on what was read, told once it is done, and ``kept`` counts by dimension the held rows
    that say another value than they did. ``overruled`` rows say nothing but what later ones say
    otherwise.
    """

    file: FileIdentity
    groups: Iterable[AccountGroup] = ()
    recorded: int
    against: Against | None = None
    declared: Declared = field(default_factory=Declared)
    notes: list[str] = field(default_factory=list)
    kept: Counter[str] = field(default_factory=Counter)
    overruled: int = 0
    repeats: bool = False
    problems: ReadProblems = field(default_factory=ReadProblems)
    rates: Sequence[NewRate] = ()
    days: tuple[int, int] | None = None
    states_usage: bool = False
