"""Windows: sums of a period by combination of attributes, kept until an import touches them."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

from sqlalchemy import Select, and_, case, delete, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from metrics.activity import ActivitySum
from metrics.movements import MovementKind
from metrics.pauses import PauseOutcome
from metrics.rollup import Attributes
from storage.balances.attribute_sets import AttributeSets
from storage.balances.month_balances import attribute_sets_at
from storage.balances.pauses import read_pauses
from storage.errors import StorageError
from storage.store.engine import Store
from storage.store.memory import Generation
from storage.store.statements import bulk_insert
from storage.tables.ledger import (
    ActivityWindow,
    BalanceBuild,
    ImportRun,
    MonthBalance,
    RetentionWindow,
    WarehouseCopy,
)

if TYPE_CHECKING:  # the type alone: numpy is slow to load
    from metrics.period_sums import Sums

_KEY = ("start_on", "end_on", "attribute_set_id")
_SUMS = (
    *("accounts_opening", "accounts_retained", "opening_minor", "expansion_minor"),
    *("contraction_minor", "churn_minor", "new_minor", "returning_minor"),
    *("resumed_minor", "accounts_outside"),
)
_RETAINED, _CONTRACTION, _CHURN, _RETURNING, _RESUMED = 1, 4, 5, 7, 8  # places in the sums
_NOBODY: Attributes = {}
_NOTHING: "Sums" = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
_NO_EVENT = ActivitySum(_NOBODY, MovementKind.UNCHANGED, "", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredWindows:
    """Windows that were measured because they were not kept yet, by their two ends."""

    retention: dict[tuple[date, date], Mapping[int, "Sums"]]
    activity: dict[tuple[date, date], tuple[ActivitySum, ...]]

    def __bool__(self) -> bool:
        return bool(self.retention or self.activity)


def window_sums(session: Session, start: date, end: date) -> "dict[int, Sums]":
    """Add up the sums between two month starts by number of attribute set, in the database."""
    sums: defaultdict[int, list[int]] = defaultdict(lambda: [0] * 10)
    retained: defaultdict[int, int] = defaultdict(int)
    stayed: defaultdict[int, int] = defaultdict(int)
    for number, number_at_close, *cohort in session.execute(_cohort(start, end)):
        held, opening, closing, expansion = map(int, cohort)
        is_churn = number_at_close is None  # the outer join found no balance
        churn, contraction = (opening, 0) if is_churn else (0, opening + expansion - closing)
        kept = 0 if is_churn else held
        part = held, kept, opening, expansion, contraction, churn, 0, 0, 0, 0
        sums[number] = [before + more for before, more in zip(sums[number], part, strict=True)]
        retained[number_at_close] += closing
        stayed[number_at_close] += kept
    new = _paid_by(session, end, first_paid_since=start)
    # Returning is MRR at the close that is neither retained nor new: a second join is not needed.
    for number, (closing, accounts) in _paid_by(session, end).items():
        first, _ = new.get(number, (0, 0))
        if accounts > stayed[number]:
            sums[number][6:8] = first, closing - first - retained[number]
            sums[number][-1] = accounts - stayed[number]
    _correct_for_pauses(session, start, end, sums)
    return {number: cast("Sums", tuple(part)) for number, part in sums.items()}


def _correct_for_pauses(
    session: Session, start: date, end: date, sums: Mapping[int, list[int]]
) -> None:
    pauses = read_pauses(session, start, end)
    for outcome, day, (source, target) in (
        (PauseOutcome.PAUSED, start, (_CHURN, _CONTRACTION)),
        (PauseOutcome.RESUMED, end, (_RETURNING, _RESUMED)),
    ):
        amounts = pauses.of(outcome)
        for root, number in attribute_sets_at(session, day, amounts).items():
            sums[number][source] -= amounts[root]
            sums[number][target] += amounts[root]
            sums[number][_RETAINED] += outcome is PauseOutcome.PAUSED


def _cohort(start: date, end: date) -> Select[int, int | None, int, int, int, int]:
    # By both attribute sets: what is retained is taken out of the closing of the second one.
    opening, closing = aliased(MonthBalance), aliased(MonthBalance)
    before, after = col(opening.mrr_minor), col(closing.mrr_minor)
    same_account = col(closing.account_id) == col(opening.account_id)
    sets = col(opening.attribute_set_id), col(closing.attribute_set_id)
    return (
        select(
            *sets,
            func.count().label("accounts"),
            func.sum(before).label("opening"),
            func.coalesce(func.sum(after), 0).label("closing"),
            func.sum(case((after > before, after - before), else_=0)).label("expansion"),
        )
        .select_from(opening)
        .outerjoin(closing, and_(same_account, col(closing.as_of) == end))
        .where(col(opening.as_of) == start)
        .group_by(*sets)
    )


def _paid_by(
    session: Session, month: date, *, first_paid_since: date = date.min
) -> dict[int, tuple[int, int]]:
    total = func.sum(col(MonthBalance.mrr_minor))
    statement = (
        select(col(MonthBalance.attribute_set_id), total, func.count())
        .where(col(MonthBalance.as_of) == month)
        .group_by(col(MonthBalance.attribute_set_id))
    )
    if first_paid_since > date.min:
        statement = statement.where(col(MonthBalance.first_paid_on) >= first_paid_since)
    return {number: (int(minor), held) for number, minor, held in session.execute(statement)}


def read_retention(session: Session, start: date, end: date) -> "dict[int, Sums] | None":
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
    for table in (RetentionWindow, ActivityWindow):
        session.execute(delete(table).where(col(table.end_on) > since))


def _days(start: date, end: date) -> tuple[str, str]:
    return start.isoformat(), end.isoformat()
