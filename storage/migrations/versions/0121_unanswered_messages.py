"""Who waits for an answer is known until they have one, so that a stop in between is told."""

import sqlalchemy as sa
from alembic import op

from storage.store.column_types import UtcDateTime

revision = "0121"
down_revision = "0120"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("heard_message", sa.Column("user_id", sa.Text(), nullable=True))
    op.add_column("heard_message", sa.Column("thread_ts", sa.Text(), nullable=True))
    op.add_column("heard_message", sa.Column("answering_at", UtcDateTime(), nullable=True))
