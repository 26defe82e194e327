"""The state of the ledger at a moment of knowledge: its currency, version and age."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select, union
from sqlmodel import Session, col

from metrics.data_end import Declared
from storage.columns.labels import first_currency, product_names, read_currency
from storage.columns.live import is_live
from storage.errors import EmptyLedgerError
from storage.ledger.elsewhere import elsewhere, read_copy
from storage.ledger.health import newest_data_version
from storage.store.column_types import day_of, moment_number, moment_of
from storage.store.prepared import OpeningBatch, Prepared
from storage.tables.due import DueMovement
from storage.tables.facts import Currency, MovementRow
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
        """The declarations of sources about the ledger."""
        return Declared(closed_through=self.closed_through, covered_through=self.covered_through)


def read_state(session: Session, *, as_of: datetime | None) -> LedgerState:
    """Read the currency, version and age of the ledger.

    Raises
    ------
    EmptyLedgerError
        If it holds no movement that counts.
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
        raise EmptyLedgerError(
            as_of=as_of is not None,
            is_imported=newest_data_version(session) > 0,
            waiting=_first_waiting(session),
        )
    currency, newest = known
    version, finished_at, closed_through, covered_through = _run(session, as_of)
    is_known = as_of is None or finished_at <= as_of
    return LedgerState(
        currency=currency,
        data_version=version,
        data_as_of=newest or finished_at,
        closed_through=closed_through if is_known else None,
        covered_through=covered_through if is_known else None,
    )


_VERSION = col(ImportRun.data_version)
_RUN = select(
    *(_VERSION, col(ImportRun.finished_at)),
    *(col(ImportRun.closed_through), col(ImportRun.covered_through)),
).limit(1)
_NEWEST_RUN = _RUN.order_by(_VERSION.desc())
_READ_NEWEST_RUN = Prepared(_NEWEST_RUN, batch=OpeningBatch.NEW_ANSWER)
_READ_CURRENCIES = Prepared(
    select(
        union(
            *map(select, (col(Currency.code), col(ExchangeRate.currency), col(ExchangeRate.base)))
        ).subquery()
    ),
    batch=OpeningBatch.NEW_ANSWER,
)


def _known(session: Session, as_of: datetime | None) -> tuple[str, datetime | None] | None:
    """Find the currency of the first movement, and of a past moment the newest one by then."""
    if as_of is None:
        return None if (code := read_currency(session)) is None else (code, None)
    away = elsewhere(session)
    if away is not None:
        return away.known(session, as_of)
    recorded = col(MovementRow.recorded)
    moment = moment_number(as_of)
    is_known = recorded <= moment
    if (code := session.scalar(first_currency(is_known & is_live(by=moment)))) is None:
        return None
    newest = session.scalar(select(func.max(recorded)).where(is_known))
    return code, moment_of(newest or 0)


def _first_waiting(session: Session) -> date | None:
    """Find the day of the first row that waits for it."""
    waits = col(DueMovement.landed).is_(None), col(DueMovement.withdrawn).is_(None)
    first = session.scalar(select(func.min(col(DueMovement.day))).where(*waits))
    return None if first is None else day_of(first)


def _run(session: Session, as_of: datetime | None) -> Row[Any] | tuple[Any, ...]:
    if as_of is None:
        return _READ_NEWEST_RUN.rows(session)[0]
    by_then = session.execute(_NEWEST_RUN.where(col(ImportRun.finished_at) <= as_of)).first()
    # A moment before the first import ended takes that one: its rows can be recorded earlier.
    return by_then or session.execute(_RUN.order_by(_VERSION)).one()


def read_currencies(session: Session, own: str) -> frozenset[str]:
    """Read the currencies of the ledger's movements, and those that have exchange rates."""
    return frozenset({own, *(code for (code,) in _READ_CURRENCIES.rows(session))})


def read_products(session: Session) -> tuple[str, ...]:
    """Read the products of the ledger's movements, in the order of their names."""
    return tuple(sorted(product_names(session)))
