"""Tables of the ledger as a whole: its imports, and what is derived beside the columns."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Integer, Text, UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import IsoDate, MinorUnits, UtcDateTime

RUN_KEY = "import_run.id"
"""The key of imports, which tables of other modules refer to: they need this one, too."""


class ImportRun(SQLModel, table=True):
    """One import that landed; ``data_version`` grows by one with each.

    ``kind`` is ``file``, ``due`` of rows whose day has come, or ``reversal``, which sets back what
    the run ``reverses`` wrote. ``name`` is the file's. ``own_`` is what the run declared itself.
    """

    __tablename__ = "import_run"
    __table_args__ = (CheckConstraint("kind IN ('file', 'due', 'reversal')", name="kind_is_known"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(Text, nullable=False, index=True))
    rows: int
    findings: int
    started_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    finished_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    data_version: int = Field(unique=True)
    # First days after: after the last closed month, after the last day that a source covers.
    closed_through: date | None = Field(default=None, sa_column=Column(IsoDate))
    covered_through: date | None = Field(default=None, sa_column=Column(IsoDate))
    own_closed_through: date | None = Field(default=None, sa_column=Column(IsoDate))
    own_covered_through: date | None = Field(default=None, sa_column=Column(IsoDate))
    kind: str = Field(default="file", sa_column=Column(Text, nullable=False, server_default="file"))
    name: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    reverses: int | None = Field(default=None, foreign_key=RUN_KEY)


class AttributeSet(SQLModel, table=True):
    """One combination of dimension values, as JSON with sorted keys; derived."""

    __tablename__ = "attribute_set"

    id: int | None = Field(default=None, primary_key=True)
    values_json: str = Field(sa_column=Column("values", Text, nullable=False, unique=True))


class ControlTotal(SQLModel, table=True):
    """Net movement of all accounts in one calendar month and currency; grows with each import.

    Balances are derived account by account and this is not, so that one proves the other.
    """

    __tablename__ = "control_total"

    month: date = Field(sa_column=Column(IsoDate, primary_key=True))
    currency: str = Field(sa_column=Column(Text, primary_key=True))
    amount_minor: int = Field(sa_column=Column(MinorUnits, nullable=False))


class DimensionValue(SQLModel, table=True):
    """A value that some account has, or had, for a stored dimension: a label of statements."""

    __tablename__ = "dimension_value"
    __table_args__ = (UniqueConstraint("dimension", "value"),)

    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    dimension: str = Field(sa_column=Column(Text, nullable=False))
    value: str = Field(sa_column=Column(Text, nullable=False))


class WarehouseCopy(SQLModel, table=True):
    """One row: what the ledger in the warehouse was when its small tables were copied.

    ``generation`` is the warehouse's own, ``newest_import`` the hash of its newest import: with
    ``data_version`` they tell whether it is still the same data, as of ``looked_at``.
    ``last_movement_on`` tells where the data ends while the warehouse is away.
    """

    __tablename__ = "warehouse_copy"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    currency: str = Field(sa_column=Column(Text, nullable=False))
    data_version: int
    data_as_of: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    closed_through: date | None = Field(default=None, sa_column=Column(IsoDate))
    generation: int
    newest_import: str = Field(sa_column=Column(Text, nullable=False))
    looked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    covered_through: date | None = Field(default=None, sa_column=Column(IsoDate))
    last_movement_on: date | None = Field(default=None, sa_column=Column(IsoDate))
