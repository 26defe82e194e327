"""Tables that a warehouse has beside the ledger's own, and that no store has."""

from datetime import date
from typing import ClassVar

from sqlalchemy import Integer, MetaData, Text
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import IsoDate, MinorUnits

WAREHOUSE = MetaData()


class _Table(SQLModel):
    metadata: ClassVar[MetaData] = WAREHOUSE


class MonthBalance(_Table, table=True):
    """MRR above zero of a topmost account at a month's first day.

    ``first_paid_on`` is the first day that the account closed with MRR: it tells new from
    returning, and how long an account has been paying.
    """

    __tablename__ = "month_balance"

    as_of: date = Field(sa_column=Column(IsoDate, primary_key=True))
    account_id: str = Field(sa_column=Column(Text, primary_key=True))
    mrr_minor: int = Field(sa_column=Column(MinorUnits, nullable=False))
    first_paid_on: date = Field(sa_column=Column(IsoDate, nullable=False))
    attribute_set_id: int


class BalanceBuild(_Table, table=True):
    """One row: through which month start the balances are there, and with which tiers.

    ``generation`` grows by one whenever they change.
    """

    __tablename__ = "balance_build"

    id: int = Field(default=1, primary_key=True)
    built_through: date = Field(sa_column=Column(IsoDate, nullable=False))
    tiers: str = Field(sa_column=Column(Text, nullable=False))
    generation: int = Field(default=1, sa_column=Column(Integer, nullable=False))
