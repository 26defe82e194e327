"""Files of a SQLite store: itself, what SQLite keeps beside it, and the copies there."""

import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from metrics.days import day_in_full
from storage.errors import (
    NoTemporaryRoomError,
    StorageError,
    StoreDamagedError,
    StoreFullError,
    StoreNoDatabaseError,
    StoreNotReadyError,
    StoreUnreachableError,
)

_NO_FOLDER = "the folder in DATABASE_URL is not there: create it, or correct its name"
_IS_FOLDER = "DATABASE_URL names a folder: name a file in it, such as nrrbot.db"
_FORBIDDEN = "the store's file may not be opened: check the rights on it and on its folder"
_OTHERS = 0o066  # to read or write for the group, or for everybody
_ROOM = 64 * 1024  # bytes: SQLite needs half of it to open a store at all
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_IOERR_SHORT_READ", "SQLITE_IOERR_DATA")
_UNOPENED = ("SQLITE_CANTOPEN", "SQLITE_IOERR")


def list_copies(path: Path) -> list[Path]:
    """List the copies that lie beside a store and carry its name, the newest first."""
    found = [each for each in path.parent.glob("*.db") if _is_copy(each, path)]
    return sorted(found, key=lambda each: each.stat().st_mtime, reverse=True)


def _is_copy(file: Path, path: Path) -> bool:
    # An empty one is what is left of a copy for which there was no room.
    return file.name.startswith(path.stem) and file != path and file.stat().st_size > 0


def list_open_to_others(path: Path) -> list[Path]:
    """List the files of a store that somebody else than their owner may read or write."""
    beside = [path.with_name(f"{path.name}{end}") for end in ("", "-wal", "-shm")]
    return [each for each in (*beside, *list_copies(path)) if is_open_to_others(each)]


def is_open_to_others(path: Path) -> bool:
    """Tell whether somebody else than its owner may read or write a file."""
    with suppress(FileNotFoundError):
        return bool(path.stat().st_mode & _OTHERS)
    return False


def file_trouble(error: BaseException, path: Path) -> StorageError | None:
    """Find what is wrong with a store's file by SQLite's error; None for another trouble."""
    name = str(getattr(error, "sqlite_errorname", ""))
    if name.startswith(_DAMAGED):
        return StoreDamagedError(_last_backup(path))
    if name == "SQLITE_NOTADB":
        return StoreNoDatabaseError(_last_backup(path))
    if name == "SQLITE_FULL" and is_full(_temporary_folder()) and not is_full(path.parent):
        return NoTemporaryRoomError()
    return _unopened(path) if name.startswith(_UNOPENED) else None


def absence(path: Path) -> StorageError | None:
    """Find why a store's file cannot be found; None where it can."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return StoreNotReadyError() if path.parent.exists() else StoreUnreachableError(_NO_FOLDER)
    except PermissionError:  # some Pythons call what they may not look for absent
        return StoreUnreachableError(_FORBIDDEN)
    except OSError:
        return StoreUnreachableError()
    return None


def _unopened(path: Path) -> StorageError:
    # SQLite says the same of all of these.
    why = absence(path)
    if why is not None and not isinstance(why, StoreNotReadyError):
        return why
    if path.is_dir():
        return StoreUnreachableError(_IS_FOLDER)
    if is_full(path.parent):
        return StoreFullError()
    may = os.access(path if path.exists() else path.parent, os.R_OK | os.W_OK)
    return StoreUnreachableError(None if may else _FORBIDDEN)


def is_full(folder: Path) -> bool:
    """Tell whether a disk has no room in which SQLite could write anything."""
    return shutil.disk_usage(folder).free < _ROOM


def _temporary_folder() -> Path:
    # SQLite's choice, for what it sorts; Python takes another folder where TMPDIR has no room.
    named = os.environ.get("SQLITE_TMPDIR") or os.environ.get("TMPDIR")
    return Path(named) if named and Path(named).is_dir() else Path("/var/tmp")  # noqa: S108 # nosec B108


def _last_backup(path: Path) -> str:
    for copy in list_copies(path):
        day = datetime.fromtimestamp(copy.stat().st_mtime, UTC)
        return f"{copy.name} of {day_in_full(day)}"
    return "from where `nrrbot db backup` wrote it"
