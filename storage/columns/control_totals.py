"""Control totals: net MRR movement by month and currency, to prove balances with.

They are added to as movements land and know nothing of accounts, so a balance that is missing or
wrong cannot be wrong here in the same way. Errors in two currencies cannot make each other good.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from storage.store.column_types import day_of, moment_number
from storage.store.prepared import OpeningBatch, Prepared
from storage.store.statements import put_rows
from storage.tables.facts import Currency, MovementRow
from storage.tables.ledger import ControlTotal

Spot = tuple[date, str]
"""A day, or the first of a month, and the code of a currency."""
_COLUMNS = ("month", "currency", "amount_minor")
_TOTALS = Prepared(
    select(*(getattr(ControlTotal, name) for name in _COLUMNS)),
    batch=OpeningBatch.NEW_ANSWER,
)


def add_to_control_totals(session: Session, amounts: Iterable[tuple[Spot, int]]) -> None:
    """Add movements that have just landed: their day and currency, and amounts in minor units."""
    added = _by_month(amounts)
    held = read_control_totals(session) if added else {}
    _put(session, {spot: held.get(spot, 0) + amount for spot, amount in added.items()})


def read_control_totals(session: Session) -> dict[Spot, int]:
    """Return the net movement of each month and currency that has any, by the month's first day."""
    return {(month, currency): int(amount) for month, currency, amount in _TOTALS.rows(session)}


def ledger_control_totals(session: Session, *, after: datetime | None = None) -> dict[Spot, int]:
    """Add up each month and currency from the movements themselves: all are read.

    Parameters
    ----------
    after : datetime, optional
        Only what was recorded later than that.
    """
    day, code = col(MovementRow.day), col(Currency.code)
    by_day = (
        select(day, code, func.sum(col(MovementRow.amount_minor)))
        .join(Currency, col(Currency.number) == col(MovementRow.currency))
        .group_by(day, code)
    )
    if after is not None:
        by_day = by_day.where(col(MovementRow.recorded) > moment_number(after))
    rows = session.execute(by_day)
    return _by_month(((day_of(number), currency), int(net)) for number, currency, net in rows)


def differing_control_totals(session: Session) -> list[date]:
    """List the months of which a control total is not the sum of the ledger's movements."""
    stored, true = read_control_totals(session), ledger_control_totals(session)
    # A month whose movements cancel out may have a total of 0 or none: both are right.
    return sorted({key[0] for key in stored | true if stored.get(key, 0) != true.get(key, 0)})


def rebuild_control_totals(session: Session) -> None:
    """Drop all control totals and add the movements up again."""
    session.execute(delete(ControlTotal))
    _put(session, ledger_control_totals(session))


def _put(session: Session, totals: Mapping[Spot, int]) -> None:
    rows = [(month.isoformat(), code, amount) for (month, code), amount in totals.items()]
    put_rows(session, ControlTotal, _COLUMNS, rows)


def _by_month(amounts: Iterable[tuple[Spot, int]]) -> dict[Spot, int]:
    totals: Counter[Spot] = Counter()
    for (day, currency), amount in amounts:
        totals[day.replace(day=1), currency] += amount
    return dict(totals)
