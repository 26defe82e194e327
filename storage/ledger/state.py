"""The state of the ledger at a moment of knowledge: its currency, version and age."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlmodel import Session, col

from metrics.data_end import Declared
from storage.errors import EmptyLedgerError
from storage.store.column_types import day_number, moment_number, moment_of
from storage.tables.facts import Currency, MovementRow
from storage.tables.ledger import ImportRun
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
    first = select(col(MovementRow.currency)).where(_known(as_of)).order_by(col(MovementRow.id))
    currency = select(col(Currency.code)).where(
        col(Currency.number) == first.limit(1).scalar_subquery()
    )
    if (code := session.scalar(currency)) is None:
        raise EmptyLedgerError(as_of=as_of is not None)
    run = _run(session, as_of)
    is_known = as_of is None or run.finished_at <= as_of
    return LedgerState(
        currency=code,
        data_version=run.data_version,
        data_as_of=run.finished_at if as_of is None else _newest(session, as_of),
        closed_through=run.closed_through if is_known else None,
        covered_through=run.covered_through if is_known else None,
    )


def total_known(session: Session, day: date, *, as_of: datetime) -> int:
    """Add up all movements before a day that were known at a moment."""
    total = select(func.sum(col(MovementRow.amount_minor))).where(
        col(MovementRow.day) < day_number(day), _known(as_of)
    )
    return int(session.scalar(total) or 0)


def _known(as_of: datetime | None) -> ColumnElement[bool]:
    return true() if as_of is None else col(MovementRow.recorded) <= moment_number(as_of)


def _run(session: Session, as_of: datetime | None) -> ImportRun:
    # A moment before the first import ended takes that one: its rows can be recorded earlier.
    newest = select(ImportRun).order_by(col(ImportRun.data_version).desc()).limit(1)
    if as_of is None:
        return session.scalars(newest).one()
    by_then = session.scalar(newest.where(col(ImportRun.finished_at) <= as_of))
    first = select(ImportRun).order_by(col(ImportRun.data_version)).limit(1)
    return by_then or session.scalars(first).one()


def _newest(session: Session, as_of: datetime) -> datetime:
    newest = session.scalar(select(func.max(col(MovementRow.recorded))).where(_known(as_of)))
    return moment_of(newest or 0)
