"""Syncing: a source is fetched, and what is new lands with its cursor, or not at all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from uuid import uuid4

from bot.clock import utc_now
from bot.config import Settings
from bot.sources.failing import failure_sentence
from bot.sources.source import Fetched, FetchedFile, Source
from storage.access.audit import BOT, Entry
from storage.errors import (
    SourceMovedOnError,
    StoreBusyError,
    StoreCrowdedError,
    StoreNotReadyError,
    StoreTooNewError,
    StoreUnreachableError,
)
from storage.importing.asking import Ask, Overlap
from storage.importing.importer import land_file, open_file, read_file
from storage.importing.landing import ImportOptions
from storage.importing.report import ImportReport, Progress, unobserved
from storage.importing.spool import Scratch
from storage.sources.landing import SourceStep, move_on
from storage.sources.states import SourceState, note_failure, read_state
from storage.store.engine import Store
from storage.store.schema import require_head
from storage.warehouse.copy import require_no_copy

AGREED = frozenset({Ask.CLOSED_MONTHS, Ask.RESIDUES})
"""Questions that nobody need answer: a restatement is told as ever, and a rest keeps a logo."""
_OF_THE_STORE = (
    *(StoreBusyError, StoreCrowdedError, StoreUnreachableError),
    *(StoreNotReadyError, StoreTooNewError),
)
"""Errors that say nothing of the source: it is tried again at the next tick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOutcome:
    """The end of a sync that did not fail: one report for each file that was fetched.

    ``is_dropped`` says that another process was quicker. ``covered_through`` is the first day after
    the last one that the source has been read through.
    """

    name: str
    reports: tuple[ImportReport, ...] = ()
    covered_through: date | None = None
    said: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_dropped: bool = False

    @property
    def imported(self) -> int:
        """The rows that were new to the ledger."""
        return sum(report.imported for report in self.reports)

    @property
    def rows(self) -> int:
        """All rows that were fetched."""
        return sum(report.rows for report in self.reports)


@dataclass(frozen=True, slots=True, kw_only=True)
class Syncing:
    """Brings what sources have into one store.

    Attributes
    ----------
    names : set of str
        All sources that are configured: the data is covered as far as each of them is.
    agreed : set of Ask
        The questions that are answered with yes.
    overlap : Overlap, optional
        The answer to a file that overlaps with what is held, where the source has none itself.
    """

    store: Store
    settings: Settings
    names: frozenset[str]
    clock: Callable[[], datetime] = utc_now
    agreed: frozenset[Ask] = AGREED
    overlap: Overlap | None = None
    actor: str = BOT

    def sync(self, source: Source, *, today: date, progress: Progress = unobserved) -> SyncOutcome:
        """Fetch a source, and land what is new.

        Raises
        ------
        StorageError
            If it failed: ledger and cursor are as they were, and the state says why.
        """
        require_head(self.store)
        with self.store.read() as session:
            require_no_copy(session)  # before anything is fetched, which may take hours
            state = read_state(session, source.name)
        with self._noting(source.name), Scratch() as scratch:
            fetched = source.fetch(
                state, scratch=scratch, progress=progress, now=self.clock(), today=today
            )
            landing = _FetchedLanding(self, state, fetched, self._options(today, progress))
            return landing.run(scratch)

    def _options(self, today: date, progress: Progress) -> ImportOptions:
        return ImportOptions(
            clock=self.clock,
            today=today,
            started_at=self.clock(),
            tiers=self.settings.tiers,
            progress=progress,
            agreed=self.agreed,
            overlap=self.overlap,
        )

    @contextmanager
    def _noting(self, name: str) -> Iterator[None]:
        """Keep why it failed; what is wrong with the store itself cannot be kept there."""
        try:
            yield
        except _OF_THE_STORE:
            raise
        except Exception as error:
            with self.store.write(ledger=False) as session:
                note_failure(session, name, failure_sentence(error, name), now=self.clock())
            raise


@dataclass(frozen=True, slots=True)
class _FetchedLanding:
    """Lands the files of one fetch, one after the other."""

    syncing: Syncing
    state: SourceState
    fetched: Fetched
    options: ImportOptions

    def run(self, scratch: Scratch) -> SyncOutcome:
        files, reports, notes = self.fetched.files, list[ImportReport](), [*self.fetched.notes]
        try:
            for place, file in enumerate(files, start=1):
                reports.append(self._land(file, scratch, is_last=place == len(files)))
                told = () if file.is_quiet else reports[-1].notes
                notes += (*told, *file.judge(reports[-1]))
            if not files:
                move_on(self.syncing.store, self._step(is_last=True), self.options)
        except SourceMovedOnError:
            return SyncOutcome(name=self.state.name, is_dropped=True)
        return SyncOutcome(
            name=self.state.name,
            reports=tuple(reports),
            covered_through=self.fetched.covered_through,
            said=self.fetched.said,
            notes=tuple(notes),
        )

    def _land(self, file: FetchedFile, scratch: Scratch, *, is_last: bool) -> ImportReport:
        syncing, options = self.syncing, self.options
        if file.overlap is not None:
            options = replace(options, overlap=file.overlap)
        most = syncing.settings.max_import_bytes
        opened = open_file(file.path, file.request, scratch=scratch, max_bytes=most)
        batch = read_file(opened, file.request, options, scratch=scratch, store=syncing.store)
        return land_file(
            syncing.store,
            opened,
            batch,
            options,
            entry=partial(self._entry, at=options.started_at),
            beside=replace(self._step(is_last=is_last), judge=file.judge, says_all=file.says_all),
        )

    def _step(self, *, is_last: bool) -> SourceStep:
        return SourceStep(
            name=self.state.name,
            before=self.state.cursor,
            cursor=self.fetched.cursor,
            covered_through=self.fetched.covered_through,
            names=self.syncing.names,
            close_after=timedelta(days=self.syncing.settings.nrrbot_close_after_days),
            is_last=is_last,
        )

    def _entry(self, report: ImportReport, *, at: datetime) -> Entry:
        return Entry(
            at=at,
            actor=self.syncing.actor,
            team="",
            action=f"sync {self.state.name}: import {report.number}",
            surface=self.syncing.actor,
            decision="allow",
            request_id=uuid4().hex,
            data_version=report.data_version,
        )
