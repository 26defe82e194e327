"""Terms of contracts."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.append_only import refuse_changes
from storage.migrations.readable import day, moment
from storage.store.column_types import MinorUnits

revision = "0103"
down_revision = "0102"
branch_labels = None
depends_on = None

SMALL = sa.SmallInteger().with_variant(sa.Integer(), "sqlite")
DAYS = (
    *("discount_last", "trial_last", "cancelled_on", "paused_on", "resumed_on"),
    "past_due_since",
)
CADENCES = {-1: "once", 0: "total", 1: "month", 3: "quarter", 6: "half-year", 12: "year"}
STATUSES = ("active", "trial", "paused", "past_due", "cancelled", "unsigned", "withdrawn")


def upgrade() -> None:
    op.create_table(
        "contract_term",
        sa.Column("id", MinorUnits, autoincrement=False, nullable=False),
        sa.Column("amount_minor", MinorUnits, nullable=False),
        sa.Column("discount_minor", MinorUnits, nullable=False),
        sa.Column("recorded", MinorUnits, nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("discount_share", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("escalator", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in DAYS),
        sa.Column("cadence", SMALL, nullable=False),
        sa.Column("status", SMALL, nullable=False),
        sa.Column("is_usage", SMALL, nullable=False),
        sa.Column("auto_renew", SMALL, nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("contract_id", sa.Text(), nullable=True),
        sa.Column("amendment_of", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "amount_minor BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_contract_term_amount_in_range"),
        ),
        sa.CheckConstraint(
            "cadence BETWEEN -1 AND 1 OR cadence = 3 OR cadence = 6 OR cadence = 12", name=op.f("ck_contract_term_cadence_is_known")
        ),
        sa.CheckConstraint(
            "status BETWEEN 0 AND 6", name=op.f("ck_contract_term_status_is_known")
        ),
        sa.CheckConstraint(
            "discount_share BETWEEN 0 AND 1000000",
            name=op.f("ck_contract_term_discount_is_a_share"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_term")),
        sqlite_strict=True,
    )
    for column in ("account", "contract_id"):
        op.create_index(op.f(f"ix_contract_term_{column}"), "contract_term", [column])
    refuse_changes("contract_term", ("id",))
    view()


def view() -> None:
    cadence = " ".join(f"WHEN {number} THEN '{name}'" for number, name in CADENCES.items())
    status = " ".join(f"WHEN {number} THEN '{name}'" for number, name in enumerate(STATUSES))
    days = ", ".join(f"{day(f't.{name}')} AS {name}" for name in ("start", "last", *DAYS))
    op.execute(
        "CREATE VIEW ledger_contract_term AS"  # nosec B608
        " SELECT t.id, t.source, t.contract_id, t.amendment_of, a.account_id, t.product,"
        f" t.currency, t.amount_minor, CASE t.cadence {cadence} END AS per,"
        f" {days}, t.seats, t.discount_minor, t.discount_share, t.escalator, t.auto_renew,"
        f" t.is_usage, CASE t.status {status} END AS status, {moment('t.recorded')} AS recorded_at,"
        " t.import_id, t.source_row FROM contract_term AS t"
        " JOIN account AS a ON a.number = t.account"
    )
