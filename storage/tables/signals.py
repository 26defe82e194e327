"""Tables of signals: what accounts did on a day, such as logins, as an import states it."""

from sqlalchemy import CheckConstraint, Index, Integer, Text
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import MinorUnits, Small


class SignalMetric(SQLModel, table=True):
    """A metric that signals give values of, such as ``logins``."""

    __tablename__ = "signal_metric"

    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    name: str = Field(sa_column=Column(Text, nullable=False, unique=True))


class SignalAccount(SQLModel, table=True):
    """An account that signals are about, by the id that it has, or will have, in the ledger.

    Apart from the ledger's accounts, because people use a product before they pay for it.
    """

    __tablename__ = "signal_account"

    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    account_id: str = Field(sa_column=Column(Text, nullable=False, unique=True))


class SignalRow(SQLModel, table=True):
    """A metric of an account has a value on a day; append only.

    The value is ``units`` divided by ten to the power of ``decimals``, exactly. Of several
    statements on the same day the one that was recorded last counts.
    """

    __tablename__ = "signal"
    # No foreign keys: PostgreSQL would look up three rows for each of some million.
    __table_args__ = (
        CheckConstraint("decimals BETWEEN 0 AND 30", name="decimals_in_range"),
        Index(None, "account", "day"),
    )

    # On PostgreSQL wide columns first: it pads narrow ones before them.
    id: int = Field(sa_column=Column(MinorUnits, primary_key=True, autoincrement=False))
    units: int = Field(sa_column=Column(MinorUnits, nullable=False))
    recorded: int = Field(sa_column=Column(MinorUnits, nullable=False))
    account: int
    day: int
    import_id: int
    source_row: int
    metric: int = Field(sa_column=Column(Small, nullable=False))
    decimals: int = Field(sa_column=Column(Small, nullable=False))
