"""What is append only is so for every statement of SQLite's dialect, also in another program."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from storage.store.engine import Store
from tests.storage.stores import SqliteTemplate, execute

APPEND_ONLY = [
    "account",
    "account_attribute",
    "account_description",
    "account_identity",
    "account_parent",
    "alert_action",
    "alert_transition",
    "audit",
    "contract_term",
    "currency",
    "dimension_value",
    "driver",
    "due_movement",
    "exchange_rate",
    "import_run",
    "level_span",
    "mrr_movement",
    "product",
    "signal",
    "signal_account",
    "signal_metric",
    "source",
    "usage_movement",
]
LABELS = {
    "account", "currency", "dimension_value", "driver", "product", "signal_account",
    "signal_metric", "source",
}  # fmt: skip


def primary_key(table: str) -> str:
    return "number" if table in LABELS else "id"


@pytest.fixture
def database(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(sqlite_template.copy(tmp_path / "nrrbot.db"))) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")  # any row will do
        yield connection


def columns(database: sqlite3.Connection, table: str) -> dict[str, str]:
    return {name: kind for _, name, kind, *_ in database.execute(f"PRAGMA table_info({table})")}


def unique_keys(database: sqlite3.Connection, table: str) -> list[list[str]]:
    found = database.execute(f"PRAGMA index_list({table})").fetchall()
    indexes = [name for _, name, is_unique, *_ in found if is_unique]
    return [
        [primary_key(table)],
        *([row[2] for row in database.execute(f"PRAGMA index_info({name})")] for name in indexes),
    ]


def row(database: sqlite3.Connection, table: str, number: int) -> dict[str, int | str]:
    kinds = columns(database, table)
    return {name: number if kind == "INTEGER" else f"{number}" for name, kind in kinds.items()}


def write(
    database: sqlite3.Connection, table: str, values: dict[str, int | str], verb: str = "INSERT"
) -> None:
    places = ", ".join("?" * len(values))
    database.execute(f"{verb} INTO {table} VALUES ({places})", [*values.values()])


def contents(database: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    return database.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - ours


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_no_row_is_replaced_by_any_key_that_it_is_known_by(
    database: sqlite3.Connection, table: str, verb: str
) -> None:
    first, other = row(database, table, 1), row(database, table, 2)
    write(database, table, first)
    before = contents(database, table)

    for key in unique_keys(database, table):
        with pytest.raises(sqlite3.IntegrityError, match=f"{table} is append only"):
            write(database, table, other | {name: first[name] for name in key}, verb)

    assert contents(database, table) == before


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = 2", "DELETE FROM {}"])
def test_no_row_is_changed_or_removed(
    database: sqlite3.Connection, table: str, statement: str
) -> None:
    write(database, table, row(database, table, 1))

    with pytest.raises(sqlite3.IntegrityError, match=f"{table} is append only"):
        database.execute(statement.format(table, primary_key(table)))


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_a_row_that_is_new_in_every_way_is_taken(database: sqlite3.Connection, table: str) -> None:
    write(database, table, row(database, table, 1))
    write(database, table, row(database, table, 2), "INSERT OR REPLACE")

    assert len(contents(database, table)) == 2


def test_every_table_that_refuses_deletion_refuses_replacement(
    database: sqlite3.Connection,
) -> None:
    names = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}

    assert {f"{table}_no_insert" for table in APPEND_ONLY} <= names
    assert sorted(name[:-10] for name in names if name.endswith("_no_delete")) == APPEND_ONLY


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET {} = 2", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_postgresql_refuses_the_same(postgresql_store: Store, table: str, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append only"):
        execute(postgresql_store, statement.format(table, primary_key(table)))
