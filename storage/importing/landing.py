"""Landing of a file in the ledger: its new rows in one transaction, whole or not at all."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from itertools import count
from operator import attrgetter

from sqlalchemy import func, select
from sqlmodel import Session, col

from metrics.data_end import Declared
from metrics.segments import Tiers
from storage.columns import derivation
from storage.columns.derived import repair
from storage.errors import CoveredAlreadyError, LedgerFullError
from storage.importing.asking import Ask, ImportAsksError, ImportQuestion, Overlap
from storage.importing.batch import AccountGroup, Batch
from storage.importing.closed_months import LateRows
from storage.importing.contents import HeldContents
from storage.importing.doubts import Doubts
from storage.importing.examination import LandingContext, NewRows, examine
from storage.importing.held import LedgerContents, read_contents
from storage.importing.indexes import indexes_later
from storage.importing.labels import FactLabels
from storage.importing.movements import FileTexts
from storage.importing.rates import NewRates, RatesNeeded, find_new_rates, newest_rate, store_rates
from storage.importing.report import (
    ClosedMonths,
    ImportPhase,
    ImportRefusedError,
    ImportReport,
    ImportStatus,
    Progress,
    WaitingRows,
    unobserved,
)
from storage.importing.rows import ImportEffect, store_rows
from storage.importing.usage.comparison import vanished_usage
from storage.importing.waiting import first_waiting, keep_waiting, settle, withdraw
from storage.store.column_types import day_number
from storage.tables.facts import MovementRow
from storage.tables.ledger import ImportRun

SHOWN_WAITING = 3
"""Rows that wait, and are named in a report."""
_MOST = 2**62
"""Minor units of all movements together: beyond it a sum of them could need more than 64 bits."""


@dataclass(frozen=True, slots=True)
class RunKind:
    """A kind of import by its name; a reversal says which one it takes back.

    ``declared`` is then what is declared without that one, and ``told_through`` the day before
    which the report tells how months change, though nobody closed them.
    """

    name: str
    reverses: int | None = None
    declared: Declared | None = None
    told_through: date | None = None


FILE, DUE = RunKind("file"), RunKind("due")


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

    def answers(self, question: ImportQuestion) -> bool:
        """Tell whether a question has been answered already."""
        if question.ask is Ask.OVERLAP:
            return self.overlap is not None
        return question.ask in self.agreed

    def for_due(self) -> "ImportOptions":
        """Return the options of rows that wait: they were asked about when they came."""
        return replace(self, agreed=frozenset(Ask), overlap=Overlap.HELD, declared=Declared())


def land(
    session: Session, batch: Batch, options: ImportOptions, *, run: RunKind = FILE
) -> ImportReport:
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
    landing = _Landing(session, batch, options, kind=run)
    contents = read_contents(session, landing.source)
    with indexes_later(session, contents, rows=batch.file.rows):
        landing.go_through(contents, landing.store)
    if questions := [one for one in landing.questions if not options.answers(one)]:
        raise ImportAsksError(questions)
    return landing.finish()


def rehearse(
    session: Session, batch: Batch, options: ImportOptions, *, run: RunKind = FILE
) -> ImportReport:
    """Check all that `land` checks, in a reading session, and report the rows it would import.

    Raises
    ------
    ImportRefusedError
        If anything at all is wrong with the batch.
    """
    landing = _Landing(session, batch, options, kind=run)
    landing.go_through(read_contents(session, landing.source), lambda _: None)
    return replace(landing.report(), status=ImportStatus.DRY_RUN)


class _Landing:
    def __init__(
        self, session: Session, batch: Batch, options: ImportOptions, *, kind: RunKind
    ) -> None:
        if options.overlap is Overlap.APPEND and batch.days is not None:
            batch = replace(batch, file=batch.file.of_another_source())
        self._session, self._batch, self._options, self._kind = session, batch, options, kind
        latest = newest_run(session)
        self._before = declared_by(latest)
        _require_later(options.declared, self._before)
        self._own = options.declared.after(batch.declared)
        self._declared = kind.declared or self._own.after(self._before)
        self._data_version = latest.data_version if latest else 0
        self._run: ImportRun | None = None
        self._is_all = False
        self._imported = self._moved = 0
        self._effect = ImportEffect()
        self._rates = NewRates()
        self._labels: FactLabels | None = None
        self._late = LateRows(closed_through=kind.told_through or self._before.closed_through)
        self._closed_months = ClosedMonths()
        self._rates_needed = RatesNeeded()
        self._doubts = Doubts.about(session, batch)
        self._waiting = WaitingRows()
        self._reversed = 0
        self.questions: list[ImportQuestion] = []

    @property
    def source(self) -> str:
        """The source that rows are compared with, and stored under."""
        return self._batch.file.source

    def go_through(self, contents: LedgerContents, take: Callable[[NewRows], None]) -> None:
        """Examine group after group; the first finding anywhere ends the taking."""
        self._is_all = contents.is_empty
        if self._batch.against is None and self._has_landed() and not self._replaces:
            return
        by = LandingContext(
            contents=contents,
            today=day_number(self._options.today),
            overlap=self._options.overlap,
        )
        findings = [*self._batch.problems.findings]
        if self._batch.problems.ragged:  # the lost rows could make any balance wrong
            raise ImportRefusedError(findings)
        for group in self._groups():
            new_rows = examine(self._session, self._batch, group, by)
            findings += new_rows.findings
            self._moved += new_rows.moved
            if self._moved + contents.net_by_month > _MOST:
                raise LedgerFullError
            self._doubts.add(new_rows)
            if not findings and not new_rows.is_empty:
                take(new_rows)
                self._late.add(new_rows)
                self._rates_needed.add(new_rows.movements)
                if new_rows.usage is not None:
                    self._rates_needed.add(new_rows.usage.rows)
                self._wait(new_rows)
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
        self.questions = [*self._doubts.questions(self._session, self._closed_months)]

    @property
    def _replaces(self) -> bool:
        return self._options.overlap is Overlap.REPLACE

    def _groups(self) -> Iterator[AccountGroup]:
        batch = self._batch
        if batch.against:
            yield from batch.against(self._session)
            return
        texts: FileTexts | None = None
        for group in batch.groups:
            texts = group.movements.texts
            yield group
        if texts is not None and batch.days and self._replaces:
            known = len(texts.account.names)  # accounts behind these are not the file's
            if batch.states_usage:
                yield vanished_usage(self._session, texts, self.source, batch.days)
            yield self._vanished(texts, batch.days, known)

    def _vanished(self, texts: FileTexts, days: tuple[int, int], known: int) -> AccountGroup:
        """Take back what is held of accounts that the file does not have at all."""
        contents, numbers = HeldContents(self._session, texts, self.source, days), texts.account
        others = [name for name in contents.accounts() if numbers.get(name, known) >= known]
        rows = contents.of(others)
        movements, reverses = rows.reversing(texts)
        return AccountGroup(movements=movements, reverses=reverses, withdrawn=rows.waiting)

    def _wait(self, new_rows: NewRows) -> None:
        later, self._reversed = new_rows.later, self._reversed + int((new_rows.reverses > 0).sum())
        first = [*self._waiting.first, *first_waiting(later, SHOWN_WAITING)]
        first.sort(key=attrgetter("day"))
        self._waiting = WaitingRows(self._waiting.count + len(later), tuple(first[:SHOWN_WAITING]))

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
        run = self._run.id or 0
        if self._kind.name == DUE.name:
            lines = new_rows.movements.line.tolist()
            settle(self._session, [*zip(lines, count(stored.first), strict=False)])
        keep_waiting(self._session, new_rows.later, self.source, run)
        withdraw(self._session, new_rows.found.withdrawn, run)

    def report(self) -> ImportReport:
        """Count the rows so far."""
        return ImportReport(
            status=ImportStatus.IMPORTED if self._run else ImportStatus.UNCHANGED,
            imported=self._imported,
            known=self._batch.file.rows - self._imported - self._batch.overruled,
            overruled=self._batch.overruled,
            data_version=self._run.data_version if self._run else self._data_version,
            declared=self._declared,
            closed_months=self._closed_months,
            example_rate=newest_rate(self._batch.rates),
            notes=(*self._batch.notes, *_kept(self._batch.kept), *self._rates_missing()),
            waiting=self._waiting,
            questions=tuple(self.questions),
            reversed=self._reversed,
            number=self._run.id if self._run else None,
        )

    def _rates_missing(self) -> Iterator[str]:
        return self._rates_needed.missing(self._session, reporting=self._options.tiers.currency)

    def finish(self) -> ImportReport:
        """Store new rates, and repair everything derived once all rows are stored."""
        if self._rates.rates:
            self._run = self._run or self._new_run()
            self._effect.rates_since = store_rates(self._session, self._rates.rates, self._run)
        if self._run is None and (self._declared != self._before or self._kind.reverses):
            self._run = self._new_run()  # closing months is news, even when no row is
        if self._run is None:
            return self.report()
        options = self._options
        by = derivation.Circumstances(
            tiers=options.tiers, today=options.today, month_done=self._month_done
        )
        change = self._effect.change(self._session, is_all=self._is_all)
        repair(self._session, change, by)
        self._session.flush()
        return self.report()

    def _month_done(self, done: int, total: int) -> None:
        self._options.progress(ImportPhase.BALANCES, done=done, total=total)

    def _has_landed(self) -> bool:
        file = self._batch.file
        # A file that was appended once is known, whatever is said of it the next time.
        sources = {file.source, file.of_another_source().source}
        run = col(ImportRun.id)
        found = select(func.max(run)).where(
            col(ImportRun.sha256) == file.sha256, col(ImportRun.source).in_(sources)
        )
        landed = self._session.scalar(found)
        if landed is None:
            return False
        # Rows that it shared with others, and left to them, may be reversed or replaced since.
        undone = (
            select(func.max(run)).where(col(ImportRun.reverses).is_not(None)),
            select(func.max(col(MovementRow.import_id))).where(
                col(MovementRow.reverses).is_not(None)
            ),
        )
        reversal, replacement = (self._session.scalar(each) or 0 for each in undone)
        return landed > reversal and landed >= replacement

    def _new_run(self) -> ImportRun:
        file = self._batch.file
        run = ImportRun(
            source=file.source,
            sha256=file.sha256,
            rows=file.rows,
            name=file.name,
            findings=0,
            started_at=self._options.started_at,
            finished_at=self._options.clock(),
            data_version=self._data_version + 1,
            **asdict(self._declared),
            own_closed_through=self._own.closed_through,
            own_covered_through=self._own.covered_through,
            kind=self._kind.name,
            reverses=self._kind.reverses,
        )
        self._session.add(run)
        self._session.flush()  # the rows need its id
        return run


def _kept(dimensions: Counter[str]) -> Iterator[str]:
    for name, rows in dimensions.items():
        say = "row that is held says" if rows == 1 else "rows that are held say"
        yield (
            f"{rows:,} {say} another {name} now: it stays as it was. A change of it comes with"
            " `nrrbot import accounts`."
        )


def newest_run(session: Session) -> ImportRun | None:
    """Read the newest import; None before the first."""
    newest = select(ImportRun).order_by(col(ImportRun.data_version).desc()).limit(1)
    return session.scalar(newest)


def declared_by(run: ImportRun | None) -> Declared:
    """Tell all that was declared about the ledger when an import had landed."""
    if run is None:
        return Declared()
    return Declared(closed_through=run.closed_through, covered_through=run.covered_through)


def _require_later(said: Declared, before: Declared) -> None:
    if said.covered_through is None:
        return
    known = replace(said, covered_through=None).after(before).base
    if known is not None and said.covered_through < known:
        raise CoveredAlreadyError(said.covered_through, known)
