"""States of sources: how far each has been read, how the last attempt ended, who was told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from storage.errors import SourceMovedOnError
from storage.importing.report import ImportReport
from storage.tables.sources import SourceStateRow

TOLD_AGAIN_AFTER = timedelta(days=7)
"""How long a source fails before people are told once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How far a source has been read, and how the last attempt ended.

    ``cursor`` means something to the source alone, and is empty before its first success;
    ``covered_through`` is the first day after the last one that it has read. ``import_id`` and
    ``rows`` are of the last import that it led to. ``failure`` is a sentence for people, None while
    it is well; ``told_at`` is when administrators were told of it. Of a source that is well again
    ``failed_since`` and ``told_at`` stay until those who were told of the failure know that, too.
    """

    name: str
    cursor: str = ""
    covered_through: date | None = None
    tried_at: datetime | None = None
    succeeded_at: datetime | None = None
    import_id: int | None = None
    rows: int = 0
    failure: str | None = None
    failed_since: datetime | None = None
    told_at: datetime | None = None


def read_state(session: Session, name: str) -> SourceState:
    """Read the state of a source, which may never have been tried."""
    row = session.get(SourceStateRow, name)
    return SourceState(name=name) if row is None else _state(row)


def list_states(session: Session) -> Sequence[SourceState]:
    """List the sources that were ever tried, by name."""
    rows = session.scalars(select(SourceStateRow).order_by(col(SourceStateRow.name)))
    return [*map(_state, rows)]


def standing(session: Session, names: Collection[str]) -> Sequence[SourceState]:
    """List how some sources stand, by name, also those that were never tried."""
    return [read_state(session, name) for name in sorted(names)]


def is_untold(state: SourceState, *, now: datetime) -> bool:
    """Tell whether administrators do not know of a failure, or heard of it a week ago."""
    if state.failure is None:
        return False
    return state.told_at is None or now - state.told_at >= TOLD_AGAIN_AFTER


def is_well_untold(state: SourceState) -> bool:
    """Tell whether administrators still believe that a source fails, which is well again."""
    return state.failure is None and state.told_at is not None


def require_cursor(session: Session, name: str, cursor: str) -> None:
    """Check in the writing session that nobody has read the source on since a fetch began.

    Raises
    ------
    SourceMovedOnError
        If another process has: what was fetched is to be dropped.
    """
    if read_state(session, name).cursor != cursor:
        raise SourceMovedOnError(name)


def note_success(
    session: Session,
    name: str,
    *,
    cursor: str,
    covered_through: date | None,
    now: datetime,
) -> None:
    """Store how far a source has been read, in the transaction of what it led to.

    Parameters
    ----------
    covered_through : date, optional
        The first day after the last one that was read; it never goes back.
    """
    row = _row(session, name, now)
    known = [day for day in (row.covered_through, covered_through) if day is not None]
    row.cursor, row.covered_through = cursor, max(known, default=None)
    row.tried_at = row.succeeded_at = now
    row.failure = None
    if row.told_at is None:  # else there is something to tell first
        row.failed_since = None


def note_import(session: Session, name: str, report: ImportReport, *, now: datetime) -> None:
    """Store the last import that a source led to, if its rows left one."""
    if report.number is not None:
        row = _row(session, name, now)
        row.import_id, row.rows = report.number, report.imported


def note_failure(session: Session, name: str, sentence: str, *, now: datetime) -> None:
    """Store why a source could not be read; what was read before stays as it is."""
    row = _row(session, name, now)
    if row.failure is None:  # anew: that it was well in between is no news any more
        row.failed_since, row.told_at = now, None
    row.tried_at, row.failure = now, sentence


def note_told(session: Session, *, now: datetime) -> Sequence[SourceState]:
    """Take note that administrators are told of each failure that they do not know yet.

    Returns
    -------
    sequence of SourceState
        The failing sources to tell of: those not told since they last were well, or for a week.
    """
    untold = []
    failing = select(SourceStateRow).where(col(SourceStateRow.failure).is_not(None))
    for row in session.scalars(failing.order_by(col(SourceStateRow.name))):
        if is_untold(_state(row), now=now):
            untold.append(_state(row))
            row.told_at = now
    return untold


def note_told_well(session: Session) -> Sequence[SourceState]:
    """Take note that administrators are told of each source that is well again.

    Returns
    -------
    sequence of SourceState
        The sources to tell of, with the failure that is over: only those that were told of.
    """
    well = select(SourceStateRow).where(
        col(SourceStateRow.failure).is_(None), col(SourceStateRow.told_at).is_not(None)
    )
    over = []
    for row in session.scalars(well.order_by(col(SourceStateRow.name))):
        over.append(_state(row))
        row.failed_since = row.told_at = None
    return over


def _row(session: Session, name: str, now: datetime) -> SourceStateRow:
    row = session.get(SourceStateRow, name)
    if row is None:
        row = SourceStateRow(name=name, tried_at=now)
        session.add(row)
    return row


def _state(row: SourceStateRow) -> SourceState:
    return SourceState(**row.model_dump())
