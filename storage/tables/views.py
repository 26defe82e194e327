"""Readable views of the facts: what people read in the store, and a warehouse has as tables."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import MetaData, Text
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import IsoDate, MinorUnits, UtcDateTime

VIEWS = MetaData()
"""Readable views of the facts, apart from the tables that the schema is made of."""


class _View(SQLModel):
    metadata: ClassVar[MetaData] = VIEWS


class Account(_View, table=True):
    """A customer; ``root_id`` is its topmost parent by the newest tree. A view of the facts."""

    __tablename__ = "ledger_account"

    account_id: str = Field(sa_column=Column(Text, primary_key=True))
    name: str | None = Field(default=None, sa_column=Column(Text))
    parent_id: str | None = Field(default=None, sa_column=Column(Text))
    root_id: str = Field(sa_column=Column(Text, nullable=False))
    created_on: date | None = Field(default=None, sa_column=Column(IsoDate))


class AccountAttribute(_View, table=True):
    """A statement that an account has a value for a dimension from a date on: a readable view."""

    __tablename__ = "ledger_attribute"

    id: int | None = Field(default=None, primary_key=True)
    account_id: str = Field(sa_column=Column(Text, nullable=False))
    dimension: str = Field(sa_column=Column(Text, nullable=False))
    value: str = Field(sa_column=Column(Text, nullable=False))
    valid_from: date = Field(sa_column=Column(IsoDate, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    import_id: int


class MrrMovement(_View, table=True):
    """One signed change of an account's MRR: a readable view."""

    __tablename__ = "ledger_movement"

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(sa_column=Column(Text, nullable=False))
    movement_id: str = Field(sa_column=Column(Text, nullable=False))
    account_id: str = Field(sa_column=Column(Text, nullable=False))
    product: str | None = Field(default=None, sa_column=Column(Text))
    effective_on: date = Field(sa_column=Column(IsoDate, nullable=False))
    kind: str = Field(sa_column=Column(Text, nullable=False))
    driver: str | None = Field(default=None, sa_column=Column(Text))
    amount_minor: int = Field(sa_column=Column(MinorUnits, nullable=False))
    currency: str = Field(sa_column=Column(Text, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    import_id: int
