"""The state of the ledger at a moment of knowledge: its currency, version and age."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, true
from sqlmodel import Session, col

from metrics.data_end import Declared
from storage.errors import EmptyLedgerError
from storage.ledger.elsewhere import elsewhere, read_copy
from storage.store.column_types import moment_number, moment_of
from storage.tables.facts import Currency, MovementRow, Product
from storage.tables.ledger import ImportRun
from storage.tables.rates import ExchangeRate


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
    known = _known(session, as_of)
    if known is None:
        raise EmptyLedgerError(as_of=as_of is not None)
    currency, newest = known
    run = _run(session, as_of)
    is_known = as_of is None or run.finished_at <= as_of
    return LedgerState(
        currency=currency,
        data_version=run.data_version,
        data_as_of=newest or run.finished_at,
        closed_through=run.closed_through if is_known else None,
        covered_through=run.covered_through if is_known else None,
    )


def _known(session: Session, as_of: datetime | None) -> tuple[str, datetime | None] | None:
    """Find the currency of the first movement, and of a past moment the newest one by then."""
    away = elsewhere(session)
    if away is not None and as_of is not None:
        return away.known(session, as_of)
    recorded = col(MovementRow.recorded)
    is_known = true() if as_of is None else recorded <= moment_number(as_of)
    first = select(col(MovementRow.currency)).where(is_known).order_by(col(MovementRow.id)).limit(1)
    currency = select(col(Currency.code)).where(col(Currency.number) == first.scalar_subquery())
    if (code := session.scalar(currency)) is None:
        return None
    if as_of is None:
        return code, None
    newest = session.scalar(select(func.max(recorded)).where(is_known))
    return code, moment_of(newest or 0)


def _run(session: Session, as_of: datetime | None) -> ImportRun:
    # A moment before the first import ended takes that one: its rows can be recorded earlier.
    newest = select(ImportRun).order_by(col(ImportRun.data_version).desc()).limit(1)
    if as_of is None:
        return session.scalars(newest).one()
    by_then = session.scalar(newest.where(col(ImportRun.finished_at) <= as_of))
    first = select(ImportRun).order_by(col(ImportRun.data_version)).limit(1)
    return by_then or session.scalars(first).one()


def read_currencies(session: Session, own: str) -> frozenset[str]:
    """Read the currencies of the ledger's movements, and those that have exchange rates."""
    every = col(Currency.code), col(ExchangeRate.currency), col(ExchangeRate.base)
    found = (session.scalars(select(codes).distinct()) for codes in every)
    return frozenset({own}.union(*found))


def read_products(session: Session) -> tuple[str, ...]:
    """Read the products of the ledger's movements, in the order of their names."""
    return tuple(sorted(session.scalars(select(col(Product.name)))))
