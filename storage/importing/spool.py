"""Spool of a file's movements until they are stored: in memory, or on disk by account."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO
from zlib import crc32

import numpy as np

from storage.errors import NoTemporaryRoomError
from storage.importing.movements import NUMBERS, FileMovements, FileTexts, Whole

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


class Spool:
    """Movements in groups; all rows of an account are in one, in the order of the file."""

    def __init__(self, scratch: Scratch, groups: int, texts: FileTexts) -> None:
        self._texts = texts
        self._parts: list[FileMovements] = []
        self._waiting = 0
        self._files = scratch.files(groups) if groups > 1 else []
        self._groups = np.zeros(0, np.int64)

    def add(self, movements: FileMovements) -> None:
        """Take the next rows of the file."""
        self._parts.append(movements)
        self._waiting += len(movements)
        if self._files and self._waiting >= _MANY:
            self._put_apart()

    def __iter__(self) -> Iterator[FileMovements]:
        """Yield one group after the other, once; only one of them is in memory."""
        if not self._files:
            yield self._together()
            return
        self._put_apart()
        for file in self._files:
            with temporary_room():
                file.seek(0)  # flushes what was written, so a full disk shows here at the latest
            yield FileMovements.joined(self._texts, list(self._read(file)))

    def _together(self) -> FileMovements:
        parts, self._parts, self._waiting = self._parts, [], 0
        return FileMovements.joined(self._texts, parts)

    def _put_apart(self) -> None:
        movements = self._together()
        groups = self._groups_of(movements.account)
        with temporary_room():
            for group in np.unique(groups).tolist():
                some = movements.pick(np.flatnonzero(groups == group))
                self._write(self._files[group], some)

    def _groups_of(self, accounts: Whole) -> Whole:
        new = self._texts.account.names[self._groups.size :]
        # Not `hash`: it differs from run to run, and a failed import could not be repeated.
        found = (crc32(name.encode()) % len(self._files) for name in new)
        self._groups = np.append(self._groups, np.fromiter(found, np.int64, len(new)))
        return self._groups[accounts]

    def _write(self, file: IO[bytes], movements: FileMovements) -> None:
        keys = "\n".join(key or "" for key in movements.movement_id).encode()  # no id has a break
        file.write(np.array([len(movements), len(keys)], np.int64).tobytes())
        file.write(keys)
        for numbers in movements.numbers():
            file.write(numbers.tobytes())

    def _read(self, file: IO[bytes]) -> Iterator[FileMovements]:
        while head := file.read(16):
            rows, size = np.frombuffer(head, np.int64).tolist()
            keys = [key or None for key in file.read(size).decode().split("\n")]
            count = len(NUMBERS) + len(self._texts.values)
            numbers = [np.frombuffer(file.read(8 * rows), np.int64) for _ in range(count)]
            yield FileMovements.of(self._texts, keys, numbers)


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
