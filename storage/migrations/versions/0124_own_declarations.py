"""An import keeps what it declared itself: of those before, what was new with it is known."""

from alembic import op
from sqlalchemy import Column

from storage.migrations.append_only import allow_changes, refuse_changes
from storage.store.column_types import IsoDate

revision = "0124"
down_revision = "0123"
branch_labels = None
depends_on = None


def upgrade() -> None:
    allow_changes("import_run")
    for name in ("closed_through", "covered_through"):
        op.add_column("import_run", Column(f"own_{name}", IsoDate))
        op.execute(
            f"UPDATE import_run SET own_{name} = {name} WHERE kind <> 'reversal' AND NOT EXISTS ("  # noqa: S608 # nosec
            "SELECT 1 FROM import_run AS older WHERE older.data_version = import_run.data_version - 1"
            f" AND older.{name} = import_run.{name})"
        )
    refuse_changes("import_run", ("id", "data_version"))
