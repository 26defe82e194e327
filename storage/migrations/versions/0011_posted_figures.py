"""Figures that were posted in channels, so that a change of one is announced there.

A digest keeps a hash of its own instead of them, by which the next one knows what is new.
"""

import sqlalchemy as sa
from alembic import op

from storage.store.column_types import IsoDate, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "posted_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("starts_on", IsoDate(), nullable=False),
        sa.Column("ends_before", IsoDate(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("nrr", "grr")),
        sa.Column("data_version", sa.Integer(), nullable=False),
        sa.Column("outbox_key", sa.Text(), nullable=True),
        sa.Column("posted_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted_figure")),
        sqlite_strict=True,
    )
    op.add_column("digest_run", sa.Column("fingerprint", sa.Text(), nullable=True))
    op.drop_column("digest_run", "figures")
    op.create_index(op.f("ix_posted_figure_channel_id"), "posted_figure", ["channel_id"])
