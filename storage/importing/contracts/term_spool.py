"""Spool of a list's terms until they are compared: in memory, or on disk by account."""

from collections.abc import Iterator
from typing import IO
from zlib import crc32

import numpy as np

from storage.importing.contracts.term_rows import NUMBERS, TermRows
from storage.importing.movements import FileTexts, Whole
from storage.importing.spool import Scratch, temporary_room

_MANY = 20_000  # rows that are put apart together


class TermSpool:
    """Rows in groups; all of an account are in one, in the order of the file."""

    def __init__(self, scratch: Scratch, groups: int, texts: FileTexts) -> None:
        self.texts = texts
        self._parts: list[TermRows] = []
        self._waiting = 0
        self._files = scratch.files(groups) if groups > 1 else []
        self._groups = np.zeros(0, np.int64)

    @property
    def groups(self) -> int:
        """The number of groups."""
        return max(1, len(self._files))

    def group_of(self, account: str) -> int:
        """Find the group of an account."""
        # Not `hash`: it differs from run to run, and a failed import could not be repeated.
        return crc32(account.encode()) % self.groups

    def add(self, rows: TermRows) -> None:
        """Take the next rows of the file."""
        self._parts.append(rows)
        self._waiting += len(rows)
        if self._files and self._waiting >= _MANY:
            self._put_apart()

    def __iter__(self) -> Iterator[TermRows]:
        """Yield one group after the other, once; only one of them is in memory."""
        if not self._files:
            yield self._together()
            return
        self._put_apart()
        for file in self._files:
            with temporary_room():
                file.seek(0)
            yield TermRows.joined(self.texts, list(self._read(file)))

    def _together(self) -> TermRows:
        parts, self._parts, self._waiting = self._parts, [], 0
        return TermRows.joined(self.texts, parts)

    def _put_apart(self) -> None:
        rows = self._together()
        groups = self._groups_of(rows.column("account"))
        with temporary_room():
            for group in np.unique(groups).tolist():
                _write(self._files[group], rows.pick(np.flatnonzero(groups == group)))

    def _groups_of(self, accounts: Whole) -> Whole:
        new = self.texts.account.names[self._groups.size :]
        found = np.fromiter(map(self.group_of, new), np.int64, len(new))
        self._groups = np.append(self._groups, found)
        return self._groups[accounts]

    def _read(self, file: IO[bytes]) -> Iterator[TermRows]:
        width = len(NUMBERS) + len(self.texts.values)
        while head := file.read(16):
            rows, size = np.frombuffer(head, np.int64).tolist()
            ids = file.read(size).decode().split("\n")  # no id has a break
            columns = np.frombuffer(file.read(8 * rows * width), np.int64).reshape(width, rows)
            yield TermRows(self.texts, columns, ids[:rows], ids[rows:])


def _write(file: IO[bytes], rows: TermRows) -> None:
    ids = "\n".join([*rows.contract, *rows.amends]).encode()
    file.write(np.array([len(rows), len(ids)], np.int64).tobytes())
    file.write(ids)
    file.write(np.ascontiguousarray(rows.columns).tobytes())
