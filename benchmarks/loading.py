"""A generated ledger into a store by the shortest way: `nrrbot import` is measured elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import chain, repeat

import numpy as np
from sqlalchemy import bindparam, func, select, text
from sqlmodel import Session, SQLModel, col

from benchmarks.ledgers import (
    CURRENCY,
    DIMENSIONS,
    DRIVERS,
    LAST_CLOSE,
    TODAY,
    GeneratedLedger,
    Ints,
    Movements,
    account_name,
)
from metrics.segments import Tiers
from storage.columns.control_totals import add_to_control_totals
from storage.columns.derivation import Circumstances
from storage.columns.derived import rebuild
from storage.importing.indexes import drop_trigger
from storage.store.column_types import moment_number
from storage.store.engine import Store
from storage.store.statements import bulk_insert
from storage.tables.facts import AccountRow, AttributeRow, Currency, Driver, MovementRow, SourceName
from storage.tables.ledger import DimensionValue, ImportRun

SOURCE = "movements"
RECORDED_AT = datetime(2026, 11, 1, 6, tzinfo=UTC)
_MOVEMENT_COLUMNS = (
    *("id", "source", "movement_id", "account", "day", "kind", "amount_minor", "currency"),
    *("recorded", "import_id", "source_row", "driver"),
)


def load(store: Store, ledger: GeneratedLedger) -> None:
    """Fill an empty store at head with a ledger and everything derived from it."""
    with store.write() as session:
        run = add_run(session, len(ledger.movements), data_version=1)
        numbers = ledger.numbers()
        names = map(account_name, np.argsort(numbers).tolist())
        bulk_insert(session, AccountRow, ("number", "account_id"), enumerate(names))
        add_labels(session)
        with _without_indexes(session, AttributeRow, MovementRow):
            _load_attributes(session, ledger, numbers, run)
            insert_movements(session, ledger.movements, numbers, run, prefix="m")
        rebuild(session, Circumstances(tiers=Tiers(), today=TODAY))


def land(store: Store, movements: Movements, numbers: Ints) -> None:
    """Add movements to a store as an import would, and leave what is derived as it was.

    ``numbers`` are those of the ledger's accounts.
    """
    with store.write() as session:
        run = add_run(session, len(movements), data_version=2)
        insert_movements(session, movements, numbers, run, prefix="d")
        dates = movements.day.astype("datetime64[D]").tolist()
        keys = zip(dates, repeat(CURRENCY))
        add_to_control_totals(session, zip(keys, movements.amount.tolist(), strict=True))


def insert_movements(
    session: Session, movements: Movements, numbers: Ints, run: int, *, prefix: str
) -> None:
    """Insert movements of accounts with these numbers; ``prefix`` begins their ids."""
    first = (session.scalar(select(func.max(col(MovementRow.id)))) or 0) + 1
    rows = _movement_rows(movements, numbers, run, prefix, first)
    bulk_insert(session, MovementRow, _MOVEMENT_COLUMNS, rows)


def add_labels(session: Session) -> None:
    """Give the one source and the one currency their numbers, both 0, and the drivers theirs."""
    bulk_insert(session, SourceName, ("number", "name"), [(0, SOURCE)])
    bulk_insert(session, Currency, ("number", "code"), [(0, CURRENCY)])
    bulk_insert(session, Driver, ("number", "name"), enumerate(DRIVERS))


def add_run(session: Session, rows: int, *, data_version: int) -> int:
    """Add an import that brought so many rows, and return its number."""
    run = ImportRun(
        source=SOURCE,
        sha256=f"benchmark {data_version}",
        rows=rows,
        findings=0,
        started_at=RECORDED_AT,
        finished_at=RECORDED_AT,
        data_version=data_version,
        closed_through=LAST_CLOSE,
    )
    session.add(run)
    session.flush()
    return int(run.id or 0)


def _load_attributes(session: Session, ledger: GeneratedLedger, numbers: Ints, run: int) -> None:
    pairs: dict[tuple[str, str], int] = {}
    rows = []
    for account, day in enumerate(ledger.first_days().tolist()):
        for dimension in DIMENSIONS:
            pair = dimension, ledger.value(dimension, account)
            rows.append((int(numbers[account]), pairs.setdefault(pair, len(pairs)), day))
    labels = ((number, *pair) for pair, number in pairs.items())
    bulk_insert(session, DimensionValue, ("number", "dimension", "value"), labels)
    recorded = moment_number(RECORDED_AT)
    cells = ((number, *row, recorded, run) for number, row in enumerate(rows, start=1))
    columns = ("id", "account", "pair", "valid_from", "recorded", "import_id")
    bulk_insert(session, AttributeRow, columns, cells)


def _movement_rows(
    movements: Movements, numbers: Ints, run: int, prefix: str, first: int
) -> Iterator[tuple[int | str | None, ...]]:
    recorded, drivers = moment_number(RECORDED_AT), (*range(len(DRIVERS)), None)
    rows = chain.from_iterable(map(partial(_numbered, numbers), movements.batches()))
    for number, (account, day, kind, amount, driver) in enumerate(rows):
        cells = f"{prefix}{number:08d}", account, day, kind, amount, 0, recorded, run, number + 2
        yield first + number, 0, *cells, drivers[driver]


def _numbered(numbers: Ints, some: Movements) -> Iterator[tuple[int, ...]]:
    columns = (numbers[some.account], some.day, some.kind, some.amount, some.driver)
    return zip(*(column.tolist() for column in columns), strict=True)


@contextmanager
def _without_indexes(session: Session, *tables: type[SQLModel]) -> Iterator[None]:
    """Make indexes after the rows, which is quicker, and on PostgreSQL trust foreign keys."""
    connection, names = session.connection(), [str(table.__tablename__) for table in tables]
    is_postgresql = connection.dialect.name == "postgresql"
    # As the database has them: the tables' own description knows no PostgreSQL's WHERE.
    kept = text(_INDEXES_OF_POSTGRESQL if is_postgresql else _INDEXES_OF_SQLITE)
    of_tables = kept.bindparams(bindparam("tables", names, expanding=True))
    indexes = [(str(name), str(made)) for name, made in connection.execute(of_tables)]
    for name, _ in indexes:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    triggers: list[str] = []
    if is_postgresql:
        session.execute(text("SET LOCAL session_replication_role = replica"))
    else:  # they look for a row that a new one would replace, which takes an index
        triggers += [drop_trigger(connection, f"{name}_no_insert") for name in names]
    yield
    for statement in (*(made for _, made in indexes), *triggers):
        connection.exec_driver_sql(statement)


_INDEXES_OF_SQLITE = (
    "SELECT name, sql FROM sqlite_master"
    " WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN :tables ORDER BY name"
)
_INDEXES_OF_POSTGRESQL = (
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
    " AND tablename IN :tables AND indexname NOT LIKE 'pk\\_%' AND indexname NOT LIKE 'uq\\_%'"
    " ORDER BY indexname"
)
