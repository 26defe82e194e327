"""Control totals: net MRR movement by month, to prove balances with.

They are added to as movements land and know nothing of accounts, so a balance that is missing or
wrong cannot be wrong here in the same way.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, func, insert, select
from sqlmodel import Session, col

from storage.store.column_types import day_of
from storage.tables.facts import MovementRow
from storage.tables.ledger import ControlTotal


def add_to_control_totals(session: Session, amounts: Iterable[tuple[date, int]]) -> None:
    """Add movements that have just landed: pairs of their day and amount in minor units."""
    held = read_control_totals(session)
    for month, amount in _by_month(amounts).items():
        session.merge(ControlTotal(month=month, amount_minor=held.get(month, 0) + amount))
    session.flush()


def read_control_totals(session: Session) -> dict[date, int]:
    """Return the net movement of each month that has any, by its first day."""
    rows = session.execute(select(col(ControlTotal.month), col(ControlTotal.amount_minor)))
    return {month: int(amount) for month, amount in rows}


def ledger_control_totals(session: Session) -> dict[date, int]:
    """Add up the net movement of each month from the movements themselves: all are read."""
    day = col(MovementRow.day)
    by_day = select(day, func.sum(col(MovementRow.amount_minor))).group_by(day)
    return _by_month((day_of(number), int(net)) for number, net in session.execute(by_day))


def differing_control_totals(session: Session) -> list[date]:
    """List the months whose control total is not the sum of the ledger's movements."""
    stored, true = read_control_totals(session), ledger_control_totals(session)
    # A month whose movements cancel out may have a total of 0 or none: both are right.
    return sorted(day for day in stored | true if stored.get(day, 0) != true.get(day, 0))


def rebuild_control_totals(session: Session) -> None:
    """Drop all control totals and add the movements up again."""
    session.execute(delete(ControlTotal))
    totals = ledger_control_totals(session)
    if totals:  # SQLAlchemy would insert one row of defaults for an empty list
        rows = [{"month": month, "amount_minor": amount} for month, amount in totals.items()]
        session.execute(insert(ControlTotal), rows)


def _by_month(amounts: Iterable[tuple[date, int]]) -> dict[date, int]:
    totals: defaultdict[date, int] = defaultdict(int)
    for day, amount in amounts:
        totals[day.replace(day=1)] += amount
    return dict(totals)
