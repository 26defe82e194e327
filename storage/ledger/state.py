"""The state of the ledger at a moment of knowledge: its currency, version and age, and its end."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from sqlalchemy import func, select
from sqlmodel import Session, col

from metrics.data_end import DataEnd, Declared, find_data_end
from storage.balances.control_totals import read_control_totals
from storage.errors import EmptyLedgerError
from storage.tables.ledger import ImportRun, MrrMovement
from storage.warehouse.copy import read_copy


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerState:
    """Data that an answer rests on: currency, version and age.

    ``closed_through`` is the first day after the last closed month, ``covered_through`` the one
    after the last day that a source declared covered.
    """

    currency: str
    data_version: int
    data_as_of: datetime
    closed_through: date | None
    covered_through: date | None = None

    @property
    def declared(self) -> Declared:
        """What sources declare of the ledger."""
        return Declared(closed_through=self.closed_through, covered_through=self.covered_through)


def read_state(session: Session, *, as_of: datetime | None) -> LedgerState:
    """Read the currency, version and age of the ledger.

    Raises
    ------
    EmptyLedgerError
        If it holds no movement.
    """
    copy = read_copy(session)
    if copy is not None and as_of is None:
        return LedgerState(
            currency=copy.currency,
            data_version=copy.data_version,
            data_as_of=copy.data_as_of,
            closed_through=copy.closed_through,
            covered_through=copy.covered_through,
        )
    movement = select(col(MrrMovement.currency)).limit(1)
    if as_of is not None:
        movement = movement.where(col(MrrMovement.recorded_at) <= as_of)
    currency = session.scalar(movement)
    if currency is None:
        raise EmptyLedgerError(as_of=as_of is not None)
    run = _run(session, as_of)
    is_known = as_of is None or run.finished_at <= as_of
    return LedgerState(
        currency=currency,
        data_version=run.data_version,
        data_as_of=run.finished_at if as_of is None else _newest(session, as_of),
        closed_through=run.closed_through if is_known else None,
        covered_through=run.covered_through if is_known else None,
    )


def read_data_end(
    session: Session, today: date, *, base: date | None, as_of: datetime | None
) -> DataEnd:
    """Read the first day without data; ``base`` is the day after all that was declared."""
    return find_data_end(
        today=today,
        base=base,
        months=_months(session, as_of),
        last_before=partial(_last_before, session, as_of),
    )


def _run(session: Session, as_of: datetime | None) -> ImportRun:
    # A moment before the first import ended takes that one: its rows can be recorded earlier.
    newest = select(ImportRun).order_by(col(ImportRun.data_version).desc()).limit(1)
    if as_of is None:
        return session.scalars(newest).one()
    by_then = session.scalar(newest.where(col(ImportRun.finished_at) <= as_of))
    first = select(ImportRun).order_by(col(ImportRun.data_version)).limit(1)
    return by_then or session.scalars(first).one()


def _newest(session: Session, as_of: datetime) -> datetime:
    recorded_at = col(MrrMovement.recorded_at)
    known = select(recorded_at).where(recorded_at <= as_of)
    newest: datetime = session.scalars(known.order_by(recorded_at.desc()).limit(1)).one()
    return newest


def _months(session: Session, as_of: datetime | None) -> Collection[date]:
    if as_of is None:
        return read_control_totals(session).keys()
    recorded_by_then = col(MrrMovement.recorded_at) <= as_of
    days = select(col(MrrMovement.effective_on)).where(recorded_by_then).distinct()
    return {day.replace(day=1) for day in session.scalars(days)}


def _last_before(session: Session, as_of: datetime | None, day: date) -> date | None:
    copy = read_copy(session) if as_of is None else None
    copied = copy.last_movement_on if copy is not None else None
    if copied is not None and copied < day:
        return copied  # without the warehouse, which may be away
    last = select(func.max(col(MrrMovement.effective_on))).where(
        col(MrrMovement.effective_on) < day
    )
    if as_of is not None:
        last = last.where(col(MrrMovement.recorded_at) <= as_of)
    found: date | None = session.scalar(last)
    return found
