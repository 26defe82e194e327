"""Stores to test with: a real database each, and imports given as text."""

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol, TypedDict, Unpack

import pytest
from sqlalchemy import URL, event, text
from sqlmodel import SQLModel

from metrics.data_end import Declared
from metrics.retention import Retention
from metrics.segments import Tiers
from storage.errors import UnreadableFileError
from storage.importing import importer
from storage.importing.asking import Ask, Overlap
from storage.importing.importer import FileRequest
from storage.importing.landing import ImportOptions
from storage.importing.profiles.wishes import ColumnWishes
from storage.importing.read_options import ReadOptions
from storage.importing.report import ImportRefusedError, ImportReport
from storage.importing.spool import GROUP_BYTES
from storage.ledger.ledger import Ledger
from storage.store.column_types import moment_text
from storage.store.engine import Store
from tests.connections import LastingConnections
from tests.postgresql import Server

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
HEADER = "account_id,date,amount,currency"


class Given(TypedDict, total=False):
    """What an import is told besides its file; ``source`` None lets the header tell its kind."""

    source: str | None
    columns: ColumnWishes
    group_bytes: int
    is_complete: bool
    drivers: Mapping[str, str]
    today: date
    now: datetime
    closed_through: date | None
    covered_through: date | None
    tiers: Tiers
    max_bytes: int
    dry_run: bool
    agreed: frozenset[Ask]
    overlap: Overlap | None


@contextmanager
def open_store(where: Path | URL) -> Iterator[Store]:
    """Open the store in a SQLite file, or in the database of a URL."""
    url = where if isinstance(where, URL) else URL.create("sqlite", database=str(where))
    store = Store(url.render_as_string(hide_password=False))
    try:
        yield store
    finally:
        store.engine.dispose()


def url_of(store: Store) -> str:
    """Return the whole URL of a store, for another process."""
    return store.engine.url.render_as_string(hide_password=False)


class Template(Protocol):
    """An empty store that is at head, to be copied."""

    def fresh(self) -> AbstractContextManager[Store]: ...


@dataclass(frozen=True)
class SqliteTemplate:
    path: Path

    def copy(self, path: Path) -> Path:
        return Path(shutil.copy(self.path, path))

    @contextmanager
    def fresh(self) -> Iterator[Store]:
        with (
            tempfile.TemporaryDirectory() as folder,
            open_store(self.copy(Path(folder) / "nrrbot.db")) as store,
        ):
            yield store


@dataclass(frozen=True)
class PostgresqlTemplate:
    """Its copies are emptied and used again, which takes a tenth of the time of a new one."""

    server: Server
    name: str
    spare: list[tuple[URL, LastingConnections]] = field(default_factory=list)

    @contextmanager
    def fresh(self) -> Iterator[Store]:
        url, connections = self.spare.pop() if self.spare else self._copy()
        with open_store(url) as store:
            event.listen(store.engine, "do_connect", connections.connect)
            yield store
        if not connections.hear(_EMPTY):
            self.server.execute(_EMPTY, database=str(url.database))
        self.spare.append((url, connections))

    def _copy(self) -> tuple[URL, LastingConnections]:
        return self.server.create_database(self.name), LastingConnections()


_EMPTY = """
SET LOCAL session_replication_role = replica; -- without triggers: the ledger may be emptied
DROP TABLE IF EXISTS month_balance, balance_build; -- of a store that was a warehouse
DO $$
DECLARE filled regclass;
BEGIN
    FOR filled IN SELECT oid FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
    LOOP
        EXECUTE format('DELETE FROM %s', filled);
    END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, start_value, false)
        FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""


def fresh_store(template: Template) -> AbstractContextManager[Store]:
    """Open a new store that is at head; for properties, which need one for each example."""
    return template.fresh()


def csv_text(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows, ""])


def movements(*rows: str) -> str:
    """Return a file of rows such as ``"acme 2026-01-05 100"``, in USD."""
    return csv_text(*(",".join([*row.split(), "USD"]) for row in rows))


def import_text(store: Store, content: str | bytes, **given: Unpack[Given]) -> ImportReport:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "import.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_file(store, path, **given)


def import_file(store: Store, path: Path, **given: Unpack[Given]) -> ImportReport:
    now, today = given.get("now", NOW), given.get("today", TODAY)
    options = ImportOptions(
        clock=lambda: now,
        today=today,
        started_at=now,
        tiers=given.get("tiers", Tiers()),
        declared=Declared(
            closed_through=given.get("closed_through"),
            covered_through=given.get("covered_through"),
        ),
        # Tests of what is asked say that nothing is agreed to.
        agreed=given.get("agreed", frozenset(Ask)),
        overlap=given.get("overlap"),
    )
    return importer.import_file(
        store,
        path,
        options,
        request=FileRequest(
            columns=given.get("columns", ColumnWishes()).over(
                ColumnWishes(kind=given.get("source", "movements"))
            ),
            reading=ReadOptions(
                group_bytes=given.get("group_bytes", GROUP_BYTES),
                is_complete=given.get("is_complete", False),
                drivers=given.get("drivers", {}),
            ),
        ),
        max_bytes=given.get("max_bytes", 2**20),
        dry_run=given.get("dry_run", False),
    )


def findings(store: Store, content: str, **given: Unpack[Given]) -> list[tuple[int, str]]:
    """Import a file that must be refused for its rows, and must leave nothing behind."""
    before = contents(store)

    with pytest.raises(ImportRefusedError) as refusal:
        import_text(store, content, **given)

    assert contents(store) == before
    return [(finding.line, finding.sentence) for finding in refusal.value.findings]


def refusal(store: Store, content: str | bytes, **given: Unpack[Given]) -> str:
    """Import a file that must be refused as a whole; the folder that it was in is not said."""
    before = contents(store)

    with pytest.raises(UnreadableFileError) as refused:
        import_text(store, content, **given)

    assert contents(store) == before
    return re.sub(r"\S*/import\.csv", "import.csv", str(refused.value))


def contents(store: Store) -> dict[str, int]:
    """Return how many rows each table holds."""
    with store.read() as session:
        return {
            name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()  # noqa: S608
            for name in SQLModel.metadata.tables
        }


def rows(store: Store, statement: str) -> list[tuple[Any, ...]]:
    """Return what a statement selects: dates and moments as text, on any database."""
    with store.read() as session:
        return [tuple(map(_plain, row)) for row in session.execute(text(statement))]


def _plain(cell: object) -> object:
    if isinstance(cell, datetime):
        return moment_text(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return int(cell) if isinstance(cell, Decimal) else cell


def execute(store: Store, *statements: str) -> None:
    """Execute all of the statements in one writing session."""
    with store.write() as session:
        for statement in statements:
            session.execute(text(statement))


@contextmanager
def reading(store: Store, as_of: datetime | None = None) -> Iterator[Ledger]:
    with store.read() as session:
        yield Ledger(session, tiers=Tiers(), as_of=as_of)


def retention(
    store: Store, start: str, end: str, *scope: tuple[str, str], as_of: datetime | None = None
) -> Retention:
    """Return the retention over ``[start, end)`` of a scope."""
    with reading(store, as_of) as ledger:
        sums = ledger.sums(date.fromisoformat(start), date.fromisoformat(end))
    return sums.retention(scope)
