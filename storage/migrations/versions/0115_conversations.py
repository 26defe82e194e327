"""Messages that were heard, and the last question of each thread."""

import sqlalchemy as sa
from alembic import op

from storage.store.column_types import UtcDateTime

revision = "0115"
down_revision = "0112"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heard_message",
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("heard_at", UtcDateTime(), nullable=False),
        sa.Column("answer_ts", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("channel_id", "ts", name=op.f("pk_heard_message")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "last_question",
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("thread_ts", sa.Text(), nullable=False),
        sa.Column("seen_by", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "channel_id", "thread_ts", "seen_by", name=op.f("pk_last_question")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
