"""What only PostgreSQL can be, or do: logins, replicas, time-outs, lost connections."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import ProgrammingError

from storage.columns.build_state import read_build
from storage.errors import (
    StorageError,
    StoreBusyError,
    StoreCrowdedError,
    StoreForbiddenError,
    StoreFullError,
    StoreNotReadyError,
    StoreReadOnlyError,
    StoreSlowError,
    StoreUnreachableError,
)
from storage.store.engine import Store
from storage.store.locks import AdvisoryLock, lock_until_commit
from storage.store.statements import bulk_insert
from storage.tables.facts import AccountRow
from tests.postgresql import Server
from tests.storage.stores import contents, execute, open_store, rows

pytestmark = pytest.mark.postgres

ACCOUNT = "INSERT INTO account (number, account_id) VALUES (0, 'a')"
CLOSED = "the store cannot be opened: check DATABASE_URL and that it is running"
DOWN = (
    "nothing answers at the host and port in DATABASE_URL: check both, and that PostgreSQL is"
    " running there"
)
UNKNOWN = "the host in DATABASE_URL is not known: check how it is written, and the network"
NO_NAME = "the server has no database of the name in DATABASE_URL: create it, or correct the name"
LOGIN = "the database refuses the user or the password in DATABASE_URL: check both"
LOSE = "SELECT pg_terminate_backend(pg_backend_pid())"


def raising(state: str) -> str:
    """Return a statement that PostgreSQL fails at with a state of its choice."""
    return f"DO $$ BEGIN RAISE SQLSTATE '{state}' USING MESSAGE = 'acme pays'; END $$"


@contextmanager
def opened(url: str, *, pool_size: int = 5, timeout_seconds: int | None = None) -> Iterator[Store]:
    store = Store(url, pool_size=pool_size, timeout_seconds=timeout_seconds)
    try:
        yield store
    finally:
        store.engine.dispose()


def written(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_the_url_opens_the_store(postgresql_url: str, scheme: str) -> None:
    with opened(f"{scheme}:{postgresql_url.partition(':')[2]}") as store:
        assert rows(store, "SELECT 1") == [(1,)]
        assert store.sqlite_path is None


def test_a_connection_says_who_it_is_unless_the_url_does(postgresql_url: str) -> None:
    named = make_url(postgresql_url).update_query_dict({"application_name": "second-bot"})

    for url, name in ((postgresql_url, "nrrbot"), (written(named), "second-bot")):
        with opened(url) as store:
            assert rows(store, "SHOW application_name") == [(name,)]


def test_a_reading_session_can_neither_write_nor_see_half_of_an_import(
    postgresql_store: Store,
) -> None:
    settings = "SELECT current_setting('transaction_isolation'), current_setting({})"

    reading = rows(postgresql_store, settings.format("'transaction_read_only'"))

    assert reading == [("repeatable read", "on")]
    with postgresql_store.write() as session:
        assert session.execute(text("SHOW transaction_read_only")).scalar_one() == "off"


@pytest.mark.parametrize(
    ("lock", "sentence"),
    [
        (AdvisoryLock.LEDGER, "the store is busy with another import"),
        (
            AdvisoryLock.OTHER,
            "the store is busy with messages, rules or grants of another process",
        ),
        (AdvisoryLock.AUDIT, "the record of decisions is busy with another process"),
    ],
)
def test_a_lock_that_is_not_had_in_time_is_named(
    postgresql_store: Store, monkeypatch: pytest.MonkeyPatch, lock: AdvisoryLock, sentence: str
) -> None:
    monkeypatch.setattr("storage.store.engine._PATIENCE", 10)
    ledger = lock is AdvisoryLock.LEDGER
    with open_store(postgresql_store.engine.url) as other, other.read() as holder:
        holder.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock.value})
        with pytest.raises(StoreBusyError) as error, postgresql_store.write(ledger=ledger) as own:
            lock_until_commit(own, lock)

    assert str(error.value) == f"{sentence}: try again in a moment"


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("40001", StoreBusyError),
        ("40P01", StoreBusyError),
        ("55P03", StoreBusyError),
        ("53100", StoreFullError),
        ("25006", StoreReadOnlyError),
        ("42501", StoreForbiddenError),
        ("57014", StoreSlowError),
        ("57P03", StoreUnreachableError),
        ("58030", StoreUnreachableError),
    ],
)
def test_a_state_of_the_database_is_one_calm_sentence_and_leaves_nothing(
    postgresql_store: Store, state: str, error: type[StorageError]
) -> None:
    with pytest.raises(error) as caught:
        execute(postgresql_store, ACCOUNT, raising(state))

    assert "acme" not in str(caught.value)
    assert contents(postgresql_store)["account"] == 0


def test_a_wrong_statement_of_ours_is_not_called_a_state_of_the_store(
    postgresql_store: Store,
) -> None:
    with pytest.raises(ProgrammingError):
        execute(postgresql_store, "SELECT nonsense")


def test_a_state_that_the_bulk_path_meets_is_said_as_calmly(postgresql_store: Store) -> None:
    def rows_until_the_disk_is_full() -> Iterator[tuple[int, str]]:
        yield 0, "a"
        raise psycopg.errors.DiskFull

    with pytest.raises(StoreFullError), postgresql_store.write() as session:
        bulk_insert(session, AccountRow, ["number", "account_id"], rows_until_the_disk_is_full())

    assert contents(postgresql_store)["account"] == 0


def test_a_wrong_row_on_the_bulk_path_is_not_called_a_state_of_the_store(
    postgresql_store: Store,
) -> None:
    with (
        pytest.raises(psycopg.errors.UniqueViolation),
        postgresql_store.write() as session,
    ):
        bulk_insert(session, AccountRow, ["number", "account_id"], [(0, "a"), (1, "a")])


def test_a_database_without_tables_is_not_set_up(postgresql_url: str) -> None:
    with opened(postgresql_url) as store, pytest.raises(StoreNotReadyError):
        contents(store)


def test_a_connection_that_is_lost_is_one_calm_sentence_and_the_next_one_is_new(
    postgresql_store: Store,
) -> None:
    with pytest.raises(StoreUnreachableError), postgresql_store.read() as session:
        session.execute(text(LOSE))
    with pytest.raises(StoreUnreachableError):
        execute(postgresql_store, ACCOUNT, LOSE)

    assert contents(postgresql_store)["account"] == 0


def test_connections_that_were_lost_while_nobody_asked_are_replaced(
    postgresql_store: Store, postgresql_server: Server
) -> None:
    contents(postgresql_store)
    name = postgresql_store.engine.url.database
    postgresql_server.execute(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
    )

    assert contents(postgresql_store)["account"] == 0


def test_whoever_comes_after_all_connections_were_lost_gets_a_new_one(
    postgresql_store: Store, postgresql_server: Server
) -> None:
    for again in (look, glance, write):
        with postgresql_store.read() as one, postgresql_store.read() as other:
            assert one.connection() is not other.connection()
        lose_connections(postgresql_store, postgresql_server)

        again(postgresql_store)


def lose_connections(store: Store, server: Server) -> None:
    name = store.engine.url.database
    lose = f"SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
    server.execute(lose)


def look(store: Store) -> None:
    assert rows(store, "SELECT 1") == [(1,)]


def glance(store: Store) -> None:
    with store.glance() as session:
        assert read_build(session) is None


def write(store: Store) -> None:
    execute(store, "DELETE FROM month_column")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        pytest.param({"username": "stranger", "password": "canary"}, LOGIN, id="user"),
        pytest.param({"query": {"host": "127.0.0.1", "port": "1"}}, DOWN, id="server"),
        pytest.param({"query": {"host": "canary.invalid"}}, UNKNOWN, id="host"),
        pytest.param({"database": "canary"}, NO_NAME, id="database"),
        pytest.param({"query": {"host": "127.0.0.1", "sslmode": "canary"}}, CLOSED, id="ssl"),
    ],
)
def test_a_url_that_leads_nowhere_is_one_calm_sentence_without_any_of_it(
    postgresql_url: str, changed: dict[str, str], sentence: str
) -> None:
    url = make_url(postgresql_url).set(**changed)  # type: ignore[arg-type]

    with opened(written(url)) as store:
        for session in (store.read, store.write):
            with pytest.raises(StoreUnreachableError) as error, session() as refused:
                refused.connection()
            assert str(error.value) == sentence


def test_a_wrong_password_is_one_calm_sentence(
    postgresql_url: str, postgresql_server: Server
) -> None:
    with postgresql_server.role("PASSWORD 'right'") as name:
        for password, sentence in (("right", None), ("canary", LOGIN)):
            url = make_url(postgresql_url).set(username=name, password=password)
            with opened(written(url)) as store:
                assert said(store, "SELECT 1") == sentence


def said(store: Store, statement: str) -> str | None:
    try:
        rows(store, statement)
    except StorageError as error:
        return str(error)
    return None


def test_a_user_without_rights_is_told_whose_to_use(
    postgresql_store: Store, postgresql_server: Server
) -> None:
    with postgresql_server.role("PASSWORD 'right'") as name:
        url = postgresql_store.engine.url.set(username=name, password="right")  # noqa: S106
        with open_store(url) as store, pytest.raises(StoreForbiddenError) as error:
            contents(store)

    assert "ran `nrrbot db upgrade`" in str(error.value)


def test_a_database_that_takes_no_more_connections_says_so(
    postgresql_url: str, postgresql_server: Server
) -> None:
    with postgresql_server.role("PASSWORD 'right' CONNECTION LIMIT 0") as name:
        url = make_url(postgresql_url).set(username=name, password="right")  # noqa: S106
        with opened(written(url)) as store, pytest.raises(StoreCrowdedError):
            rows(store, "SELECT 1")


def test_a_replica_is_read_and_not_written(postgresql_store: Store) -> None:
    url = postgresql_store.engine.url.update_query_dict(
        {"options": "-c default_transaction_read_only=on"}
    )
    with open_store(url) as replica:
        assert contents(replica)["account"] == 0
        with pytest.raises(StoreReadOnlyError) as error:
            execute(replica, ACCOUNT)

    assert str(error.value).startswith("the store may not be written")


def test_a_question_that_takes_too_long_is_given_up_and_an_import_is_not(
    postgresql_url: str,
) -> None:
    slow = "SELECT pg_sleep(1.2)"
    with opened(postgresql_url, timeout_seconds=1) as store:
        with pytest.raises(StoreSlowError) as error:
            rows(store, slow)
        execute(store, slow)
        assert rows(store, "SHOW statement_timeout") == [("1s",)]  # again when it was written on

    assert "NRRBOT_DB_TIMEOUT_SECONDS" in str(error.value)


def test_a_glance_that_takes_too_long_is_given_up(postgresql_store: Store) -> None:
    url = written(postgresql_store.engine.url)
    with (
        opened(url, timeout_seconds=1) as store,
        postgresql_store.write() as session,
    ):
        session.execute(text("LOCK TABLE column_build IN ACCESS EXCLUSIVE MODE"))

        with pytest.raises(StoreSlowError):
            glance(store)


def test_a_bot_whose_connections_are_all_in_use_says_so(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.store.engine._POOL_SECONDS", 0.01)
    monkeypatch.setattr("storage.store.engine._MORE_WHEN_BUSY", 0)
    with opened(postgresql_url, pool_size=1) as store, store.read() as session:
        session.connection()

        with pytest.raises(StoreCrowdedError) as error:
            rows(store, "SELECT 1")

    assert "NRRBOT_DB_POOL_SIZE" in str(error.value)
