"""A source counts what was landed of it, and keeps what was said of that."""

import sqlalchemy as sa
from alembic import op

revision = "0122"
down_revision = "0121"
branch_labels = None
depends_on = None


def upgrade() -> None:
    count = sa.Column("generation", sa.Integer(), nullable=False, server_default=sa.text("0"))
    op.add_column("source_state", count)
    op.add_column("source_state", sa.Column("notes", sa.Text(), nullable=False, server_default=""))
