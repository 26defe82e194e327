"""Names and first days of accounts are statements of imports, which a reversal takes back."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.append_only import refuse_changes
from storage.store.column_types import IsoDate

revision = "0111"
down_revision = "0109"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_description",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("created_on", IsoDate(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_description")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_account_description_account"), "account_description", ["account"], unique=False
    )
    op.create_index(
        op.f("ix_account_description_import_id"), "account_description", ["import_id"], unique=False
    )
    op.execute(
        "INSERT INTO account_description (id, account, name, created_on)"
        " SELECT number + 1, number, name, created_on FROM account"
        " WHERE name IS NOT NULL OR created_on IS NOT NULL"
    )
    refuse_changes("account_description", ("id",))
