"""Land a file in the ledger: what is new in it, in one transaction, whole or not at all."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from metrics.segments import Tiers
from storage.balances.control_totals import add_to_control_totals
from storage.balances.derivation import repair
from storage.balances.dimension_values import add_values
from storage.importing.batch import Batch
from storage.importing.examination import NewRows, examine
from storage.importing.findings import ImportRefusedError, ImportReport, ImportStatus, RowFinding
from storage.importing.held import LedgerContents, read_contents
from storage.importing.progress import ImportPhase, Progress, unobserved
from storage.importing.rows import ImportEffect, indexes_later, store_rows
from storage.tables.ledger import ImportRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What an import needs to know besides its file, all of it given from outside.

    ``closed_through`` is the first day after the last month that the import declares closed.
    """

    clock: Callable[[], datetime]
    today: date
    started_at: datetime
    tiers: Tiers
    closed_through: date | None = None
    progress: Progress = unobserved


def land(session: Session, batch: Batch, given: Circumstances) -> ImportReport:
    """Store what is new in ``batch`` and repair what rests on it.

    Parameters
    ----------
    session : Session
        A writing session of `storage.store.engine.Store`, which commits when this returns and rolls
        back when it raises.

    Raises
    ------
    ImportRefusedError
        If anything at all is wrong with the batch.
    """
    landing = _Landing(session, batch, given)
    contents = read_contents(session, batch.source)
    with indexes_later(session, contents, rows=batch.rows):
        landing.go_through(contents, landing.store)
    return landing.finish()


def rehearse(session: Session, batch: Batch, given: Circumstances) -> ImportReport:
    """Check all that `land` checks, in a reading session, and say what it would import.

    Raises
    ------
    ImportRefusedError
        If anything at all is wrong with the batch.
    """
    landing = _Landing(session, batch, given)
    landing.go_through(read_contents(session, batch.source), lambda _: None)
    return replace(landing.report(), status=ImportStatus.DRY_RUN)


class _Landing:
    """One import on its way."""

    def __init__(self, session: Session, batch: Batch, given: Circumstances) -> None:
        self._session, self._batch, self._given = session, batch, given
        newest = select(ImportRun).order_by(col(ImportRun.data_version).desc()).limit(1)
        latest = session.scalar(newest)
        self._closed_before = latest.closed_through if latest else None
        self._data_version = latest.data_version if latest else 0
        self._run: ImportRun | None = None
        self._imported = 0
        self._effect = ImportEffect()

    def go_through(self, contents: LedgerContents, take: Callable[[NewRows], None]) -> None:
        """Examine group after group; the first finding anywhere ends the taking."""
        if self._has_landed():
            return
        findings: list[RowFinding] = [*self._batch.findings]
        if self._batch.ragged:
            raise ImportRefusedError(findings)
        for group in self._batch.groups:
            new_rows = examine(self._session, self._batch, group, contents)
            findings += new_rows.findings
            if not findings and new_rows.rows:
                take(new_rows)
                self._imported += new_rows.rows
            del group, new_rows  # or they would still be there while the next part is read
        if findings:
            raise ImportRefusedError(findings)

    def store(self, new_rows: NewRows) -> None:
        """Store what is new in one group."""
        run = self._run = self._run or self._new_run()
        store_rows(
            self._session,
            new_rows,
            run,
            recorded_at=self._batch.recorded_at,
            progress=self._given.progress,
            stored=self._imported,
        )
        self._effect.add(new_rows)

    def report(self) -> ImportReport:
        """Return how it stands."""
        return ImportReport(
            status=ImportStatus.IMPORTED if self._run else ImportStatus.UNCHANGED,
            rows=self._batch.rows,
            imported=self._imported,
            known=self._batch.rows - self._imported,
            data_version=self._run.data_version if self._run else self._data_version,
            closed_through=self._closed_through(),
        )

    def finish(self) -> ImportReport:
        """Bring up to date what rests on the ledger, once all is stored."""
        if self._run is None and self._closed_through() != self._closed_before:
            self._run = self._new_run()
        if self._run is None:
            return self.report()
        session, given, effect = self._session, self._given, self._effect
        given.progress(ImportPhase.BALANCES, done=0, total=self._batch.rows)
        add_to_control_totals(session, effect.totals())
        add_values(session, effect.values)
        repair(
            session,
            roots=effect.roots(session),
            since=effect.since(otherwise=given.today),
            tiers=given.tiers,
            today=given.today,
        )
        session.flush()
        given.progress(ImportPhase.BALANCES, done=self._batch.rows, total=self._batch.rows)
        return self.report()

    def _has_landed(self) -> bool:
        """Tell whether this very file landed before: then it holds nothing new."""
        batch = self._batch
        same = (col(ImportRun.sha256) == batch.sha256, col(ImportRun.source) == batch.source)
        return self._session.scalar(select(col(ImportRun.id)).where(*same).limit(1)) is not None

    def _closed_through(self) -> date | None:
        days = (self._closed_before, self._given.closed_through)
        return max((day for day in days if day is not None), default=None)

    def _new_run(self) -> ImportRun:
        run = ImportRun(
            source=self._batch.source,
            sha256=self._batch.sha256,
            rows=self._batch.rows,
            findings=0,
            started_at=self._given.started_at,
            finished_at=self._given.clock(),
            data_version=self._data_version + 1,
            closed_through=self._closed_through(),
        )
        self._session.add(run)
        self._session.flush()
        return run
