"""Columns: everything derived from the ledger in arrays."""

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None

TABLES = {
    "position_column": (("chunk",), ("account", "product", "currency")),
    "account_column": (("chunk",), ("first_paid",)),
    "month_column": (("month", "chunk"), ("amount",)),
    "place_column": (("month", "chunk"), ("attribute_set",)),
    "movement_column": (
        ("month", "chunk"),
        ("position", "day", "amount", "kind", "driver", "spread", "recorded"),
    ),
    "statement_column": (("chunk",), ("account", "day", "pair", "recorded")),
    "parent_column": (("id",), ("account", "day", "parent", "recorded")),
    "pause_column": (("id",), ("account", "currency", "paused_on", "before", "back_on")),
    "window_sum": (("first", "last"), ("attribute_set", "sums")),
}
"""By table, its key and its arrays."""


def upgrade() -> None:
    for table, (keys, arrays) in TABLES.items():
        one_row = [sa.CheckConstraint("id = 1", name=op.f(f"ck_{table}_one_row"))]
        op.create_table(
            table,
            *(sa.Column(key, sa.Integer(), nullable=False, autoincrement=False) for key in keys),
            *(sa.Column(array, sa.LargeBinary(), nullable=False) for array in arrays),
            *(one_row if keys == ("id",) else ()),
            sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{table}")),
            sqlite_strict=True,
        )
        if op.get_bind().dialect.name == "postgresql":
            for array in arrays:  # as it is: PostgreSQL would compress what is read often
                op.execute(f"ALTER TABLE {table} ALTER {array} SET STORAGE EXTERNAL")
    op.create_table(
        "column_build",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("built_through", sa.Integer(), nullable=False),
        sa.Column("tiers", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("changed_since", sa.Integer(), nullable=False),
        sa.Column("last_movement", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("last_statement", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("last_parent", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_column_build_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_build")),
        sqlite_strict=True,
    )
