"""Accounts are known by the ids of several sources; the quality of the data is kept by week."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.append_only import refuse_changes
from storage.store.column_types import UtcDateTime

revision = "0120"
down_revision = "0119"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_identity",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column(
            "recorded", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.number"], name=op.f("fk_account_identity_account")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_run.id"], name=op.f("fk_account_identity_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_identity")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_account_identity_account"), "account_identity", ["account"], unique=False
    )
    op.create_index(
        op.f("ix_account_identity_source_external_id"),
        "account_identity",
        ["source", "external_id"],
        unique=False,
    )
    refuse_changes("account_identity", ("id",))
    op.create_table(
        "quality_reading",
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("week", name=op.f("pk_quality_reading")),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )
