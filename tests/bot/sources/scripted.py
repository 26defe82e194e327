"""A source that gives what a test has written, and a clock that it moves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.config import Settings
from bot.sources.source import Fetched, FetchedFile
from bot.sources.syncing import Syncing
from metrics.period_grammar import ONE_DAY
from storage.importing.importer import FileRequest
from storage.importing.profiles.wishes import ColumnWishes
from storage.importing.read_options import ReadOptions
from storage.importing.report import Progress
from storage.importing.spool import Scratch
from storage.sources.rows_file import RowsFile
from storage.sources.states import SourceState, read_state
from storage.store.engine import Store
from tests.storage.stores import NOW, TODAY

HEADER = ("movement_id", "account_id", "date", "amount", "currency")


@dataclass
class Hands:
    """A clock that a test moves on."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by


@dataclass
class ScriptedSource:
    """Gives rows such as ``"1 acme 2026-10-02 100"``, and counts how often it was asked."""

    name: str = "sql"
    files: Sequence[Sequence[str]] = ()
    covered: date | None = None
    error: Exception | None = None
    during: Callable[[], None] = lambda: None
    cursor: str | None = None
    notes: tuple[str, ...] = ()
    is_whole: bool = False
    fetches: int = field(default=0, init=False)

    def fetch(
        self,
        state: SourceState,
        *,
        scratch: Scratch,
        progress: Progress,
        now: datetime,
        today: date,
    ) -> Fetched:
        del progress, now
        self.fetches += 1
        self.during()
        if self.error is not None:
            raise self.error
        return Fetched(
            files=tuple(self._file(scratch, rows) for rows in self.files),
            cursor=f"{state.cursor}+{self.fetches}" if self.cursor is None else self.cursor,
            covered_through=self.covered or today + ONE_DAY,
            is_whole=self.is_whole,
            notes=self.notes,
        )

    def _file(self, scratch: Scratch, rows: Sequence[str]) -> FetchedFile:
        path = scratch.path()
        with RowsFile(path, HEADER, max_bytes=2**20) as file:
            for row in rows:
                file.add([*row.split(), "USD"])
        reading = ReadOptions(source=self.name)
        request = FileRequest(columns=ColumnWishes(kind="movements"), reading=reading)
        return FetchedFile(path=path, request=request)


def syncing(store: Store, *names: str, clock: Callable[[], datetime] = lambda: NOW) -> Syncing:
    return Syncing(
        store=store,
        settings=Settings.model_construct(),
        names=frozenset(names or ("sql",)),
        clock=clock,
    )


def sync(store: Store, source: ScriptedSource, *names: str, today: date = TODAY) -> int:
    """Sync once; count the new rows."""
    return syncing(store, *names).sync(source, today=today).imported


def state_of(store: Store, name: str = "sql") -> SourceState:
    with store.read() as session:
        return read_state(session, name)
