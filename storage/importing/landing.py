"""Landing of a file in the ledger: its new rows in one transaction, whole or not at all."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from metrics.data_end import Declared
from metrics.segments import Tiers
from storage.columns.derivation import Circumstances
from storage.columns.derived import repair
from storage.errors import CoveredAlreadyError, LedgerFullError
from storage.importing.asking import Ask, Overlap
from storage.importing.batch import Batch
from storage.importing.closed_months import LateRows
from storage.importing.examination import NewRows, examine
from storage.importing.held import LedgerContents, read_contents
from storage.importing.labels import FactLabels
from storage.importing.rates import NewRates, find_new_rates, newest_rate, store_rates
from storage.importing.report import (
    ClosedMonths,
    ImportPhase,
    ImportRefusedError,
    ImportReport,
    ImportStatus,
    Progress,
    unobserved,
)
from storage.importing.rows import ImportEffect, indexes_later, store_rows
from storage.tables.ledger import ImportRun

_MOST = 2**62
"""Minor units of all movements together: beyond it a sum of them could need more than 64 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """Moment, day, tiers, declarations and answers of an import: everything besides its file.

    ``agreed`` are the questions that were answered with yes, ``overlap`` is the answer to a file
    that overlaps with what is held.
    """

    clock: Callable[[], datetime]
    today: date
    started_at: datetime
    tiers: Tiers
    declared: Declared = field(default_factory=Declared)
    progress: Progress = unobserved
    agreed: frozenset[Ask] = frozenset()
    overlap: Overlap | None = None


def land(session: Session, batch: Batch, options: ImportOptions) -> ImportReport:
    """Store the new rows of ``batch`` and repair everything derived from the ledger.

    Parameters
    ----------
    session : Session
        A writing session of `storage.store.engine.Store`, which commits when this returns and rolls
        back when it raises.

    Raises
    ------
    ImportRefusedError
        If anything at all is wrong with the batch.
    ImportAsksError
        If there is something to ask that ``options`` do not agree to.
    CoveredAlreadyError
        If the import declares a day covered that lies before others that are.
    """
    landing = _Landing(session, batch, options)
    contents = read_contents(session, batch.file.source)
    with indexes_later(session, contents, rows=batch.file.rows):
        landing.go_through(contents, landing.store)
    return landing.finish()


def rehearse(session: Session, batch: Batch, options: ImportOptions) -> ImportReport:
    """Check all that `land` checks, in a reading session, and report the rows it would import.

    Raises
    ------
    ImportRefusedError
        If anything at all is wrong with the batch.
    """
    landing = _Landing(session, batch, options)
    landing.go_through(read_contents(session, batch.file.source), lambda _: None)
    return replace(landing.report(), status=ImportStatus.DRY_RUN)


class _Landing:
    def __init__(self, session: Session, batch: Batch, options: ImportOptions) -> None:
        self._session, self._batch, self._options = session, batch, options
        newest = select(ImportRun).order_by(col(ImportRun.data_version).desc()).limit(1)
        latest = session.scalar(newest)
        self._before = _declared(latest) if latest else Declared()
        _require_later(options.declared, self._before)
        self._declared = options.declared.after(self._before).after(batch.declared)
        self._data_version = latest.data_version if latest else 0
        self._run: ImportRun | None = None
        self._is_all = False
        self._imported = self._moved = 0
        self._effect = ImportEffect()
        self._rates = NewRates()
        self._labels: FactLabels | None = None
        self._late = LateRows(closed_through=self._before.closed_through)
        self._closed_months = ClosedMonths()

    def go_through(self, contents: LedgerContents, take: Callable[[NewRows], None]) -> None:
        """Examine group after group; the first finding anywhere ends the taking."""
        self._is_all = contents.is_empty
        batch = self._batch
        if batch.against is None and self._has_landed():
            return
        findings = [*self._batch.problems.findings]
        if self._batch.problems.ragged:  # the lost rows could make any balance wrong
            raise ImportRefusedError(findings)
        groups = batch.against(self._session, batch.groups) if batch.against else batch.groups
        for group in groups:
            new_rows = examine(self._session, self._batch, group, contents)
            findings += new_rows.findings
            self._moved += new_rows.moved
            if self._moved + contents.net_by_month > _MOST:
                raise LedgerFullError
            if not findings and not new_rows.is_empty:
                take(new_rows)
                self._late.add(new_rows)
                self._imported += new_rows.count
            del group, new_rows  # or they would still be there while the next group is read
        self._rates = find_new_rates(self._session, self._batch.rates)
        findings += self._rates.findings
        if findings:
            raise ImportRefusedError(findings)
        self._imported += self._rates.lines
        # before the balances are repaired: they tell what the months were
        self._closed_months = self._late.effect(
            self._session, reporting=self._options.tiers.currency
        )

    def store(self, new_rows: NewRows) -> None:
        """Insert the new rows of one group."""
        self._run = self._run or self._new_run()  # a file without a new row leaves no run
        self._labels = self._labels or FactLabels(self._session)
        stored = store_rows(
            self._session,
            new_rows,
            self._run,
            self._labels,
            recorded=self._batch.recorded,
            progress=self._options.progress,
            stored=self._imported,
        )
        self._effect.add(stored)

    def report(self) -> ImportReport:
        """Count the rows so far."""
        return ImportReport(
            status=ImportStatus.IMPORTED if self._run else ImportStatus.UNCHANGED,
            imported=self._imported,
            known=self._batch.file.rows - self._imported,
            data_version=self._run.data_version if self._run else self._data_version,
            declared=self._declared,
            closed_months=self._closed_months,
            example_rate=newest_rate(self._batch.rates),
            notes=tuple(self._batch.notes),
        )

    def finish(self) -> ImportReport:
        """Store new rates, and repair everything derived once all rows are stored."""
        if self._rates.rates:
            self._run = self._run or self._new_run()
            self._effect.rates_since = store_rates(self._session, self._rates.rates, self._run)
        if self._run is None and self._declared != self._before:
            self._run = self._new_run()  # closing months is news, even when no row is
        if self._run is None:
            return self.report()
        options = self._options
        by = Circumstances(tiers=options.tiers, today=options.today, month_done=self._month_done)
        change = self._effect.change(self._session, is_all=self._is_all)
        repair(self._session, change, by)
        self._session.flush()
        return self.report()

    def _month_done(self, done: int, total: int) -> None:
        self._options.progress(ImportPhase.BALANCES, done=done, total=total)

    def _has_landed(self) -> bool:
        file = self._batch.file
        same = (col(ImportRun.sha256) == file.sha256, col(ImportRun.source) == file.source)
        return self._session.scalar(select(col(ImportRun.id)).where(*same).limit(1)) is not None

    def _new_run(self) -> ImportRun:
        run = ImportRun(
            **asdict(self._batch.file),
            findings=0,
            started_at=self._options.started_at,
            finished_at=self._options.clock(),
            data_version=self._data_version + 1,
            **asdict(self._declared),
        )
        self._session.add(run)
        self._session.flush()  # the rows need its id
        return run


def _declared(run: ImportRun) -> Declared:
    return Declared(closed_through=run.closed_through, covered_through=run.covered_through)


def _require_later(said: Declared, before: Declared) -> None:
    if said.covered_through is None:
        return
    known = replace(said, covered_through=None).after(before).base
    if known is not None and said.covered_through < known:
        raise CoveredAlreadyError(said.covered_through, known)
