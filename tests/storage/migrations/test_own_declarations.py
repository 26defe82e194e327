"""What migration 0124 finds of what imports before it have declared themselves."""

from datetime import date

import pytest
from sqlalchemy.exc import DatabaseError

from storage.store import schema
from storage.store.engine import Store
from tests.storage.stores import execute, import_text, movements, rows

COLUMNS = "own_closed_through", "own_covered_through"
OWN = f"SELECT {', '.join(COLUMNS)} FROM import_run ORDER BY data_version"  # noqa: S608


def test_an_older_import_has_declared_what_was_new_with_it(store: Store) -> None:
    closed, covered = date(2026, 10, 1), date(2026, 10, 5)
    import_text(store, movements("acme 2026-01-05 100"), closed_through=closed)
    import_text(store, movements("beta 2026-01-05 100"), covered_through=covered)
    import_text(store, movements("cora 2026-01-05 100"))
    stored = rows(store, OWN)
    forget_own_declarations(store)

    assert schema.upgrade(store)

    assert rows(store, OWN) == stored == [("2026-10-01", None), (None, "2026-10-05"), (None, None)]


def test_imports_are_append_only_afterwards(store: Store) -> None:
    import_text(store, movements("acme 2026-01-05 100"))
    forget_own_declarations(store)
    schema.upgrade(store)

    for statement in ("UPDATE import_run SET id = id", "DELETE FROM import_run"):
        with pytest.raises(DatabaseError, match="import_run is append only"):
            execute(store, statement)


def forget_own_declarations(store: Store) -> None:
    """Put a store where version 0123 has it."""
    for column in COLUMNS:
        execute(store, f"ALTER TABLE import_run DROP COLUMN {column}")
    execute(store, "UPDATE alembic_version SET version_num = '0123'")
