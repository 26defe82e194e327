"""Alert rules, how they stand, what was evaluated and what it changed."""

import sqlalchemy as sa
from alembic import op

from storage.store.column_types import IsoDate, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("default_rule", sa.Text(), nullable=True),
        sa.Column("rule_json", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('active', 'paused', 'removed')", name=op.f("ck_alert_rule_state_is_known")
        ),
        sa.CheckConstraint(
            "rule_json IS NOT NULL OR default_rule IS NOT NULL",
            name=op.f("ck_alert_rule_says_what_it_is"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_rule")),
        sa.UniqueConstraint("default_rule", name=op.f("uq_alert_rule_default_rule")),
        sqlite_strict=True,
    )
    op.create_table(
        "alert_state",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("fingerprint", "rule_id", "scope", "state_json")
        ),
        sa.Column("data_version", sa.Integer(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_alert_state")),
        sqlite_strict=True,
    )
    op.create_table(
        "alert_evaluation",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("data_version", sa.Integer(), nullable=False),
        sa.Column("evaluated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "fingerprint", "rule_version", "data_version", name=op.f("pk_alert_evaluation")
        ),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )
    transitions()


def transitions() -> None:
    """What evaluations changed: an auditor reads it, so the database refuses to rewrite it."""
    op.create_table(
        "alert_transition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("period", IsoDate(), nullable=True),
        *(
            sa.Column(name, sa.Text(), nullable=True)
            for name in ("value", "baseline", "threshold", "account")
        ),
        sa.Column("data_version", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_transition")),
        sa.UniqueConstraint(
            *("fingerprint", "episode", "kind", "n", "rule_version", "period"),
            name=op.f("uq_alert_transition_told_once"),
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_alert_transition_data_version"), "alert_transition", ["data_version"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER alert_transition_no_{verb.lower()} BEFORE {verb}"
                " ON alert_transition"
                " BEGIN SELECT RAISE(ABORT, 'alert_transition is append only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION alert_transition_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'alert_transition is append only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER alert_transition_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON alert_transition FOR EACH STATEMENT EXECUTE FUNCTION alert_transition_refuse()"
    )
