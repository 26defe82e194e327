"""Windows: sums of a period by combination of attributes, kept until an import touches them."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from metrics.activity import ActivitySum
from metrics.movements import MovementKind
from metrics.rollup import Attributes, Sums
from storage.balances.attribute_sets import AttributeSets
from storage.balances.period_sums import window_sums
from storage.errors import StorageError
from storage.store.engine import Store
from storage.store.memory import Generation
from storage.store.statements import bulk_insert
from storage.tables.ledger import (
    ActivityWindow,
    BalanceBuild,
    ImportRun,
    RetentionWindow,
    WarehouseCopy,
)

_KEY = ("start_on", "end_on", "attribute_set_id")
_SUMS = (
    *("accounts_opening", "accounts_retained", "opening_minor", "expansion_minor"),
    *("contraction_minor", "churn_minor", "new_minor", "returning_minor"),
)
_NOBODY: Attributes = {}
_NOTHING: Sums = (0, 0, 0, 0, 0, 0, 0, 0)
_NO_EVENT = ActivitySum(_NOBODY, MovementKind.UNCHANGED, "", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredWindows:
    """Windows that were measured because they were not kept yet, by their two ends."""

    retention: dict[tuple[date, date], Mapping[int, Sums]]
    activity: dict[tuple[date, date], tuple[ActivitySum, ...]]

    def __bool__(self) -> bool:
        return bool(self.retention or self.activity)


def read_retention(session: Session, start: date, end: date) -> dict[int, Sums] | None:
    """Return a window's sums by number of attribute set; None if it is not kept."""
    table = RetentionWindow
    columns = (getattr(table, name) for name in _SUMS)
    statement = select(col(table.attribute_set_id), *columns).where(
        col(table.start_on) == start, col(table.end_on) == end
    )
    return {row[0]: row[1:] for row in map(tuple, session.execute(statement))} or None


def differing_windows(session: Session) -> list[date]:
    """List the first days of kept windows whose sums are not those of the balances."""
    ends = col(RetentionWindow.start_on), col(RetentionWindow.end_on)
    found = []
    for start, end in session.execute(select(*ends).distinct().order_by(*ends)).all():
        kept = read_retention(session, start, end) or {}
        if window_sums(session, start, end) != {n: sums for n, sums in kept.items() if any(sums)}:
            found.append(start)
    return found


def read_activity(
    session: Session, start: date, end: date, sets: Mapping[int, Attributes]
) -> tuple[ActivitySum, ...] | None:
    """Return a window's gross activity; None if it is not kept."""
    table = ActivityWindow
    statement = select(
        col(table.attribute_set_id), col(table.kind), col(table.driver), col(table.amount_minor)
    ).where(col(table.start_on) == start, col(table.end_on) == end)
    parts = tuple(
        ActivitySum(sets[number], MovementKind(kind), driver, amount)
        for number, kind, driver, amount in session.execute(statement)
    )
    return tuple(part for part in parts if part.amount_minor) if parts else None


def keep(store: Store, measured: MeasuredWindows, *, generation: Generation | None) -> None:
    """Keep the windows that a reading session measured, if nothing derived has changed since."""
    if not measured or generation is None:
        return
    # A cache: when another writer is at work, or the disk is full, the next reader measures again.
    with suppress(StorageError), store.write(patient=False) as session:
        build = session.get(BalanceBuild, 1)
        if build is not None and build.generation == generation.number:
            keep_windows(session, measured)


def keep_windows(session: Session, measured: MeasuredWindows) -> None:
    """Keep windows; the caller has made sure that they are those of the newest data."""
    copy = session.get(WarehouseCopy, 1)
    own_version = select(func.max(col(ImportRun.data_version)))
    data_version = session.scalar(own_version) if copy is None else copy.data_version
    sets = AttributeSets(session)
    # A window in which nothing happened is one row of zeros: kept and known to be empty.
    retention = [
        (*_days(*ends), number, *sums, data_version)
        for ends, window in measured.retention.items()
        for number, sums in (window or {sets.number(_NOBODY): _NOTHING}).items()
    ]
    activity: defaultdict[tuple[str, str, int, str, str], int] = defaultdict(int)
    for ends, parts in measured.activity.items():
        for part in parts or (_NO_EVENT,):
            number = sets.number(part.attributes)
            activity[*_days(*ends), number, part.kind, part.driver] += part.amount_minor
    sets.flush()
    for table, ends_of in (
        (RetentionWindow, measured.retention),
        (ActivityWindow, measured.activity),
    ):
        for start, end in ends_of:  # another process may have kept the same window meanwhile
            same = col(table.start_on) == start, col(table.end_on) == end
            session.execute(delete(table).where(*same))
    bulk_insert(session, RetentionWindow, (*_KEY, *_SUMS, "data_version"), retention)
    bulk_insert(
        session,
        ActivityWindow,
        (*_KEY, "kind", "driver", "amount_minor", "data_version"),
        ((*key, amount, data_version) for key, amount in activity.items()),
    )


def forget_windows(session: Session, *, since: date = date.min) -> None:
    """Delete every window that a change on ``since``, or later, can have touched."""
    # Not only those that end later: attributes count on a boundary date itself.
    for table in (RetentionWindow, ActivityWindow):
        session.execute(delete(table).where(col(table.end_on) >= since))


def _days(start: date, end: date) -> tuple[str, str]:
    return start.isoformat(), end.isoformat()
