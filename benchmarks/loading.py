"""A generated ledger into a store by the shortest way: `nrrbot import` is measured elsewhere."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import text
from sqlmodel import Session, SQLModel

from benchmarks.ledgers import (
    CURRENCY,
    DIMENSIONS,
    KINDS,
    LAST_CLOSE,
    TODAY,
    GeneratedLedger,
    Movements,
    account_name,
    iso_days,
)
from metrics.segments import Tiers
from storage.balances.control_totals import add_to_control_totals
from storage.balances.derivation import rebuild
from storage.store.column_types import moment_text
from storage.store.engine import Store
from storage.store.statements import bulk_insert
from storage.tables.ledger import Account, AccountAttribute, ImportRun, MrrMovement

SOURCE = "movements"
RECORDED_AT = datetime(2026, 11, 1, 6, tzinfo=UTC)
_MOVEMENT_COLUMNS = (
    "source",
    "movement_id",
    "account_id",
    "effective_on",
    "kind",
    "amount_minor",
    "currency",
    "recorded_at",
    "import_id",
)


def load(store: Store, ledger: GeneratedLedger) -> None:
    """Fill an empty store at head with a ledger and everything derived from it."""
    with store.write() as session:
        run = add_run(session, len(ledger.movements), data_version=1)
        names = [account_name(number) for number in range(ledger.plan.accounts)]
        bulk_insert(session, Account, ("account_id", "root_id"), zip(names, names, strict=True))
        with _without_indexes(session, AccountAttribute, MrrMovement):
            _load_attributes(session, ledger, names, run)
            insert_movements(session, ledger.movements, run, prefix="m")
        rebuild(session, tiers=Tiers(), today=TODAY)


def land(store: Store, movements: Movements) -> None:
    """Add movements to a store as an import would, and leave what is derived as it was."""
    with store.write() as session:
        run = add_run(session, len(movements), data_version=2)
        insert_movements(session, movements, run, prefix="d")
        dates = movements.day.astype("datetime64[D]").tolist()
        add_to_control_totals(session, zip(dates, movements.amount.tolist(), strict=True))


def insert_movements(session: Session, movements: Movements, run: int, *, prefix: str) -> None:
    """Insert movements; ``prefix`` begins their ids."""
    bulk_insert(session, MrrMovement, _MOVEMENT_COLUMNS, _movement_rows(movements, run, prefix))


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


def _load_attributes(
    session: Session, ledger: GeneratedLedger, names: Sequence[str], run: int
) -> None:
    first = iso_days(ledger.first_days())
    recorded_at = moment_text(RECORDED_AT)
    rows = (
        (names[account], dimension, ledger.value(dimension, account), day, recorded_at, run)
        for account, day in enumerate(first)
        for dimension in DIMENSIONS
    )
    columns = ("account_id", "dimension", "value", "valid_from", "recorded_at", "import_id")
    bulk_insert(session, AccountAttribute, columns, rows)


def _movement_rows(
    movements: Movements, run: int, prefix: str
) -> Iterator[tuple[int | str | None, ...]]:
    recorded_at = moment_text(RECORDED_AT)
    for number, (account, day, kind, amount) in enumerate(movements.rows()):
        yield (
            SOURCE,
            f"{prefix}{number:08d}",
            account_name(account),
            day,
            KINDS[kind],
            amount,
            CURRENCY,
            recorded_at,
            run,
        )


@contextmanager
def _without_indexes(session: Session, *tables: type[SQLModel]) -> Iterator[None]:
    """Make indexes after the rows, which is quicker, and on PostgreSQL trust foreign keys."""
    connection = session.connection()
    indexes = [
        index
        for table in tables
        for index in SQLModel.metadata.tables[str(table.__tablename__)].indexes
    ]
    for index in indexes:
        index.drop(connection)
    if connection.dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
    yield
    for index in indexes:
        index.create(connection)
