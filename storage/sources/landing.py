"""Landing of what a source was fetched into: with its cursor and what it covers, or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hashlib import sha256

from sqlmodel import Session

from metrics.data_end import Declared
from metrics.period_grammar import ONE_DAY, shift_months
from storage.errors import SourceFailedError
from storage.importing.asking import Overlap
from storage.importing.batch import Batch, FileIdentity
from storage.importing.contents import count_rows
from storage.importing.due import land_due
from storage.importing.landing import ImportOptions, declared_by, land, newest_run
from storage.importing.report import ImportReport
from storage.ledger.elsewhere import require_no_copy
from storage.sources.states import (
    SourceReach,
    note_import,
    note_success,
    read_state,
    require_generation,
)
from storage.store.column_types import moment_number
from storage.store.engine import Store

Judge = Callable[[ImportReport], Sequence[str]]
"""Says what there is to tell of a report; an error takes back what it is of."""


def unjudged(report: ImportReport) -> Sequence[str]:
    """Take every report: nothing about it is doubtful."""
    del report
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingRules:
    """How one file of a source lands.

    ``judge`` hears the report while it can still be taken back, by an error, and says what else
    there is to tell of it. A file that ``says_all`` has all movements of the source. Of one that
    ``is_quiet`` nobody is told what an import would say of a list: terms of which people know
    nothing.
    """

    judge: Judge = unjudged
    says_all: bool = False
    is_quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFetch:
    """One fetch of a source, which lands in one step or several.

    ``generation`` is that of the state with which it began. ``told`` are sentences about it, which
    grow with each step. One that is not ``is_kept`` is a trial: it leaves the state as it is.
    """

    name: str
    generation: int
    reach: SourceReach
    told: list[str] = field(default_factory=list)
    is_kept: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStep:
    """One landing of a source: only while nobody else has moved it since its fetch began.

    ``is_last`` says that nothing else of the fetch comes after it: the source has then been read
    as far as its reach. ``names`` are all sources that are kept up to date: the data is covered as
    far as each of them is. A month is closed once ``close_after`` days behind its end have been
    read.
    """

    fetch: SourceFetch
    names: frozenset[str]
    close_after: timedelta
    is_last: bool = True
    rules: LandingRules = LandingRules()

    def before_landing(self, session: Session, options: ImportOptions) -> ImportOptions:
        """Check that nobody was quicker, and declare what is covered by now.

        Raises
        ------
        SourceMovedOnError
            If another process has read the source on meanwhile.
        """
        if not self.fetch.is_kept:
            return options
        require_generation(session, self.fetch.name, self.fetch.generation)
        return replace(options, declared=self._declared(session)) if self.is_last else options

    def after_landing(
        self, session: Session, report: ImportReport | None, options: ImportOptions
    ) -> None:
        """Move the source on, in the transaction of what has landed, if anything has.

        Raises
        ------
        SourceFailedError
            If rows have landed once that it does not give any more, and nobody has answered that.
        """
        fetch, rules, now = self.fetch, self.rules, options.clock()
        if report is not None:
            fetch.told.extend(() if rules.is_quiet else map(_of_a_source, report.notes))
            fetch.told.extend(rules.judge(report))
            if rules.says_all and options.overlap in (None, Overlap.REPLACE):
                _require_all(session, fetch, report)
        if self.is_last and fetch.is_kept:
            note_success(session, fetch.name, fetch.reach, notes=fetch.told, now=now)
        if report is not None and report.rows and fetch.is_kept:
            note_import(session, fetch.name, report, now=now)

    def _declared(self, session: Session) -> Declared:
        name, own = self.fetch.name, self.fetch.reach.covered_through
        others = (read_state(session, one).covered_through for one in self.names - {name})
        ends = [day for day in (own, *others) if day is not None]
        if len(ends) < len(self.names | {name}):  # one of them has not been read yet
            return Declared()
        covered, known = min(ends), declared_by(newest_run(session))
        return Declared(
            closed_through=last_closed(covered, self.close_after),
            covered_through=covered if known.base is None or covered >= known.base else None,
        )


def _of_a_source(note: str) -> str:
    """Let a note that is about a file be about a source, which nobody has as a file."""
    advice = note.replace("or import the file with --complete", "or let it be complete: --complete")
    return advice.replace("that the file lacks", "that it lacks").replace(
        "the list lacks", "it lacks"
    )


def _require_all(session: Session, fetch: SourceFetch, report: ImportReport) -> None:
    name = fetch.name
    gone = count_rows(session, name) - report.rows
    if gone <= 0:
        return
    rows, they = ("1 row", "it") if gone == 1 else (f"{gone:,} rows", "they")
    if not fetch.is_kept:
        raise SourceFailedError(
            f"the ledger has {rows} of {name} that this query does not give: with --held {they}"
            f" stay{'s' if gone == 1 else ''}, and what is new is added"
        )
    raise SourceFailedError(
        f"the ledger has {rows} of {name} that it does not give any more: if {they} should not"
        " count, take the import back that has them (`nrrbot import reverse`), and the next"
        " sync reads it anew; if they should, read it with a watermark"
    )


def last_closed(covered: date, close_after: timedelta) -> date:
    """Find the first day after the last month that was read ``close_after`` past its end.

    Parameters
    ----------
    covered : date
        The first day after the last one that was read.

    Examples
    --------
    >>> last_closed(date(2026, 11, 4), timedelta(days=3))
    datetime.date(2026, 10, 1)
    >>> last_closed(date(2026, 11, 5), timedelta(days=3))
    datetime.date(2026, 11, 1)
    """
    closed = covered.replace(day=1)
    while closed + close_after > covered - ONE_DAY:
        closed = shift_months(closed, -1)
    return closed


def move_on(store: Store, step: SourceStep, options: ImportOptions) -> ImportReport | None:
    """Move a source on that has nothing new: only what it covers may be news.

    Returns
    -------
    ImportReport or None
        Of an import without a row, where a day or a month was declared that was not before.

    Raises
    ------
    SourceMovedOnError
        If another process has read the source on meanwhile.
    """
    with store.write() as session:
        require_no_copy(session)
        options = step.before_landing(session, options)
        land_due(session, options)
        report, run = None, newest_run(session)
        known = declared_by(run)
        if options.declared.after(known) != known and run is not None:
            report = land(session, _nothing(step, options), options)
        step.after_landing(session, report, options)
    return report


def _nothing(step: SourceStep, options: ImportOptions) -> Batch:
    declared = options.declared
    name = step.fetch.name
    told = f"{name} {declared.covered_through} {declared.closed_through}"
    end = declared.covered_through or declared.closed_through
    return Batch(
        file=FileIdentity(
            source=name,
            sha256=sha256(told.encode()).hexdigest(),
            rows=0,
            name=f"nothing, through {end - ONE_DAY}" if end else "",
        ),
        groups=(),
        recorded=moment_number(options.started_at),
    )
