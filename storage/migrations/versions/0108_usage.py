"""Usage is a second series, and a file of levels may state it."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.append_only import refuse_changes

revision = "0108"
down_revision = "0107"
branch_labels = None
depends_on = None

LARGE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SMALL = sa.SmallInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "usage_movement",
        sa.Column("id", LARGE, autoincrement=False, nullable=False),
        sa.Column("amount_minor", LARGE, nullable=False),
        sa.Column("recorded", LARGE, nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("product", sa.Integer(), nullable=True),
        sa.Column("currency", SMALL, nullable=False),
        sa.Column("movement_id", sa.Text(), nullable=True),
        sa.Column("reverses", LARGE, nullable=True),
        sa.CheckConstraint(
            "amount_minor BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_usage_movement_amount_in_range"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_movement")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_usage_movement_account"), "usage_movement", ["account"], unique=False)
    refuse_changes("usage_movement", ("id",))
    op.add_column(
        "level_span", sa.Column("is_usage", SMALL, nullable=False, server_default=sa.text("0"))
    )
