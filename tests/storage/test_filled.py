import sqlite3

import pytest

from storage.store.engine import Store
from tests.storage.filled import fill
from tests.storage.stores import NOW, SqliteTemplate, csv_text, import_text, movements

LEDGER = movements("acme 2026-01-05 100", "acme 2026-02-05 -20", "zeta 2026-02-06 7")


def written(store: Store) -> list[str]:
    with sqlite3.connect(str(store.sqlite_path)) as connection:
        found = list(connection.iterdump())
    connection.close()
    return found


def test_a_filled_store_is_as_one_that_was_imported_into(sqlite_template: SqliteTemplate) -> None:
    with (
        sqlite_template.fresh() as imported,
        sqlite_template.fresh() as first,
        sqlite_template.fresh() as second,
    ):
        report = import_text(imported, LEDGER)
        assert [fill(first, LEDGER), fill(second, LEDGER)] == [report, report]
        more = movements("acme 2026-03-05 1")
        assert import_text(second, more) == import_text(imported, more)
        assert written(second) == written(imported)


def test_what_one_store_does_is_in_no_other(sqlite_template: SqliteTemplate) -> None:
    with sqlite_template.fresh() as first, sqlite_template.fresh() as second:
        fill(first, LEDGER)
        before = written(first)
        import_text(first, movements("acme 2026-04-05 1"))

        fill(second, LEDGER)

        assert written(second) == before


def test_what_an_import_is_told_is_told_apart(sqlite_template: SqliteTemplate) -> None:
    with sqlite_template.fresh() as first, sqlite_template.fresh() as second:
        assert fill(first, LEDGER, now=NOW).imported == 3
        assert fill(second, LEDGER, now=NOW, dry_run=True).imported == 3

        assert written(first) != written(second)


def test_no_store_that_holds_something_is_filled(sqlite_store: Store) -> None:
    import_text(sqlite_store, csv_text("acme,2026-01-05,100,USD"))

    with pytest.raises(AssertionError, match="the store is not empty"):
        fill(sqlite_store, LEDGER)
