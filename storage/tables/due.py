"""Table of movements that wait for their day, as their file said them."""

from sqlalchemy import CheckConstraint, Index, Integer, Text
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import MinorUnits
from storage.tables.ledger import RUN_KEY


class DueMovement(SQLModel, table=True):
    """A movement dated after the day of its import; it counts nowhere until it lands.

    What it says stands for good. ``landed`` is the row of the ledger that it became, ``withdrawn``
    the import that took it back: without either it waits. ``stated_*`` are the kind and the MRR
    that its source states, ``attributes`` a JSON object by dimension. Days, moments and amounts are
    as in `storage.tables.facts.MovementRow`.
    """

    __tablename__ = "due_movement"
    __table_args__ = (
        CheckConstraint("landed IS NULL OR withdrawn IS NULL", name="ends_once"),
        Index(None, "source"),
    )

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    source: str = Field(sa_column=Column(Text, nullable=False))
    movement_id: str | None = Field(default=None, sa_column=Column(Text))
    account_id: str = Field(sa_column=Column(Text, nullable=False))
    day: int
    amount_minor: int = Field(sa_column=Column(MinorUnits, nullable=False))
    currency: str = Field(sa_column=Column(Text, nullable=False))
    product: str | None = Field(default=None, sa_column=Column(Text))
    driver: str | None = Field(default=None, sa_column=Column(Text))
    recorded: int | None = Field(default=None, sa_column=Column(MinorUnits))
    stated_kind: str | None = Field(default=None, sa_column=Column(Text))
    stated_after: int | None = Field(default=None, sa_column=Column(MinorUnits))
    attributes: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    import_id: int = Field(foreign_key=RUN_KEY)
    source_row: int
    landed: int | None = Field(default=None, sa_column=Column(MinorUnits))
    withdrawn: int | None = Field(default=None, foreign_key=RUN_KEY)
