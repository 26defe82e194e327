"""Health of the store: whether it takes writing, the age of its data."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import func, select, text
from sqlmodel import Session, col

from storage.errors import StoreBusyError, StoreFullError
from storage.store.engine import Store
from storage.store.files import is_full
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
        # A write that changes nothing still fails on a replica or a missing right, and on a disk
        # that is full where it needs room at once: SQLite needs it as it commits.
        session.execute(text("UPDATE alembic_version SET version_num = version_num"))
        session.rollback()
    if store.sqlite_path is not None and is_full(store.sqlite_path.parent):
        raise StoreFullError


def data_as_of(session: Session) -> datetime | None:
    """Return the moment of the newest import, here or in the warehouse; None before the first."""
    if (copy := session.get(WarehouseCopy, 1)) is not None:
        return copy.data_as_of
    found: datetime | None = session.scalar(select(func.max(col(ImportRun.finished_at))))
    return found


def newest_data_version(session: Session) -> int:
    """Count the imports so far; 0 before the first."""
    return session.scalar(select(func.max(col(ImportRun.data_version)))) or 0
