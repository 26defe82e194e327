import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from storage.access.small_groups import put_small_groups, shows_small_groups
from storage.columns.build_state import read_build
from storage.errors import (
    MissingDriverError,
    StorageError,
    StoreBusyError,
    StoreDamagedError,
    StoreFullError,
    StoreNotReadyError,
    StoreReadOnlyError,
    StoreUnreachableError,
)
from storage.store import schema
from storage.store.engine import Store
from storage.store.files import file_trouble
from storage.store.statements import binary_rows
from tests.storage.locked import locked
from tests.storage.stores import NOW, contents, execute, open_store

ACCOUNT = "INSERT INTO account (number, account_id) VALUES (0, 'a')"
NO_URL = (
    "DATABASE_URL names no database: use sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
)

NO_DATABASE = (
    "DATABASE_URL names a file that is no database: correct it, or put the last backup in its place"
)


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

    assert str(error.value) == NO_URL


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "nowhere/store.db",
            "the folder in DATABASE_URL is not there: create it, or correct its name",
        ),
        (".", "DATABASE_URL names a folder: name a file in it, such as nrrbot.db"),
        ("s" * 5_000, "the store cannot be opened: check DATABASE_URL and that it is running"),
        (
            "notes.txt",
            f"{NO_DATABASE}, from where `nrrbot db backup` wrote it",
        ),
    ],
)
def test_a_store_that_cannot_be_opened_is_one_calm_sentence_that_says_why(
    tmp_path: Path, name: str, sentence: str
) -> None:
    (tmp_path / "notes.txt").write_text("These are notes and no database. " * 200)

    with open_store(tmp_path / name) as store:
        assert said(store) == sentence
        with pytest.raises(StorageError) as error, store.read() as session:
            session.execute(text("SELECT 1 FROM account"))
        assert str(error.value) == sentence


@pytest.mark.parametrize("name", ["store.db", "other.db", "folder/store.db"])
def test_in_a_folder_that_may_not_be_entered_nothing_is_said_to_be_missing(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "locked").mkdir()
    path = tmp_path / "locked" / name
    with open_store(tmp_path / "locked" / "store.db") as store:
        schema.upgrade(store)

    with open_store(path) as store, locked(path.parent.parent), pytest.raises(StorageError) as read:
        store.read().__enter__()
    with open_store(path) as store, locked(path.parent.parent):
        assert said(store) == str(read.value)

    assert str(read.value) == (
        "the store's file may not be opened: check the rights on it and on its folder"
    )


@pytest.mark.parametrize("damage", ["overwritten", "cut off"])
def test_a_damaged_store_is_said_to_be_with_the_newest_copy_beside_it(
    sqlite_store: Store, damage: str
) -> None:
    path = sqlite_store.sqlite_path
    assert path is not None
    for name in ("nrrbot.before-0011.db", "nrrbot.before-0012.db"):
        schema.backup(sqlite_store, path.with_name(name))
    os.utime(path.with_name("nrrbot.before-0011.db"), (0, 0))
    os.utime(path.with_name("nrrbot.before-0012.db"), (1_794_000_000, 1_794_000_000))
    path.with_name("nrrbot.before-0013.db").touch()  # for which there was no room
    path.with_name("other.db").write_text("somebody else's")
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"U" * (len(whole) - 8192 if damage == "overwritten" else 0))

    with open_store(path) as store:
        assert said(store) == (
            "the store's file is damaged: stop the bot, and put the last backup in its place,"
            " nrrbot.before-0012.db of 6 Nov 2026"
        )
        with pytest.raises(StoreDamagedError):
            schema.backup(store, path.with_name("copy.db"))
    assert not path.with_name("copy.db").exists()


@pytest.mark.parametrize(
    ("name", "free", "sentence"),
    [
        ("SQLITE_IOERR_SHMSIZE", 0, "the store's disk is full"),
        ("SQLITE_CANTOPEN", 4096, "the store's disk is full"),
        ("SQLITE_CANTOPEN", 2**30, "the store cannot be opened"),
        ("SQLITE_IOERR_SHORT_READ", 0, "the store's file is damaged"),
    ],
)
def test_a_store_that_has_no_room_to_be_opened_is_not_called_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, free: int, sentence: str
) -> None:
    # As on a disk that is full while no bot runs: SQLite cannot make its files beside the store.
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free))
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = name

    assert str(file_trouble(error, tmp_path / "store.db")).startswith(sentence)


@pytest.mark.parametrize(
    ("full", "sentence"),
    [
        ("temporary", "there is no room for temporary files"),
        ("store", None),  # as SQLite's words have it: the store's disk is full
    ],
)
def test_no_room_for_what_sqlite_sorts_is_not_said_of_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: str, sentence: str | None
) -> None:
    (tmp_path / "temporary").mkdir()
    (tmp_path / "store").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr(
        "shutil.disk_usage", lambda path: SimpleNamespace(free=0 if path.name == full else 2**30)
    )
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorname = "SQLITE_FULL"

    found = file_trouble(error, tmp_path / "store" / "store.db")

    assert found is None if sentence is None else str(found).startswith(sentence)


def test_a_store_that_may_not_be_opened_is_said_to_be_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)  # root may open everything
    error = sqlite3.OperationalError("unable to open database file")
    error.sqlite_errorname = "SQLITE_CANTOPEN"

    assert str(file_trouble(error, tmp_path / "store.db")) == (
        "the store's file may not be opened: check the rights on it and on its folder"
    )


def test_a_lock_that_another_program_holds_is_no_trouble_with_the_file(tmp_path: Path) -> None:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorname = "SQLITE_BUSY"

    assert file_trouble(error, tmp_path / "store.db") is None


def test_postgres_is_another_name_of_postgresql() -> None:
    assert Store("postgres://u:p@127.0.0.1:1/nrr").engine.dialect.name == "postgresql"


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
    giant = f"INSERT INTO account (number, account_id) VALUES (0, '{'x' * 100_000}')"  # noqa: S608
    with pytest.raises(StoreFullError) as error:
        execute(sqlite_store, "PRAGMA max_page_count = 1", giant)

    assert str(error.value).startswith("the store's disk is full: nothing was stored")
    assert contents(sqlite_store) == before


def test_a_store_that_may_not_be_written_is_one_calm_sentence(sqlite_store: Store) -> None:
    with pytest.raises(StoreReadOnlyError) as error:
        execute(sqlite_store, "PRAGMA query_only = ON", "DELETE FROM month_column")

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


def test_a_glance_sees_what_any_answer_begins_with(store: Store) -> None:
    with store.write() as session:
        put_small_groups(session, are_shown=True, by="U1", now=NOW)

    with store.glance() as session:
        assert shows_small_groups(session)
        assert read_build(session) is None


def test_who_needs_more_than_a_glance_leaves_its_block(store: Store) -> None:
    came = ["in"]
    with store.glance() as session:
        session.execute(text("SELECT count(*) FROM account"))
        came.append("on")

    assert came == ["in"]


def test_a_glance_is_told_as_calmly_what_is_wrong_with_a_store(tmp_path: Path) -> None:
    for begin in (nowhere, without_tables):
        with (
            open_store(begin(tmp_path)) as store,
            pytest.raises(StoreNotReadyError),
            store.glance(),
        ):
            pass


def nowhere(folder: Path) -> Path:
    return folder / "nowhere.db"


def without_tables(folder: Path) -> Path:
    (folder / "store.db").touch()
    return folder / "store.db"


def test_a_reader_sees_one_state_while_others_write(store: Store) -> None:
    count = text("SELECT count(*) FROM account")
    with store.read() as session:
        before = session.execute(count).scalar_one()
        execute(store, ACCOUNT)

        assert (before, session.execute(count).scalar_one()) == (0, 0)
    assert contents(store)["account"] == 1


def by_driver(session: Session) -> int:
    [(counted,)] = binary_rows(session, "SELECT count(*) FROM account")
    return int(counted)


def by_session(session: Session) -> int:
    return int(session.execute(text("SELECT count(*) FROM account")).scalar_one())


@pytest.mark.parametrize(
    "ways",
    [(by_driver, by_session), (by_session, by_driver)],
    ids=["driver first", "session first"],
)
def test_a_reader_sees_one_state_by_driver_and_session_until_it_ends(
    store: Store, ways: tuple[Callable[[Session], int], ...]
) -> None:
    one, other = ways
    with store.read() as session:
        before = one(session)
        execute(store, ACCOUNT)

        assert (before, other(session), one(session)) == (0, 0, 0)
    with store.read() as session:
        assert (one(session), other(session)) == (1, 1)


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
    tmp_path: Path, pragma: str, value: object
) -> None:
    with (
        open_store(tmp_path / "new.db") as store,
        closing(store.engine.raw_connection()) as connection,  # none that tests made fast
    ):
        assert connection.cursor().execute(f"PRAGMA {pragma}").fetchone() == (value,)


def test_foreign_keys_are_enforced_on_sqlite(sqlite_store: Store) -> None:
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        execute(
            sqlite_store,
            "INSERT INTO account_parent (id, account, valid_from, recorded, import_id)"
            " VALUES (1, 0, 0, 0, 1)",
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
