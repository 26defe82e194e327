"""How often a posted message was to be updated, and how often it has been."""

import sqlalchemy as sa
from alembic import op

revision = "0106"
down_revision = "0105"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("updates_wanted", "updates_made"):
        op.add_column(
            "outbox", sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0"))
        )
