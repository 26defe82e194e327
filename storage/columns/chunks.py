"""A column as it is stored, a chunk after the other, and joined for who needs all of it at once."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np

from storage.columns.arrays import CHUNK
from storage.columns.codec import Whole, unpack

_NOTHING = np.zeros(0, np.int8)


class Chunks:
    """The cells of a column by chunk; a chunk may be missing, or some of its cells at the end.

    Parameters
    ----------
    rows : iterable
        The number of each chunk and its packed cells, in ascending order.
    fill : int
        The value of a cell that is missing.
    """

    def __init__(self, rows: Iterable[tuple[Any, ...]], *, fill: int = 0) -> None:
        self._parts: dict[int, Whole] = {chunk: unpack(packed) for chunk, packed in rows}
        self._fill = fill

    @cached_property
    def whole(self) -> Whole:
        """The cells up to the last one that is stored."""
        last = max(self._parts, default=0)
        parts = [self.part(chunk, CHUNK) for chunk in range(last)]
        parts.append(self._parts.get(last, _NOTHING))
        if len(parts) == 1:
            return parts[0]
        joined = np.concatenate(parts)
        starts = range(0, joined.size, CHUNK)  # so that no cell is held twice
        self._parts = {n: joined[start : start + CHUNK] for n, start in enumerate(starts)}
        return joined

    def part(self, chunk: int, size: int) -> Whole:
        """Find so many cells of a chunk."""
        return fitted(self._parts.get(chunk, _NOTHING), size, fill=self._fill)


def fitted(cells: Whole, size: int, *, fill: int = 0) -> Whole:
    """Return so many cells; those at the end can be missing."""
    if cells.size >= size:
        return cells[:size]
    kind = np.result_type(cells.dtype, np.min_scalar_type(fill))  # wide ones take their time
    return np.concatenate([cells, np.full(size - cells.size, fill, kind)])
