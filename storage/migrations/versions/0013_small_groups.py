"""The number of accounts outside the base in windows, and whether small groups are shown."""

import sqlalchemy as sa
from alembic import op

from storage.store.column_types import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "retention_window",
        sa.Column("accounts_outside", sa.Integer(), nullable=False, server_default="0"),
    )
    op.execute("DELETE FROM retention_window")  # measured again, with the number
    op.create_table(
        "small_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("are_shown", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_small_groups_one_row")),
        sa.CheckConstraint(
            "are_shown IN (0, 1)", name=op.f("ck_small_groups_are_shown_is_yes_or_no")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_small_groups")),
        sqlite_strict=True,
    )
