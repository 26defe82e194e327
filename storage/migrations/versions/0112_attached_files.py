"""A message may have files that are attached as they are, beside its pictures."""

import sqlalchemy as sa
from alembic import op

revision = "0112"
down_revision = "0111"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox_picture", sa.Column("name", sa.Text(), nullable=True))
