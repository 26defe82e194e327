"""Signals whose account or metric has no name: nothing else of them could be lost unnoticed."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import Session, col

from storage.tables.signals import SignalAccount, SignalMetric, SignalRow

_SHOWN = 100


def nameless_signals(session: Session) -> Iterator[tuple[int, str]]:
    """Yield the row and the column of signals that refer to nothing, the first ones of many."""
    for column, label in (("account", SignalAccount), ("metric", SignalMetric)):
        own: int = getattr(SignalRow, column)
        known = select(col(label.number)).where(col(label.number) == own).exists()
        rows = select(col(SignalRow.id)).where(~known).order_by(col(SignalRow.id)).limit(_SHOWN)
        yield from ((number, column) for number in session.scalars(rows))
