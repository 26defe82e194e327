"""Table of terms of contracts: facts, as an import states them."""

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Column, Field, SQLModel

from storage.store.column_types import MinorUnits, Small

WITHDRAWN = 6


class ContractTerm(SQLModel, table=True):
    """One term of a contract as a list stated it; append only.

    A contract of a source is all rows of its ``contract_id`` that its newest import has; a term
    without one is known by its account, product, currency and first day. ``cadence`` is one of
    `metrics.contracts.terms.Cadence`, ``status`` a place in ``TermStatus``, or `WITHDRAWN` in a row
    that says that the account does not have the contract any more. Days and moments are as in
    `storage.tables.facts`, shares millionths; ``auto_renew`` is NULL where the list says nothing.
    """

    __tablename__ = "contract_term"
    # No foreign keys: PostgreSQL would look up two rows for each of some million.
    __table_args__ = (
        CheckConstraint(
            "amount_minor BETWEEN -1000000000000000 AND 1000000000000000", name="amount_in_range"
        ),
        CheckConstraint(
            "cadence BETWEEN -1 AND 1 OR cadence = 3 OR cadence = 6 OR cadence = 12",
            name="cadence_is_known",
        ),
        CheckConstraint("status BETWEEN 0 AND 6", name="status_is_known"),
        CheckConstraint("discount_share BETWEEN 0 AND 1000000", name="discount_is_a_share"),
        Index(None, "account"),
        Index(None, "contract_id"),
    )

    # On PostgreSQL wide columns first: it pads narrow ones before them.
    id: int = Field(sa_column=Column(MinorUnits, primary_key=True, autoincrement=False))
    amount_minor: int = Field(sa_column=Column(MinorUnits, nullable=False))
    discount_minor: int = Field(default=0, sa_column=Column(MinorUnits, nullable=False))
    recorded: int = Field(sa_column=Column(MinorUnits, nullable=False))
    account: int
    start: int
    import_id: int
    source_row: int
    discount_share: int = 0
    last: int | None = None
    seats: int | None = None
    escalator: int | None = None
    discount_last: int | None = None
    trial_last: int | None = None
    cancelled_on: int | None = None
    paused_on: int | None = None
    resumed_on: int | None = None
    past_due_since: int | None = None
    cadence: int = Field(sa_column=Column(Small, nullable=False))
    status: int = Field(sa_column=Column(Small, nullable=False))
    is_usage: int = Field(sa_column=Column(Small, nullable=False))
    auto_renew: int | None = Field(default=None, sa_column=Column(Small))
    source: str = Field(sa_column=Column(Text, nullable=False))
    currency: str = Field(sa_column=Column(Text, nullable=False))
    product: str | None = Field(default=None, sa_column=Column(Text))
    contract_id: str | None = Field(default=None, sa_column=Column(Text))
    amendment_of: str | None = Field(default=None, sa_column=Column(Text))
