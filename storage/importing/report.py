"""Reports of an import: its progress, findings on rows, and its end."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum, unique
from itertools import chain, islice
from operator import attrgetter
from typing import Protocol, TypeVar

from metrics.data_end import Declared
from metrics.late_rows import MonthChange
from storage.errors import StorageError
from storage.importing.asking import ImportQuestion

T = TypeVar("T")
SHOWN = 50  # findings that a person is shown; all of them are counted
STEP = 10_000  # rows between two reports: drawing a bar costs more than storing a row


@dataclass(frozen=True, slots=True, order=True)
class RowFinding:
    """One fault of a file, and the line that it is on (the header is line 1).

    ``message`` goes on behind the name of the ``column``, where it is about one, and ``cell`` is
    what stands there.
    """

    line: int
    message: str
    column: str = ""
    cell: str = ""

    @property
    def sentence(self) -> str:
        """The column and what is wrong with it."""
        return f"{self.column} {self.message}".lstrip()


@dataclass(frozen=True, slots=True)
class Places:
    """Where the cells of a file are, in the words of the program that wrote it.

    ``unit`` is what a finding's line counts, ``sheet`` the sheet of a workbook, ``first_column``
    the index in it of the table's first, and ``letters`` are by the name used here.
    """

    unit: str = "line"
    sheet: str | None = None
    first_column: int = 0
    letters: Mapping[str, str] = field(default_factory=dict)

    def spot(self, line: int) -> str:
        """Name a row."""
        of_sheet = "" if self.sheet is None else f" of sheet {self.sheet}"
        return f"{self.unit} {line}{of_sheet}"

    def of(self, columns: Sequence[str]) -> "Places":
        """Name the columns of a sheet, from its first on."""
        if self.sheet is None:
            return self
        letters = {
            name: column_letters(place) for place, name in enumerate(columns, self.first_column)
        }
        return replace(self, letters=letters)


def column_letters(place: int) -> str:
    """Spell a column's index as spreadsheets do: 0 is A, 26 is AA."""
    letters, place = "", place + 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


@unique
class ImportStatus(StrEnum):
    """How an import ended when it was not refused."""

    IMPORTED = "imported"
    UNCHANGED = "unchanged"
    DRY_RUN = "dry-run"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedMonths:
    """New rows that are dated in months that were closed before, and what they change.

    ``months`` are the first days of the months that have such rows, ``changes`` the closed months
    whose NRR of the company becomes another one: later ones can be among them. They are None where
    no such row is a movement.
    """

    rows: int = 0
    months: tuple[date, ...] = ()
    changes: tuple[MonthChange, ...] | None = None


@dataclass(frozen=True, slots=True)
class ExampleRate:
    """One unit of ``base`` buys ``rate`` units of ``currency``, an exact decimal, from a day on."""

    day: date
    base: str
    currency: str
    rate: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A movement that waits for its day: its account, day, amount in minor units, and currency."""

    account_id: str
    day: date
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class WaitingRows:
    """Rows of a file that wait for their day, all of them counted, and the first ones."""

    count: int = 0
    first: Sequence[WaitingRow] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """An import that landed, or one that had nothing new to say.

    ``imported`` counts the rows that are new to the ledger, ``known`` those that it held already,
    ``overruled`` those that say nothing but what a later row of the file says otherwise.
    A dry run reports rows that would be imported, and the data version of the ledger as it is.
    ``example_rate`` is how the newest rate of a file of rates was read. ``waiting`` are rows that
    wait for their day, ``questions`` are those that were answered or that a dry run would have
    asked, ``reversed`` counts the held rows that were taken back, ``notes`` are told and not asked.
    ``number`` is that of the import, if it left one.
    """

    status: ImportStatus
    imported: int
    known: int
    overruled: int = 0
    data_version: int
    declared: Declared
    closed_months: ClosedMonths = ClosedMonths()
    example_rate: ExampleRate | None = None
    waiting: WaitingRows = WaitingRows()
    questions: Sequence[ImportQuestion] = ()
    reversed: int = 0
    notes: Sequence[str] = ()
    number: int | None = None

    @property
    def rows(self) -> int:
        """The rows of the file."""
        return self.imported + self.known + self.overruled


class ImportRefusedError(StorageError):
    """At least one row is wrong, so nothing of the file was stored."""

    def __init__(self, findings: Sequence[RowFinding], places: Places = Places()) -> None:
        count = f"{len(findings):,} finding" + ("s" if len(findings) != 1 else "")
        super().__init__(
            f"nothing was imported, because of {count}: mend the file and import it again"
        )
        # Groups and columns are not read in file order.
        self.findings = tuple(sorted(findings, key=attrgetter("line", "sentence")))
        self.places = places


@unique
class ImportPhase(StrEnum):
    """Phases of an import, in the order in which they come."""

    WAITING = "Waiting"
    FETCHING = "Fetching"
    READING = "Reading"
    STORING = "Storing"
    BALANCES = "Balances"


class Progress(Protocol):
    """Hears of every step; ``total`` is a good guess until the file has been read, 0 for none."""

    def __call__(self, phase: ImportPhase, *, done: int, total: int) -> None:
        """Take note that ``done`` of ``total`` rows are through a phase."""
        ...


def unobserved(phase: ImportPhase, *, done: int, total: int) -> None:
    """Drop the report: nobody waits for this import."""
    del phase, done, total


Stored = Callable[[int], None]
"""Hears how many rows are on their way to the store."""


def unheard(_done: int) -> None:
    """Drop it: nobody counts these rows."""


def counted(rows: Iterable[T], stored: Stored) -> Iterator[T]:
    """Yield rows on their way to the store."""
    return chain.from_iterable(_steps(iter(rows), stored))


def _steps(rows: Iterator[T], stored: Stored) -> Iterator[Iterable[T]]:
    done = 0
    for row in rows:
        stored(done)
        done += STEP
        yield chain((row,), islice(rows, STEP - 1))
