"""Facts of the ledger as integers, append only; texts stand once each, in tables of labels.

Days are days since 1970-01-01, moments microseconds since then in UTC, on both databases. People
read the views `ledger_movement`, `ledger_attribute` and `ledger_account`.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text, text
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import IsoDate, MinorUnits, Small
from storage.tables.ledger import RUN_KEY

_REVERSES = text("reverses IS NOT NULL")
OF_NONE = -2
"""Product of a movement that is stated to be of none; where it is NULL, none is stated."""


class AccountRow(SQLModel, table=True):
    """A customer; numbers are dense and begin with 0, for arrays are indexed by them."""

    __tablename__ = "account"

    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    account_id: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    name: str | None = Field(default=None, sa_column=Column(Text))
    created_on: date | None = Field(default=None, sa_column=Column(IsoDate))


class DescriptionRow(SQLModel, table=True):
    """A statement on an account's name and first day; NULL says nothing of that one.

    What counts of all stands in the account's row. ``import_id`` is NULL where the account was
    described before such statements were kept.
    """

    __tablename__ = "account_description"

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    account: int = Field(index=True)
    name: str | None = Field(default=None, sa_column=Column(Text))
    created_on: date | None = Field(default=None, sa_column=Column(IsoDate))
    import_id: int | None = Field(default=None, index=True)


class ParentRow(SQLModel, table=True):
    """A statement that an account has a parent from a day on; NULL says that it has none.

    One that names the account itself takes back those of its day.
    """

    __tablename__ = "account_parent"

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    account: int = Field(
        sa_column=Column(Integer, ForeignKey("account.number"), nullable=False, index=True)
    )
    parent: int | None = Field(
        default=None, sa_column=Column(Integer, ForeignKey("account.number"))
    )
    valid_from: int
    recorded: int = Field(sa_column=Column(MinorUnits, nullable=False))
    import_id: int = Field(foreign_key=RUN_KEY)


class Product(SQLModel, table=True):
    """A product line that movements name."""

    __tablename__ = "product"

    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    name: str = Field(sa_column=Column(Text, nullable=False, unique=True))


class Driver(SQLModel, table=True):
    """Reasons that movements name, such as ``seats``."""

    __tablename__ = "driver"

    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    name: str = Field(sa_column=Column(Text, nullable=False, unique=True))


class SourceName(SQLModel, table=True):
    """A source of movements, within which their ids are unique."""

    __tablename__ = "source"

    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    name: str = Field(sa_column=Column(Text, nullable=False, unique=True))


class Currency(SQLModel, table=True):
    """A currency of movements, by its ISO 4217 code."""

    __tablename__ = "currency"
    __table_args__ = (CheckConstraint("length(code) = 3", name="code_is_a_code"),)

    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    code: str = Field(sa_column=Column(Text, nullable=False, unique=True))


class MovementRow(SQLModel, table=True):
    """One signed change of an account's MRR; a correction is a reversing row.

    ``kind`` is a place in `metrics.movements.MovementKind`: what the change was when it was
    recorded. A back-dated row may change what the rows after it were, so no answer reads it.
    ``movement_id`` is NULL where the file has none; ``source_row`` is the file's line. ``reverses``
    is the row that this one takes back: both stay, and neither is live any more. ``product`` is
    `OF_NONE` in a row that is of no product; without one a decrease may be of any.
    """

    __tablename__ = "mrr_movement"
    # No foreign keys: PostgreSQL would look up six rows for each of some million.
    __table_args__ = (
        CheckConstraint(
            "amount_minor BETWEEN -1000000000000000 AND 1000000000000000", name="amount_in_range"
        ),
        CheckConstraint("kind BETWEEN 0 AND 6", name="kind_is_known"),
        # An index and no constraint, so that it can be made after the first rows, not with each.
        # An id comes back in another import once the row that had it is reversed.
        Index(None, "source", "movement_id", "import_id", unique=True),
        Index(None, "account"),
        # On PostgreSQL, too, of rows that reverse alone: to say so here would load its dialect.
        Index(None, "reverses", sqlite_where=_REVERSES, unique=True),
    )

    # On PostgreSQL wide columns first: it pads narrow ones before them.
    id: int = Field(sa_column=Column(MinorUnits, primary_key=True, autoincrement=False))
    amount_minor: int = Field(sa_column=Column(MinorUnits, nullable=False))
    recorded: int = Field(sa_column=Column(MinorUnits, nullable=False))
    account: int
    day: int
    import_id: int
    source_row: int
    product: int | None = None
    driver: int | None = None
    source: int = Field(sa_column=Column(Small, nullable=False))
    currency: int = Field(sa_column=Column(Small, nullable=False))
    kind: int = Field(sa_column=Column(Small, nullable=False))
    movement_id: str | None = Field(default=None, sa_column=Column(Text))
    reverses: int | None = Field(default=None, sa_column=Column(MinorUnits))


class AttributeRow(SQLModel, table=True):
    """A statement that an account has a dimension's value from a day on."""

    __tablename__ = "account_attribute"
    __table_args__ = (Index(None, "account"),)

    id: int = Field(sa_column=Column(MinorUnits, primary_key=True, autoincrement=False))
    recorded: int = Field(sa_column=Column(MinorUnits, nullable=False))
    account: int
    pair: int
    valid_from: int
    import_id: int
