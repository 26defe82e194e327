"""Triggers by which the database itself refuses to rewrite a table of facts."""

from collections.abc import Sequence

from alembic import op


def refuse_changes(table: str, keys: Sequence[str], *, fixed: str | None = None) -> None:
    """Let the database itself refuse to rewrite what an auditor relies on.

    Parameters
    ----------
    keys : sequence of str
        The primary key and all else that is unique, since SQLite replaces a row by any of them.
    fixed : str, optional
        The columns that alone stand for good, where it is not all of them.
    """
    these = f" OF {fixed}" if fixed else ""
    if op.get_bind().dialect.name == "sqlite":
        _refuse(table, "update", f"UPDATE{these} ON {table}")
        _refuse(table, "delete", f"DELETE ON {table}")
        # REPLACE deletes the row in its way, and for that SQLite calls no trigger of DELETE.
        taken = " OR ".join(_known(table, key) for key in keys)
        _refuse(table, "insert", f"INSERT ON {table} WHEN {taken}")
        return
    op.execute(
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{table} is append only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE{these} OR DELETE OR TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
    )


def allow_changes(table: str) -> None:
    """Drop these triggers, for a migration that fills a column and puts them back then."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete", "insert"):
            op.execute(f"DROP TRIGGER {table}_no_{verb}")
        return
    op.execute(f"DROP FUNCTION {table}_refuse() CASCADE")


def _known(table: str, key: str) -> str:
    same = " AND ".join(f"{column} = NEW.{column}" for column in key.split(", "))
    return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 # nosec


def _refuse(table: str, verb: str, event: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {event}"
        f" BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
    )
