"""A ledger that is not in the store: how a session that reads one says so, and reads its rows."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select
from sqlmodel import Session

from storage.errors import StoreHoldsCopyError
from storage.store.prepared import OpeningBatch, Prepared
from storage.tables.ledger import WarehouseCopy

if TYPE_CHECKING:  # the types alone: numpy is slow to load
    from storage.columns.arrays import WindowSums
    from storage.ledger.labels import LedgerLabels
    from storage.ledger.replay import ReplayedColumns

_KEY = "nrrbot_ledger_elsewhere"
_COLUMNS = WarehouseCopy.__table__.columns  # type: ignore[attr-defined]
_COPY = Prepared(select(*_COLUMNS), batch=OpeningBatch.ANY_ANSWER)


class Elsewhere(Protocol):
    """Reads of a ledger in a warehouse, each of which asks it."""

    def window(self, session: Session, start: date, end: date) -> "WindowSums":
        """Add up the period between two month starts."""

    def replay(
        self, session: Session, as_of: datetime | None
    ) -> "tuple[ReplayedColumns, LedgerLabels]":
        """Replay all rows that were recorded by a moment, with the texts of their numbers."""

    def known(self, session: Session, as_of: datetime) -> tuple[str, datetime] | None:
        """Find the currency and the newest moment of what was recorded by then, if anything."""

    def totals(self, session: Session, day: date, as_of: datetime) -> dict[str, int]:
        """Add up, by currency, the movements before a day that were recorded by a moment."""


def put_elsewhere(session: Session, reads: Elsewhere) -> None:
    """Have a session read the ledger from elsewhere."""
    session.info[_KEY] = reads


def elsewhere(session: Session) -> Elsewhere | None:
    """Find the reader of a session's ledger that is not in the store; None if it is there."""
    found: Elsewhere | None = session.info.get(_KEY)
    return found


def read_copy(session: Session) -> WarehouseCopy | None:
    """Return the copied facts of the warehouse's ledger; None where the store has its own.

    Raises
    ------
    StoreHoldsCopyError
        If the session does not read the rest of the ledger from that warehouse.
    """
    for row in _COPY.rows(session):
        if elsewhere(session) is None:
            raise StoreHoldsCopyError
        return WarehouseCopy(**dict(zip(_COLUMNS.keys(), row, strict=True)))
    return None


def require_no_copy(session: Session) -> None:
    """Check that a store may take imports.

    Raises
    ------
    StoreHoldsCopyError
        If it keeps what a warehouse answered.
    """
    if _COPY.rows(session):
        raise StoreHoldsCopyError
