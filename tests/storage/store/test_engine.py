from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage.errors import (
    MissingDriverError,
    StorageError,
    StoreBusyError,
    StoreFullError,
    StoreNotReadyError,
    StoreReadOnlyError,
    StoreUnreachableError,
)
from storage.store import schema
from storage.store.engine import Store
from tests.storage.stores import contents, execute, open_store

ACCOUNT = "INSERT INTO account (account_id, root_id) VALUES ('a', 'a')"
CLOSED = "the store cannot be opened: check DATABASE_URL and that it is running"


def said(store: Store, statement: str = "SELECT 1 FROM account") -> str:
    with pytest.raises(StorageError) as error, store.write() as session:
        session.execute(text(statement))
    return str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "sqlite",
        "://",
        "sqlite://host/store.db",
        "sqlite:///store.db?timeout=soon",
        "postgresql://host:port/store",
        "nosuchdatabase://host/store",
        "mysql+nosuchdriver://host/store",
    ],
)
def test_a_url_that_names_no_database_is_one_calm_sentence(url: str) -> None:
    with pytest.raises(StoreUnreachableError) as error:
        Store(url)

    assert str(error.value) == CLOSED


@pytest.mark.parametrize("name", ["nowhere/store.db", ".", "notes.txt"])
def test_a_store_that_cannot_be_opened_is_one_calm_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.txt").write_text("These are notes and no database. " * 200)

    with open_store(tmp_path / name) as store:
        assert said(store) == CLOSED


def test_reading_a_store_that_is_not_there_leaves_no_file(tmp_path: Path) -> None:
    with (
        open_store(tmp_path / "store.db") as store,
        pytest.raises(StoreNotReadyError) as error,
        store.read(),
    ):
        pass

    assert str(error.value) == "the store is not set up for this version: run `nrrbot db upgrade`"
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_tables_is_not_set_up(tmp_path: Path) -> None:
    (tmp_path / "store.db").touch()

    with (
        open_store(tmp_path / "store.db") as store,
        pytest.raises(StoreNotReadyError),
        store.read() as session,
    ):
        session.execute(text("SELECT * FROM account"))


def test_a_full_disk_is_one_calm_sentence_and_leaves_nothing(sqlite_store: Store) -> None:
    before = contents(sqlite_store)
    giant = f"INSERT INTO account (account_id, root_id) VALUES ('a', '{'x' * 100_000}')"  # noqa: S608
    with pytest.raises(StoreFullError) as error:
        execute(sqlite_store, "PRAGMA max_page_count = 1", giant)

    assert str(error.value).startswith("the store's disk is full: nothing was stored")
    assert contents(sqlite_store) == before


def test_a_store_that_may_not_be_written_is_one_calm_sentence(sqlite_store: Store) -> None:
    with pytest.raises(StoreReadOnlyError) as error:
        execute(sqlite_store, "PRAGMA query_only = ON", "DELETE FROM month_balance")

    assert str(error.value).startswith("the store may not be written")


def test_a_wrong_statement_of_ours_is_not_called_a_state_of_the_store(store: Store) -> None:
    execute(store, ACCOUNT)

    with pytest.raises(IntegrityError):
        execute(store, ACCOUNT)


@pytest.mark.parametrize("patient", [True, False], ids=["patient", "not"])
def test_a_second_writer_is_told_to_wait(
    store: Store, monkeypatch: pytest.MonkeyPatch, *, patient: bool
) -> None:
    if patient:
        monkeypatch.setattr("storage.store.engine._PATIENCE", 10)
    with open_store(store.engine.url) as other, store.write() as session:
        session.connection()

        with pytest.raises(StoreBusyError), other.write(patient=patient) as second:
            second.connection()


def test_a_writer_waits_for_the_one_before_it_and_sees_what_it_wrote(store: Store) -> None:
    begun, seen = Event(), list[int]()

    def second() -> None:
        with open_store(store.engine.url) as other:
            begun.set()
            with other.write() as session:
                seen.append(session.execute(text("SELECT count(*) FROM account")).scalar_one())

    with store.write() as session:
        session.execute(text(ACCOUNT))
        thread = Thread(target=second)
        thread.start()
        assert begun.wait(60)
        thread.join(0.2)
        assert seen == []
    thread.join()

    assert seen == [1]


def test_a_reader_sees_one_state_while_others_write(store: Store) -> None:
    count = text("SELECT count(*) FROM account")
    with store.read() as session:
        before = session.execute(count).scalar_one()
        execute(store, ACCOUNT)

        assert (before, session.execute(count).scalar_one()) == (0, 0)
    assert contents(store)["account"] == 1


def test_what_is_written_is_kept_when_all_goes_well(store: Store) -> None:
    execute(store, ACCOUNT)

    assert contents(store)["account"] == 1


def test_a_writing_session_that_raises_leaves_nothing(store: Store) -> None:
    with pytest.raises(IntegrityError):
        execute(store, ACCOUNT, ACCOUNT)

    assert contents(store)["account"] == 0


def test_a_reading_session_on_sqlite_keeps_nothing(sqlite_store: Store) -> None:
    with sqlite_store.read() as session:
        session.execute(text(ACCOUNT))

    assert contents(sqlite_store)["account"] == 0


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("foreign_keys", 1), ("journal_mode", "wal"), ("synchronous", 2), ("busy_timeout", 5000)],
)
def test_every_connection_to_sqlite_is_set_up_for_safety(
    sqlite_store: Store, pragma: str, value: object
) -> None:
    with sqlite_store.read() as session:
        assert session.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_foreign_keys_are_enforced_on_sqlite(sqlite_store: Store) -> None:
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        execute(
            sqlite_store,
            "INSERT INTO account (account_id, root_id, parent_id) VALUES ('a', 'a', 'x')",
        )


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///store.db", Path("store.db")),
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
    ],
)
def test_only_a_sqlite_file_has_a_path(url: str, path: Path | None) -> None:
    assert Store(url).sqlite_path == path


def test_a_store_in_memory_works_while_it_is_open() -> None:
    store = Store("sqlite://")

    assert schema.upgrade(store)
    assert contents(store)["account"] == 0
    store.engine.dispose()


def test_a_database_whose_driver_is_not_there_is_said_so() -> None:
    with pytest.raises(MissingDriverError, match="driver is not installed: use sqlite:///FILE"):
        Store("oracle+oracledb://localhost/nrr")
