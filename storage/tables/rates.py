"""Table of exchange rates: facts, as an import states them."""

from sqlalchemy import Index, Integer, Text
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import MinorUnits
from storage.tables.ledger import RUN_KEY


class ExchangeRate(SQLModel, table=True):
    """One unit of ``base`` buys ``rate`` units of ``currency`` from a day on; append only.

    A corrected rate is a new row of the same day: the one that was recorded last counts. ``day``
    counts from 1970-01-01, ``recorded`` is in microseconds, ``rate`` an exact decimal.
    """

    __tablename__ = "exchange_rate"
    __table_args__ = (Index(None, "currency", "day"),)

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    day: int = Field(sa_column=Column(Integer, nullable=False))
    base: str = Field(sa_column=Column(Text, nullable=False))
    currency: str = Field(sa_column=Column(Text, nullable=False))
    rate: str = Field(sa_column=Column(Text, nullable=False))
    recorded: int = Field(sa_column=Column(MinorUnits, nullable=False))
    import_id: int = Field(foreign_key=RUN_KEY)
    source_row: int
