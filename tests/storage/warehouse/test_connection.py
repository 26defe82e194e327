import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyhive import hive
from sqlalchemy import event, func, literal_column, make_url, select, text
from thrift.transport.TSocket import TSocket
from thrift.transport.TTransport import TTransportException

import storage.warehouse.connection
from storage.errors import (
    MissingWarehouseDriverError,
    StorageError,
    WarehouseRefusedError,
    WarehouseUnreachableError,
)
from storage.store.column_types import UtcDateTime
from storage.store.engine import Store
from storage.warehouse.connection import Warehouse
from storage.warehouse.hive import HiveConnection, connect
from tests.storage.dialects import install_keyless, uninstall
from tests.storage.warehouses import url_of

SECRET = "canary"  # noqa: S105 - to be looked for


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port where connections are taken and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A warehouse that is waited for only a second."""
    monkeypatch.setattr(storage.warehouse.connection, "CONNECT_SECONDS", 1)


def ask(url: str, statement: str = "SELECT 1") -> object:
    with Warehouse(url).read() as session:
        return session.execute(text(statement)).scalar_one()


def refusal(url: str, statement: str = "SELECT 1") -> StorageError:
    with pytest.raises(StorageError) as caught:
        ask(url, statement)
    return caught.value


@pytest.mark.parametrize("kind", ["sqlite_store", "postgresql_store"])
def test_any_kind_of_store_can_be_read(kind: str, request: pytest.FixtureRequest) -> None:
    store: Store = request.getfixturevalue(kind)

    assert ask(url_of(store), "SELECT count(*) FROM mrr_movement") == 0


def test_a_postgresql_is_found_by_the_url_that_a_person_writes(postgresql_url: str) -> None:
    assert ask(postgresql_url) == 1


@pytest.mark.parametrize("statement", ["CREATE TABLE x (y INTEGER)", "DELETE FROM control_total"])
def test_it_cannot_be_written_to(store: Store, statement: str) -> None:
    with Warehouse(url_of(store)).read() as session, pytest.raises(StorageError):
        session.execute(text(statement))


@pytest.mark.parametrize("statement", ["SELECT x FROM nowhere", "SELECT x FROM control_total"])
def test_a_table_or_column_that_is_missing_is_said_to_be(store: Store, statement: str) -> None:
    error = refusal(url_of(store), statement)

    assert isinstance(error, WarehouseRefusedError)
    assert "holds the ledger's tables" in str(error)


def test_a_file_that_is_not_there_is_not_created(tmp_path: Path) -> None:
    error = refusal(f"sqlite:///{tmp_path / 'nowhere.db'}")

    assert isinstance(error, WarehouseUnreachableError)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    [
        f"hive://me:{SECRET}@127.0.0.1:1/default?auth=LDAP",
        f"hive://me:{SECRET}@127.0.0.1:1/default?auth=NOSASL",
        f"postgresql://me:{SECRET}@127.0.0.1:1/nrr",
    ],
    ids=["hive", "hive-without-sasl", "postgresql"],
)
def test_a_port_that_nobody_listens_on_is_one_clear_sentence(
    url: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    error = refusal(url)

    assert isinstance(error, WarehouseUnreachableError)
    assert str(error) == (
        "the warehouse cannot be reached: check WAREHOUSE_URL and that it is running"
    )
    assert (capfd.readouterr().err, caplog.text) == ("", "")


@pytest.mark.parametrize("auth", ["NONE", "NOSASL", "CUSTOM"])
@pytest.mark.usefixtures("hasty")
def test_one_that_listens_and_says_nothing_is_not_waited_for(silent_port: int, auth: str) -> None:
    error = refusal(f"hive://127.0.0.1:{silent_port}/default?auth={auth}")

    assert isinstance(error, WarehouseUnreachableError)


@pytest.mark.parametrize("url", ["", "warehouse", "hive://host:port/x"])
def test_what_is_no_url_is_said_to_be_unreachable(url: str) -> None:
    with pytest.raises(WarehouseUnreachableError):
        Warehouse(url)


@pytest.mark.parametrize(
    ("url", "package", "sentence"),
    [
        (
            "snowflake://me@host/db",
            "snowflake",
            r"for snowflake://: pip install snowflake-sqlalchemy$",
        ),
        (
            "bigquery://project",
            "sqlalchemy_bigquery",
            r"for bigquery://: pip install sqlalchemy-bigquery$",
        ),
        (
            "databricks://host",
            "databricks",
            r"for databricks://: pip install databricks-sqlalchemy$",
        ),
        (
            "redshift://host/db",
            "psycopg2",
            r"for redshift://: pip install sqlalchemy-redshift psycopg2-binary$",
        ),
        (
            "redshift://host/db",
            "sqlalchemy_redshift",
            r"for redshift://: pip install sqlalchemy-redshift psycopg2-binary$",
        ),
        ("hive://localhost/default", "pyhive", r"pip install pyhive thrift thrift-sasl pure-sasl$"),
        (
            "snowfall://host/db",
            "snowfall",
            r"begins with snowfall://, for which no driver is installed",
        ),
        (
            "oracle://host/db",
            "cx_Oracle",
            r"begins with oracle://, for which no driver is installed",
        ),
    ],
)
def test_a_driver_that_is_not_installed_is_named_with_what_to_install(
    url: str, package: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    uninstall(make_url(url).get_backend_name(), package, monkeypatch)

    with pytest.raises(MissingWarehouseDriverError, match=sentence):
        Warehouse(url)


def test_a_dialect_that_finds_no_credentials_is_one_clear_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install_keyless(monkeypatch)

    with pytest.raises(WarehouseUnreachableError, match="check WAREHOUSE_URL"):
        Warehouse(f"keyless://me:{SECRET}@host/db")


def test_moments_without_a_zone_are_in_utc_there() -> None:
    naive = datetime(2026, 7, 1, 6)  # noqa: DTZ001 - as Thrift gives them
    dialect = Warehouse("hive://localhost/default").engine.dialect

    assert UtcDateTime().process_result_value(naive, dialect) == naive.replace(tzinfo=UTC)


def test_joined_texts_are_written_as_thrift_servers_read_them() -> None:
    statement = select(func.aggregate_strings(literal_column("day"), ","))

    written = str(
        statement.compile(
            dialect=Warehouse("hive://localhost/default").engine.dialect,
            compile_kwargs={"literal_binds": True},
        )
    )

    assert "concat_ws(',', collect_list(CAST(day AS STRING)))" in written


def test_a_connection_closes_when_its_server_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: hive.Connection) -> None:
        raise TTransportException

    monkeypatch.setattr(hive.Connection, "close", gone)

    HiveConnection.__new__(HiveConnection).close()


def test_a_server_that_lets_us_in_has_another_time_for_each_statement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[int] = []
    monkeypatch.setattr(TSocket, "setTimeout", lambda _, milliseconds: waits.append(milliseconds))
    monkeypatch.setattr(hive.Connection, "__init__", lambda *_, **__: None)

    connection = connect(connect_seconds=5, answer_seconds=30, url_arguments={"host": "there"})

    assert isinstance(connection, HiveConnection)
    assert waits == [5_000, 30_000]


def test_an_interrupted_question_is_not_blamed_on_the_warehouse(store: Store) -> None:
    warehouse = Warehouse(url_of(store))

    @event.listens_for(warehouse.engine, "do_execute")
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with warehouse.read() as session, pytest.raises(KeyboardInterrupt):
        session.execute(text("SELECT 1"))
