"""Where the data ends: what sources cover, and the day of a warehouse's last movement."""

import sqlalchemy as sa
from alembic import op

from storage.store.column_types import IsoDate

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("import_run", sa.Column("covered_through", IsoDate(), nullable=True))
    op.add_column("warehouse_copy", sa.Column("covered_through", IsoDate(), nullable=True))
    op.add_column("warehouse_copy", sa.Column("last_movement_on", IsoDate(), nullable=True))
