"""Tables of columns: arrays in the narrowest integer type, as `storage.columns.codec` packs them.

Everything here is derived from the ledger. Days are counted from 1970-01-01; a month is the day of
its first. A chunk holds what belongs to 65,536 neighbours.
"""

from sqlalchemy import CheckConstraint, Integer, LargeBinary, Text
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import MinorUnits


def _array() -> Column[bytes]:
    return Column(LargeBinary, nullable=False)


def _key() -> Column[int]:
    return Column(Integer, primary_key=True, autoincrement=False)


class PositionColumn(SQLModel, table=True):
    """The identity of each position: an account, one product or none, and one currency.

    ``account`` is how far the account's number is from the position's own: in a ledger without
    products they are the same, and an array of one cell.
    """

    __tablename__ = "position_column"

    chunk: int = Field(sa_column=_key())
    account: bytes = Field(sa_column=_array())
    product: bytes = Field(sa_column=_array())
    currency: bytes = Field(sa_column=_array())


class AccountColumn(SQLModel, table=True):
    """The first day that each account closed with MRR, by its number."""

    __tablename__ = "account_column"

    chunk: int = Field(sa_column=_key())
    first_paid: bytes = Field(sa_column=_array())


class MonthColumn(SQLModel, table=True):
    """MRR of each position at a month's first day; a chunk in which nobody pays has no row."""

    __tablename__ = "month_column"

    month: int = Field(sa_column=_key())
    chunk: int = Field(sa_column=_key())
    amount: bytes = Field(sa_column=_array())


class PlaceColumn(SQLModel, table=True):
    """The attribute set of each account that ever paid before a month's first day."""

    __tablename__ = "place_column"

    month: int = Field(sa_column=_key())
    chunk: int = Field(sa_column=_key())
    attribute_set: bytes = Field(sa_column=_array())


class MovementColumn(SQLModel, table=True):
    """One month's movements of a chunk of accounts, by account and day."""

    __tablename__ = "movement_column"

    month: int = Field(sa_column=_key())
    chunk: int = Field(sa_column=_key())
    position: bytes = Field(sa_column=_array())
    day: bytes = Field(sa_column=_array())
    amount: bytes = Field(sa_column=_array())
    kind: bytes = Field(sa_column=_array())
    driver: bytes = Field(sa_column=_array())
    spread: bytes = Field(sa_column=_array())
    recorded: bytes = Field(sa_column=_array())


class StatementColumn(SQLModel, table=True):
    """Every statement on the attributes of a chunk of accounts, by account and day."""

    __tablename__ = "statement_column"

    chunk: int = Field(sa_column=_key())
    account: bytes = Field(sa_column=_array())
    day: bytes = Field(sa_column=_array())
    pair: bytes = Field(sa_column=_array())
    recorded: bytes = Field(sa_column=_array())


class ParentColumn(SQLModel, table=True):
    """Every statement on the parent of an account, by account and day; one row or none."""

    __tablename__ = "parent_column"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, sa_column=_key())
    account: bytes = Field(sa_column=_array())
    day: bytes = Field(sa_column=_array())
    parent: bytes = Field(sa_column=_array())
    recorded: bytes = Field(sa_column=_array())


class PauseColumn(SQLModel, table=True):
    """Every pause of a topmost account, by account and day; one row or none."""

    __tablename__ = "pause_column"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, sa_column=_key())
    account: bytes = Field(sa_column=_array())
    currency: bytes = Field(sa_column=_array())
    paused_on: bytes = Field(sa_column=_array())
    before: bytes = Field(sa_column=_array())
    back_on: bytes = Field(sa_column=_array())


class WindowSum(SQLModel, table=True):
    """A period's sums by attribute set, between two month starts 1, 3 or 12 months apart."""

    __tablename__ = "window_sum"

    first: int = Field(sa_column=_key())
    last: int = Field(sa_column=_key())
    attribute_set: bytes = Field(sa_column=_array())
    sums: bytes = Field(sa_column=_array())


class ColumnBuild(SQLModel, table=True):
    """One row: through which month start the columns are built, with which tiers, of which rows.

    ``generation`` grows by one whenever anything derived changes; what was read under one
    generation must not be kept under another. ``changed_since`` is the earliest day that the
    newest change touched. ``last_*`` are the newest rows of the ledger that the columns hold.
    """

    __tablename__ = "column_build"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, sa_column=_key())
    built_through: int
    tiers: str = Field(sa_column=Column(Text, nullable=False))
    generation: int
    changed_since: int
    last_movement: int = Field(sa_column=Column(MinorUnits, nullable=False))
    last_statement: int = Field(sa_column=Column(MinorUnits, nullable=False))
    last_parent: int = Field(sa_column=Column(MinorUnits, nullable=False))
