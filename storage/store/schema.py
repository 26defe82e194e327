"""Schema of a store: its revision, its upgrade to head, and a copy before that."""

import sqlite3
from contextlib import closing, suppress
from itertools import count
from pathlib import Path

from sqlalchemy import text

from storage.errors import (
    StorageError,
    StoreDamagedError,
    StoreNoDatabaseError,
    StoreNotReadyError,
    StoreTooNewError,
    StoreTooOldError,
)
from storage.store.engine import Store
from storage.store.files import file_trouble

CONNECTION = "nrrbot_connection"
MIGRATIONS = Path(__file__).parent.parent / "migrations"


class BackupError(StorageError):
    """The copy cannot be made where it was asked for, or not of this kind of database."""


def _revisions() -> list[str]:
    # By file name: Alembic knows them too, but takes longer to load than a question to answer.
    names = (path.name for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
    return sorted(name.partition("_")[0] for name in names)


def current_revision(store: Store) -> str | None:
    """Return the revision that the store is at; None when nothing is there yet."""
    # To ask whether there is the table takes PostgreSQL longer than all else before a start.
    with suppress(StoreNotReadyError), store.read() as session:
        revision = session.scalar(text("SELECT version_num FROM alembic_version"))
        return None if revision is None else str(revision)
    return None


def require_head(store: Store) -> None:
    """Check that the store has this version's tables.

    Raises
    ------
    StoreNotReadyError, StoreTooNewError
        If it does not; the message says what to do.
    """
    revision, revisions = current_revision(store), _revisions()
    if revision != revisions[-1]:
        _require_known(revision, revisions)
        raise StoreNotReadyError


def _require_known(revision: str | None, revisions: list[str]) -> None:
    if revision is not None and revision not in revisions:
        raise StoreTooOldError if revision < revisions[0] else StoreTooNewError


def upgrade(store: Store) -> bool:
    """Create or migrate the store in one transaction; return whether anything changed.

    A SQLite store that holds something is copied beside itself first.

    Raises
    ------
    StoreTooOldError, StoreTooNewError
        If a version of nrrbot set the store up that this one knows nothing of.
    """
    before, revisions = current_revision(store), _revisions()
    if before == revisions[-1]:
        return False
    _require_known(before, revisions)
    if before is not None and store.sqlite_path is not None:
        backup(store, _free_name(store.sqlite_path, f"before-{revisions[-1]}"))
    _migrate(store)
    return True


def _migrate(store: Store) -> None:
    from alembic import command  # noqa: PLC0415 - slow to load, and rarely needed
    from alembic.config import Config  # noqa: PLC0415 - the same

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.write() as session:
        config.attributes[CONNECTION] = session.connection()
        command.upgrade(config, "head")


def _free_name(path: Path, label: str) -> Path:
    names = (path.with_suffix(f".{label}{'' if n == 1 else f'.{n}'}.db") for n in count(1))
    return next(name for name in names if not name.exists())  # a failed upgrade left its copy


def backup(store: Store, target: Path) -> None:
    """Write a consistent copy of a SQLite store while others go on reading and writing.

    Raises
    ------
    BackupError
        If the target is there already, cannot be written, or the store is not SQLite.
    """
    if store.sqlite_path is None:
        raise BackupError("only a SQLite store is copied by nrrbot: use pg_dump for PostgreSQL")
    if current_revision(store) is None:
        raise StoreNotReadyError
    if target.exists():
        raise BackupError("there is a file of that name already: choose another for the backup")
    try:
        with closing(sqlite3.connect(store.sqlite_path)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        with suppress(OSError):
            target.unlink()  # a part of a copy would be taken for one
        trouble = file_trouble(error, store.sqlite_path)
        if isinstance(trouble, StoreDamagedError | StoreNoDatabaseError):
            raise trouble from None
        raise BackupError("the copy cannot be written: check folder and room there") from None
