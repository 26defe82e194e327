"""Windows, control totals and dimension values: what makes an answer as quick at any size."""

from collections import defaultdict
from datetime import date

import sqlalchemy as sa
from alembic import op

from storage.store.column_types import IsoDate, MinorUnits

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "balance_build",
        sa.Column("generation", sa.Integer(), nullable=False, server_default="1"),
    )
    op.add_column(
        "balance_build",
        sa.Column("changed_since", IsoDate(), nullable=False, server_default="0001-01-01"),
    )
    control_total = op.create_table(
        "control_total",
        sa.Column("month", IsoDate(), nullable=False),
        sa.Column("amount_minor", MinorUnits, nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_control_total")),
        sqlite_strict=True,
    )
    op.create_table(
        "dimension_value",
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("dimension", "value", name=op.f("pk_dimension_value")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    window(
        "retention_window",
        sa.Column("accounts_opening", sa.Integer(), nullable=False),
        sa.Column("accounts_retained", sa.Integer(), nullable=False),
        sa.Column("opening_minor", MinorUnits, nullable=False),
        sa.Column("expansion_minor", MinorUnits, nullable=False),
        sa.Column("contraction_minor", MinorUnits, nullable=False),
        sa.Column("churn_minor", MinorUnits, nullable=False),
        sa.Column("new_minor", MinorUnits, nullable=False),
        sa.Column("returning_minor", MinorUnits, nullable=False),
    )
    window(
        "activity_window",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("driver", sa.Text(), nullable=False),
        sa.Column("amount_minor", MinorUnits, nullable=False),
        keys=("kind", "driver"),
    )
    fill(control_total)
    drop_foreign_key()


def window(name: str, *columns: sa.Column[int] | sa.Column[str], keys: tuple[str, ...] = ()) -> None:
    """Create a table of sums by period and attributes."""
    op.create_table(
        name,
        sa.Column("start_on", IsoDate(), nullable=False),
        sa.Column("end_on", IsoDate(), nullable=False),
        sa.Column("attribute_set_id", sa.Integer(), nullable=False),
        *columns,
        sa.Column("data_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "start_on", "end_on", "attribute_set_id", *keys, name=op.f(f"pk_{name}")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f(f"ix_{name}_end_on"), name, ["end_on"])


def fill(control_total: sa.Table) -> None:
    """Take what is in the ledger already into account."""
    op.execute(
        "INSERT INTO dimension_value (dimension, value)"
        " SELECT DISTINCT dimension, value FROM account_attribute"
    )
    movement = sa.table(
        "mrr_movement", sa.column("effective_on", IsoDate()), sa.column("amount_minor", MinorUnits)
    )
    by_day = sa.select(
        movement.c.effective_on, sa.func.sum(movement.c.amount_minor)
    ).group_by(movement.c.effective_on)
    totals: defaultdict[date, int] = defaultdict(int)
    for day, amount in op.get_bind().execute(by_day):
        totals[day.replace(day=1)] += int(amount)
    op.bulk_insert(
        control_total,
        [{"month": month, "amount_minor": amount} for month, amount in totals.items()],
    )


def drop_foreign_key() -> None:
    """Take it off the balances: see `storage.tables.ledger.MonthBalance`."""
    name = op.f("fk_month_balance_attribute_set_id")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(name, "month_balance", type_="foreignkey")
        return
    op.rename_table("month_balance", "month_balance_before")
    op.create_table(
        "month_balance",
        sa.Column("as_of", IsoDate(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("mrr_minor", MinorUnits, nullable=False),
        sa.Column("first_paid_on", IsoDate(), nullable=False),
        sa.Column("attribute_set_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("mrr_minor > 0", name=op.f("ck_month_balance_mrr_is_positive")),
        sa.PrimaryKeyConstraint("as_of", "account_id", name=op.f("pk_month_balance")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO month_balance SELECT * FROM month_balance_before")
    op.drop_table("month_balance_before")
