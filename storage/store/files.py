"""Files of a SQLite store: itself, what SQLite keeps beside it, and the copies there."""

from contextlib import suppress
from pathlib import Path

_OTHERS = 0o066  # to read or write for the group, or for everybody


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
    return [each for each in (*beside, *list_copies(path)) if _is_open(each)]


def _is_open(path: Path) -> bool:
    with suppress(FileNotFoundError):
        return bool(path.stat().st_mode & _OTHERS)
    return False
