"""Syncing: a source is fetched, and what is new lands with its cursor, or not at all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto, unique
from functools import partial

from bot.clock import utc_now
from bot.config import Settings
from bot.sources.failing import failure_sentence
from bot.sources.source import Fetched, FetchedFile, Source
from storage.access.audit import BOT, Entry, ledger_entry
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
from storage.ledger.elsewhere import require_no_copy
from storage.sources.landing import LandingRules, SourceFetch, SourceStep, move_on
from storage.sources.states import SourceReach, SourceState, note_failure, read_state
from storage.store.engine import Store
from storage.store.schema import require_head

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

    ``is_dropped`` says that another process was quicker, ``is_trial`` that the state of the source
    is as it was. ``covered_through`` is the first day after
    the last one that the source has been read through.
    """

    name: str
    reports: tuple[ImportReport, ...] = ()
    covered_through: date | None = None
    said: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_dropped: bool = False
    is_trial: bool = False

    @property
    def imported(self) -> int:
        """The rows that were new to the ledger."""
        return sum(report.imported for report in self.reports)

    @property
    def rows(self) -> int:
        """All rows that were fetched."""
        return sum(report.rows for report in self.reports)


@unique
class Keeping(Enum):
    """Kinds of state that a sync leaves.

    ``ALL`` is that of a source that is configured; ``PLACE``, how far it was read, that of one that
    was typed where none is configured; ``NOTHING`` that of one typed beside it.
    """

    ALL = auto()
    PLACE = auto()
    NOTHING = auto()


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
    keeping : Keeping
        The state that it leaves.
    """

    store: Store
    settings: Settings
    names: frozenset[str]
    clock: Callable[[], datetime] = utc_now
    agreed: frozenset[Ask] = AGREED
    overlap: Overlap | None = None
    actor: str = BOT
    keeping: Keeping = Keeping.ALL

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
        if self.keeping is Keeping.NOTHING:  # it is of another query
            state = SourceState(name=source.name)
        with self._noting(source.name), Scratch() as scratch:
            fetched = source.fetch(
                state, scratch=scratch, progress=progress, now=self.clock(), today=today
            )
            fetch = self._fetch(state, fetched)
            landing = _FetchedLanding(self, fetched, fetch, self._options(today, progress))
            return landing.run(scratch)

    def _fetch(self, state: SourceState, fetched: Fetched) -> SourceFetch:
        is_kept = self.keeping is not Keeping.NOTHING
        reach = SourceReach(
            cursor=fetched.cursor,
            covered_through=fetched.covered_through if is_kept else None,
            is_whole=fetched.is_whole,
        )
        return SourceFetch(
            name=state.name,
            generation=state.generation,
            reach=reach,
            told=[*fetched.notes],
            is_kept=is_kept,
        )

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
            if self.keeping is Keeping.ALL:
                with self.store.write(ledger=False) as session:
                    note_failure(session, name, failure_sentence(error, name), now=self.clock())
            raise


@dataclass(frozen=True, slots=True)
class _FetchedLanding:
    """Lands the files of one fetch, one after the other."""

    syncing: Syncing
    fetched: Fetched
    fetch: SourceFetch
    options: ImportOptions

    def run(self, scratch: Scratch) -> SyncOutcome:
        files, reports, fetch = self.fetched.files, list[ImportReport](), self.fetch
        try:
            for place, file in enumerate(files, start=1):
                reports.append(self._land(file, scratch, is_last=place == len(files)))
            if not files and fetch.is_kept:
                move_on(self.syncing.store, self._step(LandingRules()), self.options)
        except SourceMovedOnError:
            return SyncOutcome(name=fetch.name, is_dropped=True)
        return SyncOutcome(
            name=fetch.name,
            reports=tuple(reports),
            covered_through=fetch.reach.covered_through,
            said=self.fetched.said,
            notes=tuple(fetch.told),
            is_trial=not fetch.is_kept,
        )

    def _land(self, file: FetchedFile, scratch: Scratch, *, is_last: bool) -> ImportReport:
        syncing, options = self.syncing, self.options
        if file.overlap is not None:
            options = replace(options, overlap=file.overlap)
        most = syncing.settings.max_import_bytes
        may_end_most = syncing.agreed >= frozenset(Ask)
        reading = replace(file.request.reading, may_end_most=may_end_most)
        request = replace(file.request, reading=reading)
        opened = open_file(file.path, request, scratch=scratch, max_bytes=most)
        batch = read_file(opened, request, options, scratch=scratch, store=syncing.store)
        return land_file(
            syncing.store,
            opened,
            batch,
            options,
            entry=partial(self._entry, at=options.started_at),
            beside=self._step(file.rules, is_last=is_last),
        )

    def _step(self, rules: LandingRules, *, is_last: bool = True) -> SourceStep:
        return SourceStep(
            fetch=self.fetch,
            names=self.syncing.names,
            close_after=timedelta(days=self.syncing.settings.nrrbot_close_after_days),
            is_last=is_last,
            rules=rules,
        )

    def _entry(self, report: ImportReport, *, at: datetime) -> Entry:
        action = f"sync {self.fetch.name}: import {report.number}"
        return ledger_entry(action, report.data_version, actor=self.syncing.actor, at=at)
