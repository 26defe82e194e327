"""States of sources: how far each has been read, how the last attempt ended, who was told."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from storage.errors import SourceMovedOnError
from storage.importing.report import ImportReport
from storage.store.statements import insert_new
from storage.tables.sources import SourceStateRow

TOLD_AGAIN_AFTER = timedelta(days=7)
"""How long a source fails before people are told once more."""
NOTES_SHOWN = timedelta(days=90)
"""How long what was said of rows is shown to people, if it is not said again."""
_NOTES_KEPT = 20


@dataclass(frozen=True, slots=True)
class SourceNote:
    """A sentence about rows that a sync has read, and when it was said last."""

    at: datetime
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceGains:
    """The last import of rows that a source led to, and sentences about what it gave."""

    import_id: int | None = None
    rows: int = 0
    notes: Sequence[SourceNote] = ()

    def shown(self, now: datetime) -> Sequence[SourceNote]:
        """List the notes that still stand for people."""
        return [note for note in self.notes if now - note.at <= NOTES_SHOWN]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReach:
    """How far a source has been read by a fetch.

    ``covered_through`` is the first day after the last one that was read; ``is_whole`` says that
    all of the source was read, so that no earlier note holds that is not said again.
    """

    cursor: str
    covered_through: date | None
    is_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How far a source has been read, and how the last attempt ended.

    ``cursor`` means something to the source alone, and is empty before its first success;
    ``generation`` counts how often it was moved. ``covered_through`` is the first day after the
    last one that it has read. ``failure`` is a sentence for people, None while it is well;
    ``told_at`` is when administrators were told of it. Of a source that is well again
    ``failed_since`` and ``told_at`` stay until those who were told of the failure know that, too.
    """

    name: str
    cursor: str = ""
    generation: int = 0
    covered_through: date | None = None
    tried_at: datetime | None = None
    succeeded_at: datetime | None = None
    gains: SourceGains = SourceGains()
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


def require_generation(session: Session, name: str, generation: int) -> None:
    """Check in the writing session that nobody has moved the source since a fetch began.

    Raises
    ------
    SourceMovedOnError
        If another process has: what was fetched is to be dropped.
    """
    if read_state(session, name).generation != generation:
        raise SourceMovedOnError(name)


def note_success(
    session: Session,
    name: str,
    reach: SourceReach,
    *,
    notes: Sequence[str] = (),
    now: datetime,
) -> None:
    """Store how far a source has been read, in the transaction of what it led to.

    Parameters
    ----------
    notes : sequence of str
        Sentences about its rows, which stand until it is read as a whole again.
    """
    row = _row(session, name, now)
    known = [day for day in (row.covered_through, reach.covered_through) if day is not None]
    row.cursor, row.covered_through = reach.cursor, max(known, default=None)
    row.generation += 1
    row.tried_at = row.succeeded_at = now
    row.failure = None
    if row.told_at is None:  # else there is something to tell first
        row.failed_since = None
    said = {} if reach.is_whole else {one.said: one.at for one in _notes(row.notes)}
    row.notes = _notes_text({**said, **dict.fromkeys(notes, now)})


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
    # Two at once may find that there is none: who fails to read it does not wait for who lands.
    if session.get(SourceStateRow, name) is None:
        insert_new(session, SourceStateRow, name=name, tried_at=now)
    return session.get_one(SourceStateRow, name)


def _state(row: SourceStateRow) -> SourceState:
    said = row.model_dump()
    gains = SourceGains(
        import_id=said.pop("import_id"), rows=said.pop("rows"), notes=_notes(said.pop("notes"))
    )
    return SourceState(gains=gains, **said)


def _notes(text: str) -> Sequence[SourceNote]:
    said = json.loads(text) if text else {}
    return [SourceNote(datetime.fromisoformat(at), sentence) for sentence, at in said.items()]


def _notes_text(said: Mapping[str, datetime]) -> str:
    """Write the newest of some sentences, each with when it was said last."""
    newest = sorted(said.items(), key=lambda one: one[1])[-_NOTES_KEPT:]
    return json.dumps({sentence: at.astimezone(UTC).isoformat() for sentence, at in newest})
