"""SQLite refuses to replace a row that is append only; what was said of an alert is such, too."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEYS = {
    "mrr_movement": ("id", "source, movement_id"),
    "account_attribute": ("id",),
    "import_run": ("id", "data_version"),
    "alert_transition": ("id", "fingerprint, episode, kind, n, rule_version, period"),
    "alert_action": ("id",),
    "audit": ("id", "hash", "prev_hash"),
}
"""By table, its primary key and all else that is unique: a row is replaced by any of them."""


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":  # PostgreSQL's own triggers see every statement
        refuse_changes_on_postgresql("alert_action")
        return
    for verb in ("UPDATE", "DELETE"):
        refuse("alert_action", verb)
    for table, keys in KEYS.items():
        refuse(table, "INSERT", f"WHEN {' OR '.join(known(table, key) for key in keys)} ")


def known(table: str, key: str) -> str:
    same = " AND ".join(f"{column} = NEW.{column}" for column in key.split(", "))
    return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # nosec B608


def refuse(table: str, verb: str, when: str = "") -> None:
    # REPLACE deletes the row that is in its way, and for that SQLite calls no trigger of DELETE.
    op.execute(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {when}"
        f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
    )


def refuse_changes_on_postgresql(table: str) -> None:
    op.execute(
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{table} is append only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
    )
