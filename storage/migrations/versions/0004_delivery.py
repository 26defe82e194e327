"""Subscriptions, their weeks, and the outbox that what is said goes through."""

import sqlalchemy as sa
from alembic import op

from storage.store.column_types import IsoDate, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    subscriptions()
    outbox()
    op.create_table(
        "circuit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_circuit_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circuit")),
        sqlite_strict=True,
    )
    op.create_table(
        "delivery_secret",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_delivery_secret_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_secret")),
        sqlite_strict=True,
    )


def subscriptions() -> None:
    """Who gets a digest, when, and which weeks were planned."""
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("team_id", "channel_id", "owner_id", "state")
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("scope", "dimension", "period", "parts")
        ),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('active', 'paused', 'suspended', 'removed')",
            name=op.f("ck_subscription_state_is_known"),
        ),
        sa.CheckConstraint(
            "period IN ('last-month', 'quarter-to-date', 'ttm')",
            name=op.f("ck_subscription_period_is_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_subscription_channel_id"), "subscription", ["channel_id"])
    op.create_table(
        "subscription_schedule",
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("from_monday", IsoDate(), nullable=False),
        sa.Column("weekday", sa.Text(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "weekday IN ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')",
            name=op.f("ck_subscription_schedule_weekday_is_known"),
        ),
        sa.CheckConstraint(
            "hour BETWEEN 0 AND 23", name=op.f("ck_subscription_schedule_hour_is_of_a_day")
        ),
        of_subscription("subscription_schedule"),
        sa.PrimaryKeyConstraint(
            "subscription_id", "from_monday", name=op.f("pk_subscription_schedule")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "digest_run",
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("data_version", sa.Integer(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('queued', 'skipped_stale')", name=op.f("ck_digest_run_outcome_is_known")
        ),
        of_subscription("digest_run"),
        sa.PrimaryKeyConstraint("subscription_id", "week", name=op.f("pk_digest_run")),
        sqlite_strict=True,
    )


def outbox() -> None:
    """What is on its way to Slack, with its pictures."""
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("dedupe_key", "kind", "team_id", "channel_id")
        ),
        sa.Column("subscription_id", sa.Integer(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("payload_json", sa.Text(), nullable=True),
        sa.Column("data_version", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("is_in_doubt", sa.Integer(), nullable=False),
        sa.Column("clean_looks", sa.Integer(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("first_attempt_at", UtcDateTime(), nullable=True),
        sa.Column("last_attempt_at", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("slack_channel_id", sa.Text(), nullable=True),
        sa.Column("slack_ts", sa.Text(), nullable=True),
        sa.Column("picture_state", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'unknown', 'sent', 'dead', 'suspended',"
            " 'skipped_stale', 'needs_attention')",
            name=op.f("ck_outbox_state_is_known"),
        ),
        sa.CheckConstraint(
            "picture_state IN ('none', 'wanted', 'shown', 'unavailable')",
            name=op.f("ck_outbox_picture_state_is_known"),
        ),
        of_subscription("outbox"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
        sqlite_strict=True,
    )
    for columns in (("state", "not_before"), ("channel_id", "sent_at"), ("subscription_id",)):
        op.create_index(op.f(f"ix_outbox_{'_'.join(columns)}"), "outbox", list(columns))
    op.create_table(
        "outbox_picture",
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("alt_text", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_outbox_picture_outbox_id")
        ),
        sa.PrimaryKeyConstraint("outbox_id", "position", name=op.f("pk_outbox_picture")),
        sqlite_strict=True,
    )


def of_subscription(table: str) -> sa.ForeignKeyConstraint:
    """Return the key that ties a table's rows to their subscription."""
    return sa.ForeignKeyConstraint(
        ["subscription_id"], ["subscription.id"], name=op.f(f"fk_{table}_subscription_id")
    )
