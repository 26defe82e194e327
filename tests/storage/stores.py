"""Stores to test with: a real SQLite file each, and imports given as text."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypedDict, Unpack

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from metrics.retention import Retention
from metrics.segments import Tiers
from storage.engine import Store
from storage.errors import UnreadableFileError
from storage.importing.accounts_csv import read_accounts
from storage.importing.findings import ImportRefusedError, ImportReport
from storage.importing.landing import Circumstances, land
from storage.importing.movements_csv import read_movements
from storage.ledger import Ledger

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
HEADER = "account_id,date,amount,currency"
SOURCES = {"movements": read_movements, "accounts": read_accounts}


class Given(TypedDict, total=False):
    """What an import is told besides its file."""

    source: str
    today: date
    now: datetime
    closed_through: date | None
    tiers: Tiers
    max_bytes: int


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{path}")
    yield store
    store.engine.dispose()


@contextmanager
def fresh_store(template: Path) -> Iterator[Store]:
    """Open a new store that is at head; for properties, which need one for each example."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(template, folder))
        with open_store(path) as store:
            yield store


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
    read = SOURCES[given.get("source", "movements")]
    batch = read(path, max_bytes=given.get("max_bytes", 2**20), now=now, today=today)
    circumstances = Circumstances(
        clock=lambda: now,
        today=today,
        started_at=now,
        tiers=given.get("tiers", Tiers()),
        closed_through=given.get("closed_through"),
    )
    with store.write() as session:
        return land(session, batch, circumstances)


def findings(store: Store, content: str, **given: Unpack[Given]) -> list[tuple[int, str]]:
    """Import a file that must be refused for its rows, and must leave nothing behind."""
    before = contents(store)

    with pytest.raises(ImportRefusedError) as refusal:
        import_text(store, content, **given)

    assert contents(store) == before
    return [(finding.line, finding.message) for finding in refusal.value.findings]


def refusal(store: Store, content: str | bytes, **given: Unpack[Given]) -> str:
    """Import a file that must be refused as a whole, and must leave nothing behind."""
    before = contents(store)

    with pytest.raises(UnreadableFileError) as refused:
        import_text(store, content, **given)

    assert contents(store) == before
    return str(refused.value)


def contents(store: Store) -> dict[str, int]:
    """Return how many rows each table holds."""
    with store.read() as session:
        return {
            name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()  # noqa: S608
            for name in SQLModel.metadata.tables
        }


def rows(store: Store, statement: str) -> list[tuple[Any, ...]]:
    with store.read() as session:
        return [(*row,) for row in session.execute(text(statement))]


def execute(store: Store, *statements: str) -> None:
    """Execute all of the statements in one writing session."""
    with store.write() as session:
        for statement in statements:
            session.execute(text(statement))


def retention(
    store: Store, start: str, end: str, *scope: tuple[str, str], as_of: datetime | None = None
) -> Retention:
    """Return the retention over ``[start, end)`` of a scope."""
    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers(), as_of=as_of)
        sums = ledger.sums(date.fromisoformat(start), date.fromisoformat(end))
    return sums.retention(scope)
