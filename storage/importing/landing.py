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
from storage.importing.examination import News, examine
from storage.importing.findings import Finding, ImportRefusedError, ImportReport, ImportStatus
from storage.importing.progress import Phase, Progress, unobserved
from storage.importing.rows import Touched, indexes_later, store_news
from storage.importing.standing import Before, before
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
    standing = before(session, batch.source)
    with indexes_later(session, standing, rows=batch.rows):
        landing.go_through(standing, landing.store)
    return landing.finish()


def rehearse(session: Session, batch: Batch, given: Circumstances) -> ImportReport:
    """Check all that `land` checks, in a reading session, and say what it would import.

    Raises
    ------
    ImportRefusedError
        If anything at all is wrong with the batch.
    """
    landing = _Landing(session, batch, given)
    landing.go_through(before(session, batch.source), lambda _: None)
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
        self._touched = Touched()

    def go_through(self, standing: Before, take: Callable[[News], None]) -> None:
        """Examine part after part; the first finding anywhere ends the taking."""
        if self._has_landed():
            return
        findings: list[Finding] = [*self._batch.findings]
        if self._batch.ragged:
            raise ImportRefusedError(findings)
        for part in self._batch.parts:
            news = examine(self._session, self._batch, part, standing)
            findings += news.findings
            if not findings and news.rows:
                take(news)
                self._imported += news.rows
            del part, news  # or they would still be there while the next part is read
        if findings:
            raise ImportRefusedError(findings)

    def store(self, news: News) -> None:
        """Store what is new in one part."""
        run = self._run = self._run or self._new_run()
        store_news(
            self._session,
            news,
            run,
            recorded_at=self._batch.recorded_at,
            progress=self._given.progress,
            before=self._imported,
        )
        self._touched.add(news)

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
        session, given, touched = self._session, self._given, self._touched
        given.progress(Phase.BALANCES, done=0, total=self._batch.rows)
        add_to_control_totals(session, touched.totals())
        add_values(session, touched.values)
        repair(
            session,
            roots=touched.roots(session),
            since=touched.since(otherwise=given.today),
            tiers=given.tiers,
            today=given.today,
        )
        session.flush()
        given.progress(Phase.BALANCES, done=self._batch.rows, total=self._batch.rows)
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
