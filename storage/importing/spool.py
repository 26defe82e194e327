"""Spool of a file's movements until they are stored: in memory, or on disk by account."""

import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from tempfile import TemporaryFile
from typing import IO, Any
from zlib import crc32

from storage.errors import NoTemporaryRoomError
from storage.importing.movements import FileMovements

GROUP_BYTES = 2**27  # of the file, held at once: as values they take four to six times as much


class Scratch(ExitStack):
    """Temporary files that are gone when the import ends, however it does."""

    def files(self, count: int) -> list[IO[bytes]]:
        """Open new empty files."""
        with _room():
            return [self._file() for _ in range(count)]

    def _file(self) -> IO[bytes]:
        opened = TemporaryFile()  # noqa: SIM115 - closed with the others
        self.callback(_discard, opened)
        return opened


class Spool:
    """Movements in groups; all rows of an account are in one, in the order of the file."""

    def __init__(self, scratch: Scratch, groups: int, dimensions: Sequence[str]) -> None:
        self._dimensions = tuple(dimensions)
        self._whole = FileMovements.none(dimensions)
        self._files = scratch.files(groups) if groups > 1 else []

    def add(self, movements: FileMovements) -> None:
        """Take the next rows of the file."""
        if not self._files:
            self._whole.extend(movements.columns())
            return
        places: defaultdict[int, list[int]] = defaultdict(list)
        for place, account in enumerate(movements.content.account_id):
            # Not `hash`: it differs from run to run, and a failed import could not be repeated.
            places[crc32(account.encode()) % len(self._files)].append(place)
        with _room():
            for group, some in places.items():
                line = json.dumps(movements.pick(some).columns(), ensure_ascii=False)
                self._files[group].write(line.encode() + b"\n")

    def __iter__(self) -> Iterator[FileMovements]:
        """Yield one group after the other; only one of them is in memory."""
        if not self._files:
            yield self._whole
        for file in self._files:
            with _room():
                file.seek(0)  # flushes what was written, so a full disk shows here at the latest
            yield self._group(file)

    def _group(self, lines: Iterable[bytes]) -> FileMovements:
        group = FileMovements.none(self._dimensions)
        known: dict[Any, Any] = {}
        for text in lines:
            line, key, *others = json.loads(text)
            # JSON makes every cell anew: equal ones become one object again, ids are all distinct.
            shared = ([known.setdefault(cell, cell) for cell in column] for column in others)
            group.extend([line, key, *shared])
        return group


class RepeatedKeys:
    """Finds the keys that a file has more than once, by their hashes: eight bytes a key."""

    def __init__(self, scratch: Scratch, groups: int) -> None:
        self._files = scratch.files(groups)

    def add(self, keys: Iterable[str]) -> None:
        """Take the next keys of the file."""
        hashes: defaultdict[int, array[int]] = defaultdict(lambda: array("q"))
        for number in map(hash, keys):
            hashes[number % len(self._files)].append(number)
        with _room():
            for group, some in hashes.items():
                self._files[group].write(some.tobytes())

    def hashes(self) -> frozenset[int]:
        """Return the hashes of all repeated keys; one may be another key's by chance."""
        repeated: set[int] = set()
        for file in self._files:
            with _room():
                file.seek(0)
            found = array("q", file.read())
            if len(set(found)) < len(found):
                repeated |= {number for number, times in Counter(found).items() if times > 1}
        return frozenset(repeated)


def _discard(file: IO[bytes]) -> None:
    with suppress(OSError):  # without room closing fails, too, and would hide what was said of it
        file.close()


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NoTemporaryRoomError from error
