from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from storage.errors import StoreFullError, StoreNotReadyError, StoreReadOnlyError
from storage.ledger.health import data_as_of, require_writable
from storage.store.clock import database_now
from storage.store.engine import Store
from storage.tables.ledger import WarehouseCopy
from tests.storage.stores import contents, csv_text, import_text, open_store, rows

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
REVISION = "SELECT version_num FROM alembic_version"


def test_a_store_that_can_be_written_is_left_as_it_was(store: Store) -> None:
    before = contents(store), rows(store, REVISION)

    require_writable(store)

    assert (contents(store), rows(store, REVISION)) == before


def test_a_store_in_which_somebody_writes_can_be_written(store: Store) -> None:
    with store.write(ledger=False):
        require_writable(store)


def test_a_file_that_may_only_be_read_cannot_be_written(sqlite_store: Store) -> None:
    with sqlite_store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = 1")
    with pytest.raises(StoreReadOnlyError):
        require_writable(sqlite_store)


def test_a_file_on_a_disk_that_is_full_cannot_be_written(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=0))

    with pytest.raises(StoreFullError):
        require_writable(sqlite_store)


def test_a_replica_cannot_be_written(postgresql_store: Store) -> None:
    read_only = {"options": "-c default_transaction_read_only=on"}
    url = postgresql_store.engine.url.update_query_dict(read_only)

    with open_store(url) as replica, pytest.raises(StoreReadOnlyError):
        require_writable(replica)


def test_a_store_that_was_never_set_up_cannot_be_written(postgresql_url: str) -> None:
    store = Store(postgresql_url)

    with pytest.raises(StoreNotReadyError):
        require_writable(store)


def test_postgresql_tells_the_time_and_sqlite_has_only_ours(
    sqlite_store: Store, postgresql_store: Store
) -> None:
    with sqlite_store.read() as session:
        assert database_now(session) is None
    with postgresql_store.read() as session:
        ours = session.scalar(text("SELECT now()"))
        theirs = database_now(session)

    assert ours is not None
    assert theirs is not None
    assert abs(theirs - ours) < timedelta(minutes=1)


def test_the_data_is_as_old_as_the_newest_import(store: Store) -> None:
    with store.read() as session:
        assert data_as_of(session) is None

    import_text(store, csv_text("a,2026-01-15,10.00,USD"), now=NOW - timedelta(days=2))
    import_text(store, csv_text("b,2026-01-15,10.00,USD"), now=NOW)

    with store.read() as session:
        assert data_as_of(session) == NOW


def test_with_a_warehouse_the_data_is_as_old_as_the_warehouse_says(store: Store) -> None:
    with store.write() as session:
        session.add(
            WarehouseCopy(
                currency="USD",
                data_version=3,
                data_as_of=NOW - timedelta(hours=5),
                generation=1,
                newest_import="0" * 64,
                looked_at=NOW,
            )
        )

    with store.read() as session:
        assert data_as_of(session) == NOW - timedelta(hours=5)
