"""What is kept of a ledger that a warehouse holds."""

import sqlalchemy as sa
from alembic import op

from storage.store.column_types import IsoDate, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "warehouse_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("data_version", sa.Integer(), nullable=False),
        sa.Column("data_as_of", UtcDateTime(), nullable=False),
        sa.Column("closed_through", IsoDate(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("newest_import", sa.Text(), nullable=False),
        sa.Column("looked_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_warehouse_copy_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warehouse_copy")),
        sqlite_strict=True,
    )
