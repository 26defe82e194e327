"""Who may see what, where it may be posted, and the record of every decision."""

import sqlalchemy as sa
from alembic import op

from storage.store.column_types import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("grantee_id", "role", "scope")),
        sa.Column("account_detail", sa.Integer(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "role IN ('viewer', 'analyst', 'admin')", name=op.f("ck_access_grant_role_is_known")
        ),
        sa.CheckConstraint(
            "account_detail IN (0, 1)", name=op.f("ck_access_grant_account_detail_is_yes_or_no")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_grant")),
        sa.UniqueConstraint("grantee_id", "scope", name=op.f("uq_access_grant_grantee_id_scope")),
        sqlite_strict=True,
    )
    op.create_table(
        "channel_approval",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("channel_id", "scope", "approved_by")
        ),
        sa.Column("approved_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "scope", name=op.f("pk_channel_approval")),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )
    op.create_table(
        "admin_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_admin_code_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_code")),
        sqlite_strict=True,
    )
    audit()


def audit() -> None:
    """What was decided: the database refuses to rewrite it, and to let two rows follow one."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("actor", "team", "action")),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("data_version", sa.Integer(), nullable=True),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("request_id", "prev_hash", "hash")
        ),
        sa.CheckConstraint(
            "decision IN ('allow', 'deny')", name=op.f("ck_audit_decision_is_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_hash")),
        sa.UniqueConstraint("prev_hash", name=op.f("uq_audit_prev_hash")),
        sqlite_strict=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit"
                " BEGIN SELECT RAISE(ABORT, 'audit is append only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'audit is append only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
    )
