"""Messages of the outbox that go into the thread of another."""

import sqlalchemy as sa
from alembic import op

revision = "0105"
down_revision = "0104"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("follows", sa.Text(), nullable=True))
