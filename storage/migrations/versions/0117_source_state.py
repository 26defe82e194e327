"""How far each source has been read, and how its last attempt ended."""

import sqlalchemy as sa
from alembic import op

from storage.store.column_types import IsoDate, UtcDateTime

revision = "0117"
down_revision = "0116"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_state",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("covered_through", IsoDate(), nullable=True),
        sa.Column("tried_at", UtcDateTime(), nullable=False),
        sa.Column("succeeded_at", UtcDateTime(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("failed_since", UtcDateTime(), nullable=True),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_run.id"], name=op.f("fk_source_state_import_id")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_source_state")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
