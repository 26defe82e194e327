"""A digest has no optional sections."""

from alembic import op

revision = "0107"
down_revision = "0106"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("subscription", "parts")
