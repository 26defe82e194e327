"""Signals: what accounts did on a day."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.append_only import refuse_changes
from storage.migrations.readable import day, moment
from storage.store.column_types import MinorUnits

revision = "0102"
down_revision = "0101"
branch_labels = None
depends_on = None

SMALL = sa.SmallInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    labels("signal_metric", "name")
    labels("signal_account", "account_id")
    op.create_table(
        "signal",
        sa.Column("id", MinorUnits, autoincrement=False, nullable=False),
        sa.Column("units", MinorUnits, nullable=False),
        sa.Column("recorded", MinorUnits, nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("metric", SMALL, nullable=False),
        sa.Column("decimals", SMALL, nullable=False),
        sa.CheckConstraint(
            "decimals BETWEEN 0 AND 30", name=op.f("ck_signal_decimals_in_range")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_signal_account_day"), "signal", ["account", "day"], unique=False)
    refuse_changes("signal", ("id",))
    op.execute(
        "CREATE VIEW ledger_signal AS"  # nosec B608
        f" SELECT s.id, a.account_id, {day('s.day')} AS day, m.name AS metric, s.units, s.decimals,"
        f" {moment('s.recorded')} AS recorded_at, s.import_id, s.source_row"
        " FROM signal AS s JOIN signal_account AS a ON a.number = s.account"
        " JOIN signal_metric AS m ON m.number = s.metric"
    )


def labels(table: str, name: str) -> None:
    op.create_table(
        table,
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(name, sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(name, name=op.f(f"uq_{table}_{name}")),
        sqlite_strict=True,
    )
    refuse_changes(table, ("number", name))
