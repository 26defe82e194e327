"""Spool of a file's rows until they are compared and stored: in memory, or on disk by account."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Generic, TypeVar
from zlib import crc32

import numpy as np

from storage.errors import NoTemporaryRoomError
from storage.importing.movements import FileRows, FileTexts, Whole

GROUP_BYTES = 2**27  # of the file, held at once: as values they take three to five times as much
_MANY = 20_000  # rows that are put apart together: each part costs a write for every column


class Scratch(ExitStack):
    """Temporary files that are gone when the import ends, however it does."""

    def files(self, count: int) -> list[IO[bytes]]:
        """Open new empty files."""
        with temporary_room():
            return [self._file() for _ in range(count)]

    def path(self) -> Path:
        """Name a new file, for what must be opened by its name."""
        with temporary_room():
            folder = self.enter_context(TemporaryDirectory(ignore_cleanup_errors=True))
        return Path(folder) / "rows"

    def _file(self) -> IO[bytes]:
        opened = TemporaryFile()  # noqa: SIM115 - closed with the others
        self.callback(_discard, opened)
        return opened


R = TypeVar("R", bound=FileRows)


class Spool(Generic[R]):
    """Rows in groups; all of an account are in one, in the order of the file.

    Parameters
    ----------
    shape : type
        The class of the rows.
    texts : FileTexts
        That their numbers name.
    """

    def __init__(self, scratch: Scratch, groups: int, shape: type[R], texts: FileTexts) -> None:
        self.texts, self._shape = texts, shape
        self._parts: list[R] = []
        self._waiting = 0
        self._files = scratch.files(groups) if groups > 1 else []
        self._groups = np.zeros(0, np.int64)

    def group_of(self, account: str) -> int:
        """Find the group of an account."""
        # Not `hash`: it differs from run to run, and a failed import could not be repeated.
        return crc32(account.encode()) % max(1, len(self._files))

    def add(self, rows: R) -> None:
        """Take the next rows of the file."""
        self._parts.append(rows)
        self._waiting += len(rows)
        if self._files and self._waiting >= _MANY:
            self._put_apart()

    def __iter__(self) -> Iterator[R]:
        """Yield one group after the other, once; only one of them is in memory."""
        if not self._files:
            yield self._together()
            return
        self._put_apart()
        for file in self._files:
            with temporary_room():
                file.seek(0)  # flushes what was written, so a full disk shows here at the latest
            yield self._shape.joined(self.texts, list(self._read(file)))

    def _together(self) -> R:
        parts, self._parts, self._waiting = self._parts, [], 0
        return self._shape.joined(self.texts, parts)

    def _put_apart(self) -> None:
        rows = self._together()
        groups = self._groups_of(rows.account)
        with temporary_room():
            for group in np.unique(groups).tolist():
                _write(self._files[group], rows.pick(np.flatnonzero(groups == group)))

    def _groups_of(self, accounts: Whole) -> Whole:
        new = self.texts.account.names[self._groups.size :]
        found = np.fromiter(map(self.group_of, new), np.int64, len(new))
        self._groups = np.append(self._groups, found)
        return self._groups[accounts]

    def _read(self, file: IO[bytes]) -> Iterator[R]:
        while head := file.read(_HEAD):
            rows, count, size = np.frombuffer(head, np.int64).tolist()
            keys = [key or None for key in file.read(size).decode().split("\n")]
            ids = [keys[n * rows : (n + 1) * rows] for n in range(len(self._shape.IDS))]
            numbers = np.frombuffer(file.read(8 * rows * count), np.int64).reshape(count, rows)
            yield self._shape.of(self.texts, ids, [*numbers])


_HEAD = 3 * 8  # bytes: the counts of rows and arrays, and the length of the keys


def _write(file: IO[bytes], rows: FileRows) -> None:
    ids = (key or "" for keys in rows.ids() for key in keys)
    keys, numbers = "\n".join(ids).encode(), rows.numbers()  # no id has a break
    file.write(np.array([len(rows), len(numbers), len(keys)], np.int64).tobytes())
    file.write(keys)
    for one in numbers:
        file.write(one.tobytes())


class RepeatedKeys:
    """Finds the keys that a file has more than once, by their hashes: eight bytes a key."""

    def __init__(self, scratch: Scratch, groups: int) -> None:
        self._files = scratch.files(groups)

    def add(self, keys: Iterable[str]) -> None:
        """Take the next keys of the file."""
        hashes = np.fromiter(map(hash, keys), np.int64)
        groups = hashes % len(self._files)
        with temporary_room():
            for group, file in enumerate(self._files):
                file.write(hashes[groups == group].tobytes())

    def hashes(self) -> frozenset[int]:
        """Return the hashes of all repeated keys; one may be another key's by chance."""
        repeated: set[int] = set()
        for file in self._files:
            with temporary_room():
                file.seek(0)
            found = np.sort(np.frombuffer(file.read(), np.int64))
            repeated.update(found[1:][found[1:] == found[:-1]].tolist())
        return frozenset(repeated)


def _discard(file: IO[bytes]) -> None:
    with suppress(OSError):  # without room closing fails, too, and would hide what was said of it
        file.close()


@contextmanager
def temporary_room() -> Iterator[None]:
    """Say that there is no room where temporary files are written."""
    try:
        yield
    except OSError as error:
        raise NoTemporaryRoomError from error
