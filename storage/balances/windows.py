"""Windows: one period's sums per combination of attributes, kept until an import touches them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from metrics.activity import ActivityPart
from metrics.movements import MovementKind
from metrics.rollup import Attributes, Sums
from storage.balances.attribute_sets import AttributeSets
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
_NO_EVENT = ActivityPart(_NOBODY, MovementKind.UNCHANGED, "", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredWindows:
    """Windows that were measured because they were not kept yet, by their two ends."""

    retention: dict[tuple[date, date], Mapping[int, Sums]]
    activity: dict[tuple[date, date], tuple[ActivityPart, ...]]

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


def kept_windows(session: Session) -> Iterator[tuple[date, date, Mapping[int, Sums]]]:
    """Yield every window that is kept, by its two ends; one in which nobody paid is empty."""
    ends = col(RetentionWindow.start_on), col(RetentionWindow.end_on)
    for start, end in session.execute(select(*ends).distinct().order_by(*ends)).all():
        sums = read_retention(session, start, end) or {}
        yield start, end, {number: part for number, part in sums.items() if any(part)}


def read_activity(
    session: Session, start: date, end: date, sets: Mapping[int, Attributes]
) -> tuple[ActivityPart, ...] | None:
    """Return a window's gross activity; None if it is not kept."""
    table = ActivityWindow
    statement = select(
        col(table.attribute_set_id), col(table.kind), col(table.driver), col(table.amount_minor)
    ).where(col(table.start_on) == start, col(table.end_on) == end)
    parts = tuple(
        ActivityPart(sets[number], MovementKind(kind), driver, amount)
        for number, kind, driver, amount in session.execute(statement)
    )
    return tuple(part for part in parts if part.amount_minor) if parts else None


def keep(store: Store, measured: MeasuredWindows, *, generation: Generation | None) -> None:
    """Keep what a reading session measured, if nothing derived has changed since.

    It is a cache: when another writer is at work, or nothing can be written, the next one to ask
    measures again.
    """
    if not measured or generation is None:
        return
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
    retention = [
        (start, end, number, sums)
        for (start, end), window in measured.retention.items()
        for number, sums in (window or {sets.number(_NOBODY): _NOTHING}).items()
    ]
    activity: defaultdict[tuple[date, date, int, str, str], int] = defaultdict(int)
    for (start, end), parts in measured.activity.items():
        for part in parts or (_NO_EVENT,):
            number = sets.number(part.attributes)
            activity[start, end, number, part.kind, part.driver] += part.amount_minor
    sets.flush()
    for table, ends in ((RetentionWindow, measured.retention), (ActivityWindow, measured.activity)):
        _forget_exactly(session, table, ends)
    bulk_insert(
        session,
        RetentionWindow,
        (*_KEY, *_SUMS, "data_version"),
        (
            (*_days(start, end), number, *sums, data_version)
            for start, end, number, sums in retention
        ),
    )
    bulk_insert(
        session,
        ActivityWindow,
        (*_KEY, "kind", "driver", "amount_minor", "data_version"),
        (
            (*_days(start, end), number, kind, driver, amount, data_version)
            for (start, end, number, kind, driver), amount in activity.items()
        ),
    )


def forget_windows(session: Session, *, since: date = date.min) -> None:
    """Delete every window that something changed on ``since``, or later, can have touched.

    Attributes count on a boundary date itself, so a window that ends on that day goes too.
    """
    for table in (RetentionWindow, ActivityWindow):
        session.execute(delete(table).where(col(table.end_on) >= since))


def _forget_exactly(
    session: Session,
    table: type[RetentionWindow | ActivityWindow],
    ends: Iterable[tuple[date, date]],
) -> None:
    for start, end in ends:
        session.execute(delete(table).where(col(table.start_on) == start, col(table.end_on) == end))


def _days(start: date, end: date) -> tuple[str, str]:
    return start.isoformat(), end.isoformat()
