"""Rows of text on disk, for files that are not themselves read row by row."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

SPOOLED_TOGETHER = 500


class RowSpool:
    """Writes rows that are not blank into a file, with the numbers that they have."""

    def __init__(self, file: TextIO) -> None:
        self.count = 0
        self._file = file
        self._lines: list[int] = []
        self._rows: list[Sequence[str]] = []

    def add(self, line: int, cells: Sequence[str]) -> None:
        """Take the next row."""
        if not "".join(cells).strip():
            return
        self.count += 1
        self._lines.append(line)
        self._rows.append(cells)
        if len(self._lines) == SPOOLED_TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Write what was taken."""
        self._file.write(json.dumps([self._lines, self._rows]) + "\n")
        self._lines, self._rows = [], []


def spooled_rows(
    path: Path, *, behind: int, width: int
) -> Iterator[tuple[list[int], list[list[str]]]]:
    """Yield the rows behind a line, each with at least so many cells and none that is needless."""
    with path.open(encoding="utf-8") as file:
        for text in file:
            lines, rows = json.loads(text)
            first = next((place for place, line in enumerate(lines) if line > behind), len(lines))
            yield lines[first:], [_fitted(cells, width) for cells in rows[first:]]


def _fitted(cells: list[str], width: int) -> list[str]:
    if len(cells) > width and not any(cells[width:]):
        return cells[:width]
    return cells + [""] * (width - len(cells))
