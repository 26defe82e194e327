"""Columns whose rows are all alike, apart from the others: they are written once."""

from collections.abc import Iterator, Mapping
from itertools import chain
from types import MappingProxyType

from storage.columns.codec import Whole

Cell = int | None
_AT_ONCE = 10_000  # rows: as objects a column of millions would take ten times its room


def alike_apart(
    columns: Mapping[str, Whole], *, nothing: Mapping[str, int] = MappingProxyType({})
) -> tuple[dict[str, Iterator[Cell]], dict[str, Cell]]:
    """Put columns apart from those that have the same number in all rows.

    Parameters
    ----------
    nothing : mapping of str to int
        Columns that can be NULL, and what stands for it.

    Returns
    -------
    different : dict of str to iterator
        Cells by column, to be gone through once.
    same : dict of str to int or None
        One cell for all rows.
    """
    different, same = dict[str, Iterator[Cell]](), dict[str, Cell]()
    for name, numbers in columns.items():
        cells = chain.from_iterable(_stretches(numbers, nothing.get(name)))
        if numbers.size and bool((numbers == numbers[0]).all()):
            same[name] = next(cells)
        else:
            different[name] = cells
    return different, same


def _stretches(numbers: Whole, nothing: int | None) -> Iterator[list[Cell]]:
    for start in range(0, numbers.size, _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        cells: list[Cell] = some.tolist()
        is_whole = nothing is None or not (some == nothing).any()
        yield cells if is_whole else [None if cell == nothing else cell for cell in cells]
