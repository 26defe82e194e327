"""A digest may come once a month, and a week of such a one may be quiet."""

import sqlalchemy as sa
from alembic import op

from storage.store.column_types import IsoDate, UtcDateTime

revision = "0119"
down_revision = "0117"
branch_labels = None
depends_on = None

_OUTCOME = "ck_digest_run_outcome_is_known"


def upgrade() -> None:
    op.add_column(
        "subscription",
        sa.Column(
            "is_monthly",
            sa.Integer(),
            sa.CheckConstraint(
                "is_monthly = 0 OR period = 'last-month'",
                name=op.f("ck_subscription_monthly_is_of_a_month"),
            ),
            nullable=False,
            server_default=sa.text("0"),
        ),
    )
    with op.batch_alter_table("digest_run", copy_from=_digest_run()) as table:
        table.drop_constraint(op.f(_OUTCOME), type_="check")
        table.create_check_constraint(
            op.f(_OUTCOME), "outcome IN ('queued', 'skipped_stale', 'quiet')"
        )
        table.add_column(sa.Column("month", IsoDate(), nullable=True))


def _digest_run() -> sa.Table:
    """Describe the table as it was: SQLite does not say what its checks are."""
    return sa.Table(
        "digest_run",
        sa.MetaData(),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("data_version", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.CheckConstraint("outcome IN ('queued', 'skipped_stale')", name=op.f(_OUTCOME)),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_digest_run_subscription_id")
        ),
        sa.PrimaryKeyConstraint("subscription_id", "week", name=op.f("pk_digest_run")),
        sqlite_strict=True,
    )
