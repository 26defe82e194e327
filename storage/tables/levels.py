"""Days for which sources have stated what accounts pay: facts, append only."""

from sqlalchemy import Index, Integer, Text, text
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import Small


class LevelSpan(SQLModel, table=True):
    """Days ``[since, until)`` on which an import stated what a position comes to.

    A level that changes nothing is no movement: only this says that it was stated, and that a
    correction of the month before must leave it. ``product`` is NULL for what has none, and where
    the source knows no products. Of a file with all accounts that pay, ``account`` and
    ``currency`` are NULL: it states all positions, those that come later, too. ``is_usage`` is 1 in
    a row that is about usage, and not about committed MRR.
    """

    __tablename__ = "level_span"
    __table_args__ = (Index(None, "account"),)

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    account: int | None = None
    currency: str | None = Field(default=None, sa_column=Column(Text))
    product: str | None = Field(default=None, sa_column=Column(Text))
    since: int
    until: int
    import_id: int
    is_usage: int = Field(
        default=0, sa_column=Column(Small, nullable=False, server_default=text("0"))
    )
