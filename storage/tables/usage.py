"""Usage, the second series beside committed MRR: facts, append only."""

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import MinorUnits, Small


class UsageMovement(SQLModel, table=True):
    """One signed change of what an account's usage comes to in a month.

    Numbers are those of the ledger's labels, days and moments as in `storage.tables.facts`. A row
    of an import that was reversed does not count. ``reverses`` is the row that this one takes back:
    neither of both counts. A row may be dated ahead: it moves nothing before its day.
    """

    __tablename__ = "usage_movement"
    __table_args__ = (
        CheckConstraint(
            "amount_minor BETWEEN -1000000000000000 AND 1000000000000000", name="amount_in_range"
        ),
        Index(None, "account"),
    )

    id: int = Field(sa_column=Column(MinorUnits, primary_key=True, autoincrement=False))
    amount_minor: int = Field(sa_column=Column(MinorUnits, nullable=False))
    recorded: int = Field(sa_column=Column(MinorUnits, nullable=False))
    account: int
    day: int
    import_id: int
    source_row: int
    product: int | None = None
    currency: int = Field(sa_column=Column(Small, nullable=False))
    movement_id: str | None = Field(default=None, sa_column=Column(Text))
    reverses: int | None = Field(default=None, sa_column=Column(MinorUnits))
