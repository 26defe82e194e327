"""File that a source is fetched into: CSV that imports read, row by row, as large as it may be."""

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from storage.errors import SourceFailedError
from storage.importing.spool import temporary_room

HEADER_LINES = 2
"""Lines above the first row: the one that names the separator, and the header."""
_ROOM_LOOKED_AT = 1_000  # rows


class RowsFile:
    """A CSV file that grows by rows of text, up to the size that an import may have.

    Parameters
    ----------
    columns : sequence of str
        Names of the columns, as the header has them.
    """

    def __init__(self, path: Path, columns: Sequence[str], *, max_bytes: int) -> None:
        self.path, self.count = path, 0
        self._max_bytes = max_bytes
        with temporary_room():
            self._file = path.open("w", encoding="utf-8", newline="")
            # Or the separator would be guessed from cells that a stranger has written.
            self._file.write("sep=,\n")
            self._rows = csv.writer(self._file, lineterminator="\n")
            self._rows.writerow(columns)

    def add(self, cells: Sequence[str]) -> None:
        """Write the next row.

        Raises
        ------
        SourceFailedError
            If the file is larger than an import may be.
        """
        with temporary_room():
            self._rows.writerow(cells)
            self.count += 1
            if self.count % _ROOM_LOOKED_AT == 0 and self._file.tell() > self._max_bytes:
                raise SourceFailedError(
                    f"what it gives is larger than the limit of {self._max_bytes // 2**20} MiB:"
                    " raise NRRBOT_MAX_IMPORT_MIB, or ask for less"
                )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with temporary_room():
            self._file.close()
