"""The clock of the database, by which all who use it agree on what is due."""

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from storage.store.column_types import UtcDateTime


def database_now(session: Session) -> datetime | None:
    """Read the clock of the database's machine; None of SQLite, which has none."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    found: datetime = session.scalars(select(func.clock_timestamp(type_=UtcDateTime))).one()
    return found
