"""Stores at head: the migrations make one in a process, and all others are copies of it."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from storage.store import schema
from storage.store.engine import Store
from tests.postgresql import Server
from tests.storage.stores import PostgresqlTemplate, SqliteTemplate, open_store


@cache
def sqlite_at_head() -> SqliteTemplate:
    """Make an empty store to be copied."""
    with open_store(lasting_folder() / "store.db") as store:
        schema.upgrade(store)
        return template_of(store)


def lasting_folder() -> Path:
    """Make a folder that lasts as long as the process."""
    folder = Path(tempfile.mkdtemp(prefix="nrrbot-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def template_of(store: Store) -> SqliteTemplate:
    """Keep a store in SQLite as it is now, to be copied."""
    path = lasting_folder() / "template.db"
    schema.backup(store, path)
    with open_store(path) as copied, copied.read() as session:
        session.connection()  # which turns the write-ahead log on: its copies have it then
    return SqliteTemplate(path)


@cache
def postgresql_at_head(server: Server) -> PostgresqlTemplate:
    """Make the same in a database, which lasts as long as its server."""
    url = server.create_database()
    with open_store(url) as store:
        schema.upgrade(store)
    return PostgresqlTemplate(server, str(url.database))


def set_up(store: Store) -> None:
    """Bring a store to head as `schema.upgrade` does; a new one as a copy."""
    path = store.sqlite_path
    if path is None or path.exists():
        schema.upgrade(store)
    else:
        sqlite_at_head().copy(path)
