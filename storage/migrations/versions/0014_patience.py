"""Patience with a Slack that gives no clear answer, which uses up no attempts.

What was in doubt before keeps the time of its first attempt, by the machine's own clock.
"""

import sqlalchemy as sa
from alembic import op

from storage.store.column_types import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("failures", "failed_looks"):
        op.add_column("outbox", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("last_call_at", UtcDateTime(), nullable=True))
    op.add_column("circuit", sa.Column("tried_at", UtcDateTime(), nullable=True))
