"""Health of the store: whether it takes writing, its clock, the age of its data."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import func, select, text
from sqlmodel import Session, col

from storage.errors import StoreBusyError
from storage.store.column_types import UtcDateTime
from storage.store.engine import Store
from storage.tables.ledger import ImportRun, WarehouseCopy


def require_writable(store: Store) -> None:
    """Check that the store takes writing, without leaving a trace of it.

    A store in which somebody else writes at this moment is writable.

    Raises
    ------
    StorageError
        If it does not.
    """
    with suppress(StoreBusyError), store.write(patient=False, ledger=False) as session:
        # A write that changes nothing still fails on a full disk, a replica or a missing right.
        session.execute(text("UPDATE alembic_version SET version_num = version_num"))
        session.rollback()


def database_now(session: Session) -> datetime | None:
    """Read the clock of the database's machine; None of SQLite, which has none."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    found: datetime = session.scalars(select(func.clock_timestamp(type_=UtcDateTime))).one()
    return found


def data_as_of(session: Session) -> datetime | None:
    """Return the moment of the newest import, here or in the warehouse; None before the first."""
    if (copy := session.get(WarehouseCopy, 1)) is not None:
        return copy.data_as_of
    found: datetime | None = session.scalar(select(func.max(col(ImportRun.finished_at))))
    return found
