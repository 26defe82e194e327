"""Insert a row unless one with its key is there, however many try at once."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_new(session: Session, table: type[SQLModel], **values: Any) -> int | None:  # noqa: ANN401 - any cell
    """Insert one row; return the first column of its primary key, None if its key is taken.

    On PostgreSQL it waits for another transaction that is inserting the same key.
    """
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgresql else sqlite.insert
    known: Any = SQLModel.metadata.tables[str(table.__tablename__)]
    row = table(**values).model_dump(exclude_none=True)
    statement = insert(known).values(row).on_conflict_do_nothing()
    number: int | None = session.scalar(statement.returning(next(iter(known.primary_key))))
    return number
