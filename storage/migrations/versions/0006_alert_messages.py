"""Who hears of alerts, what each was told, and what people did about it."""

import sqlalchemy as sa
from alembic import op

from storage.store.column_types import IsoDate, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alert_rule", sa.Column("owner_id", sa.Text(), nullable=True))
    op.add_column("alert_rule", sa.Column("recipients", sa.Text(), nullable=True))
    op.add_column("alert_transition", sa.Column("deviation", sa.Text(), nullable=True))
    op.create_table(
        "alert_notice",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("dedupe_key", "fingerprint", "rule_id", "kind", "recipient_id")
        ),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("outbox_key", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("dedupe_key", name=op.f("pk_alert_notice")),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_alert_notice_outbox_key"), "alert_notice", ["outbox_key"])
    op.create_table(
        "alert_announced",
        sa.Column("transition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transition_id"],
            ["alert_transition.id"],
            name=op.f("fk_alert_announced_transition_id_alert_transition"),
        ),
        sa.PrimaryKeyConstraint("transition_id", name=op.f("pk_alert_announced")),
        sqlite_strict=True,
    )
    op.create_table(
        "alert_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("until", IsoDate(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "action IN ('acknowledge', 'snooze', 'wake')",
            name=op.f("ck_alert_action_action_is_known"),
        ),
        sa.CheckConstraint(
            "(action = 'snooze') = (reason IS NOT NULL AND until IS NOT NULL)",
            name=op.f("ck_alert_action_snooze_says_why"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_action")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_alert_action_fingerprint"), "alert_action", ["fingerprint"])
    op.create_table(
        "alert_mute",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", "user_id", name=op.f("pk_alert_mute")),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )
