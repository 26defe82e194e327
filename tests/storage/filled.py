"""What tests begin with: a file that many import into their empty stores is imported once.

Each process imports it once, and copies what it came to: the file of SQLite, and the rows of
PostgreSQL, which copies a whole database for longer than a small import takes.
"""

import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Unpack

from storage.importing.report import ImportReport
from storage.store.engine import Store
from storage.store.messages import driver_of
from tests.storage.at_head import lasting_folder, sqlite_at_head
from tests.storage.stores import Given, import_text, rows

_TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
"""
_NUMBERS = "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"

_filled: dict[tuple[str, ...], tuple[Callable[[Store], None], ImportReport]] = {}


def fill(store: Store, content: str, **given: Unpack[Given]) -> ImportReport:
    """Import into an empty store as `import_text` does; not for a test of importing itself."""
    assert _is_empty(store), "the store is not empty"
    key = store.engine.dialect.name, content, repr(sorted(given.items()))
    if key not in _filled:
        report = import_text(store, content, **given)
        _filled[key] = _copier_of(store), report
        return report
    copy_into, report = _filled[key]
    copy_into(store)
    return report


def _is_empty(store: Store) -> bool:
    if store.sqlite_path is None:
        return not _tables(store)
    store.engine.dispose()  # which leaves all that was written in the one file
    return store.sqlite_path.read_bytes() == sqlite_at_head().path.read_bytes()


def _copier_of(store: Store) -> Callable[[Store], None]:
    if store.sqlite_path is None:
        return partial(_put, tables=_tables(store), numbers=dict(rows(store, _NUMBERS)))
    store.engine.dispose()
    copied = Path(shutil.copy(store.sqlite_path, lasting_folder() / "filled.db"))
    return lambda other: _copy_file(copied, other)


def _copy_file(path: Path, store: Store) -> None:
    assert store.sqlite_path is not None
    shutil.copy(path, store.sqlite_path)


def _tables(store: Store) -> dict[str, bytes]:
    """Read the tables of PostgreSQL that hold something."""
    names, found = rows(store, _TABLES), {}
    with store.read() as session:
        driver = driver_of(session)
        for (name,) in names:
            with driver.cursor() as cursor, cursor.copy(f"COPY {name} TO STDOUT") as out:
                found[name] = b"".join(map(bytes, out))
    return {name: content for name, content in found.items() if content}


def _put(store: Store, *, tables: Mapping[str, bytes], numbers: Mapping[str, int]) -> None:
    """Write tables of PostgreSQL as they were read, and let their numbers go on."""
    with store.write() as session:
        driver = driver_of(session)
        driver.execute("SET LOCAL session_replication_role = replica")  # nothing is checked again
        for name, content in tables.items():
            with driver.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN") as into:
                into.write(content)
        for name, number in numbers.items():
            driver.execute("SELECT setval(%s::text::regclass, %s)", (name, number))
