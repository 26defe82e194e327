"""Resumed MRR in windows, quick look-up of pauses, and balances by what was dated before."""

import sqlalchemy as sa
from alembic import op

from storage.store.column_types import MinorUnits

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "retention_window",
        sa.Column("resumed_minor", MinorUnits, nullable=False, server_default="0"),
    )
    is_pause = sa.text("driver = 'pause'")
    op.create_index(
        op.f("ix_mrr_movement_pause"),
        "mrr_movement",
        ["effective_on", "account_id"],
        sqlite_where=is_pause,
        postgresql_where=is_pause,
    )
    # Attributes dated on a month start counted in it: what was derived so is built again.
    windows, balances = ("retention_window", "activity_window"), ("month_balance", "balance_build")
    for table in (*windows, *balances, "warehouse_copy"):  # what was copied is copied again
        op.execute(sa.delete(sa.table(table)))
