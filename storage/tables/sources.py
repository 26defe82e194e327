"""The table of sources that keep themselves up to date; rows without behaviour."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Integer, Text, text
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import IsoDate, UtcDateTime
from storage.tables.ledger import RUN_KEY


class SourceStateRow(SQLModel, table=True):
    """A source: how far it has been read, and how the last attempt ended.

    ``cursor`` means something to the source alone, ``generation`` counts its landings. ``rows`` are
    those of the last import that it led to, ``notes`` what was said of its rows, as JSON;
    ``failure`` is NULL while the source is well.
    """

    __tablename__ = "source_state"

    name: str = Field(sa_column=Column(Text, primary_key=True))
    cursor: str = Field(default="", sa_column=Column(Text, nullable=False))
    generation: int = Field(
        default=0, sa_column=Column(Integer, nullable=False, server_default=text("0"))
    )
    covered_through: date | None = Field(default=None, sa_column=Column(IsoDate))
    tried_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    succeeded_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    import_id: int | None = Field(default=None, sa_column=Column(Integer, ForeignKey(RUN_KEY)))
    rows: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    notes: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    failure: str | None = Field(default=None, sa_column=Column(Text))
    failed_since: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    told_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
