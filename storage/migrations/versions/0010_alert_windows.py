"""The window that an alert's ratio is of, and the half of a rule that fired."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was told so far was told of single months.
    op.add_column(
        "alert_transition",
        sa.Column("window", sa.Text(), nullable=False, server_default=sa.text("'month'")),
    )
    op.add_column("alert_transition", sa.Column("half", sa.Text(), nullable=True))
