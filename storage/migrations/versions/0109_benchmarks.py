"""The declared profile, the peers of segments, and goals."""

import sqlalchemy as sa
from alembic import op

from storage.store.column_types import UtcDateTime

revision = "0109"
down_revision = "0108"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workspace_profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_workspace_profile_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace_profile")),
        sqlite_strict=True,
    )
    op.create_table(
        "segment_peers",
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("peers", sa.Text(), nullable=True),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("dimension", "value", name=op.f("pk_segment_peers")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "goal",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("nrr_millionths", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("nrr_millionths > 0", name=op.f("ck_goal_nrr_is_above_zero")),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_goal")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
