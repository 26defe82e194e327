"""Layout of a table: what stands between its cells, and which row names the columns."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from statistics import median

LOOKED_AT = 60
"""Rows at the start of a file that its layout is told by."""
_SEPARATORS = ",;\t|"
_SAID = re.compile(r'"?sep=(.)"?\s*')


@dataclass(frozen=True, slots=True)
class Layout:
    """The separator of cells, and the row that the header is, counted from 0 with blank ones."""

    separator: str = ","
    header: int = 0


def layout_of(lines: Sequence[str]) -> Layout:
    """Tell how the first lines of a file are to be read.

    The separator is the one that divides most rows into as many cells as the header has. Title
    lines above the header are those with at most half as many cells as the rows below have.
    """
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    said = _SAID.fullmatch(lines[first]) if lines else None
    if said:
        rows = list(_rows(lines[first + 1 :], said[1]))
        return Layout(said[1], first + 1 + header_place(rows))
    by_separator = {mark: list(_rows(lines, mark)) for mark in _SEPARATORS}
    separator = max(_SEPARATORS, key=lambda mark: _agreement(by_separator[mark]))
    return Layout(separator, header_place(by_separator[separator]))


def header_place(rows: Sequence[Sequence[str]]) -> int:
    """Find the first row that is neither blank nor a title; 0 where all are blank."""
    filled = [sum(1 for cell in cells if cell.strip()) for cells in rows]
    for place, count in enumerate(filled):
        below = [other for other in filled[place + 1 :] if other]
        if count and (not below or 2 * count > median(below)):
            return place
    return 0


def _agreement(rows: Sequence[Sequence[str]]) -> tuple[float, int]:
    """Tell how large a part of the rows is as wide as the header, and that width."""
    place = header_place(rows)
    width = len(rows[place]) if rows else 0
    if width < len("ab"):
        return 0.0, 0
    counts = [len(cells) for cells in rows if cells]
    return counts.count(width) / len(counts), width


def _rows(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    with suppress(csv.Error):  # of what another separator divides, or is wrong further down
        yield from islice(csv.reader(lines, delimiter=separator, strict=True), LOOKED_AT)
