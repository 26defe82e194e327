"""Stores that hold a generated ledger: made once, kept in a folder, and copied for whoever writes.

A kept store's name says everything that it depends on, and it gets that name when it is whole.
"""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import delete

from benchmarks.ledgers import GeneratedLedger
from benchmarks.loading import load
from benchmarks.postgresql import PostgresCluster
from storage.store import schema
from storage.store.engine import Store
from storage.tables.columns import WindowSum

_GENERATION = 4
"""Grows by one when `benchmarks.ledgers` or `benchmarks.loading` make something else."""


class Shelf(ABC):
    """The stores of one kind of database."""

    engine: str

    def __init__(self) -> None:
        self._numbers = count(1)

    def kept(self, ledger: GeneratedLedger) -> str:
        """Return the address of a ledger's store, made if need be; only to be read."""
        name = self._name(ledger)
        if not self._has(name):
            self._make(name, ledger)
        return self._url(name)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Give the address of a new store that is at head, for as long as the block lasts."""
        name = self._new_name()
        self._create(name)
        try:
            with opened(self._url(name)) as store:
                schema.upgrade(store)
            yield self._url(name)
        finally:
            self._drop(name)

    @contextmanager
    def copy(self, ledger: GeneratedLedger) -> Iterator[str]:
        """Give the address of a copy of a ledger's store, for as long as the block lasts."""
        self.kept(ledger)
        name = self._new_name()
        self._copy(self._name(ledger), name)
        try:
            yield self._url(name)
        finally:
            self._drop(name)

    @contextmanager
    def without_windows(self, ledger: GeneratedLedger) -> Iterator[Store]:
        """Open a copy of a ledger's store in which no period is added up yet."""
        with self.copy(ledger) as url, opened(url) as store:
            with store.write() as session:
                session.execute(delete(WindowSum))
            yield store

    def mebibytes(self, ledger: GeneratedLedger) -> float:
        """Return the size of a ledger's store."""
        self.kept(ledger)
        return self._bytes(self._name(ledger)) / 2**20

    def _make(self, name: str, ledger: GeneratedLedger) -> None:
        unfinished = f"{name}_unfinished"
        self._drop(unfinished)
        self._create(unfinished)
        with opened(self._url(unfinished)) as store:
            schema.upgrade(store)
            load(store, ledger)
        self._finish(unfinished, name)

    def _name(self, ledger: GeneratedLedger) -> str:
        plan = ledger.plan
        return f"ledger_{plan.accounts}_{plan.seed}_{_newest_revision()}_{_GENERATION}"

    def _new_name(self) -> str:
        return f"passing_{next(self._numbers)}"

    @abstractmethod
    def _url(self, name: str) -> str: ...

    @abstractmethod
    def _has(self, name: str) -> bool: ...

    @abstractmethod
    def _bytes(self, name: str) -> int: ...

    @abstractmethod
    def _create(self, name: str) -> None: ...

    @abstractmethod
    def _copy(self, name: str, new_name: str) -> None: ...

    @abstractmethod
    def _finish(self, name: str, new_name: str) -> None: ...

    @abstractmethod
    def _drop(self, name: str) -> None: ...


class SqliteShelf(Shelf):
    """SQLite files in one folder."""

    engine = "SQLite"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def _url(self, name: str) -> str:
        return f"sqlite:///{self._path(name)}"

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.db"

    def _has(self, name: str) -> bool:
        return self._path(name).exists()

    def _bytes(self, name: str) -> int:
        return self._path(name).stat().st_size

    def _create(self, name: str) -> None:
        self._drop(name)

    def _copy(self, name: str, new_name: str) -> None:
        shutil.copy(self._path(name), self._path(new_name))

    def _finish(self, name: str, new_name: str) -> None:
        self._path(name).rename(self._path(new_name))

    def _drop(self, name: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._path(name).with_name(f"{name}.db{suffix}").unlink(missing_ok=True)


class PostgresShelf(Shelf):
    """Databases of one cluster."""

    engine = "PostgreSQL"

    def __init__(self, cluster: PostgresCluster) -> None:
        super().__init__()
        self._cluster = cluster

    def _url(self, name: str) -> str:
        return self._cluster.url(name)

    def _has(self, name: str) -> bool:
        return name in self._cluster.names()

    def _bytes(self, name: str) -> int:
        return self._cluster.size(name)

    def _create(self, name: str) -> None:
        self._drop(name)
        self._cluster.create(name)

    def _copy(self, name: str, new_name: str) -> None:
        self._drop(new_name)
        self._cluster.create(new_name, template=name)

    def _finish(self, name: str, new_name: str) -> None:
        self._cluster.tidy(name)
        self._cluster.rename(name, new_name)

    def _drop(self, name: str) -> None:
        self._cluster.drop(name)


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """Open a store, and let go of its connections afterwards."""
    store = Store(url)
    try:
        yield store
    finally:
        store.engine.dispose()


def _newest_revision() -> str:
    """Return the number that the newest migration's file begins with."""
    files = (schema.MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return max(file.name for file in files).partition("_")[0]
