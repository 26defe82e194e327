"""Columns whose rows are all alike, apart from the others: they are written once."""

from collections.abc import Mapping
from types import MappingProxyType

from storage.columns.codec import Whole


def alike_apart(
    columns: Mapping[str, Whole], *, nothing: Mapping[str, int] = MappingProxyType({})
) -> tuple[dict[str, list[int | None]], dict[str, int | None]]:
    """Put columns apart from those that have the same number in all rows.

    Parameters
    ----------
    nothing : mapping of str to int
        Columns that can be NULL, and what stands for it.
    """
    different, same = {}, {}
    for name, numbers in columns.items():
        is_one = numbers.size and bool((numbers == numbers[0]).all())
        cells: list[int | None] = numbers[:1].tolist() if is_one else numbers.tolist()
        if name in nothing and bool((numbers == nothing[name]).any()):
            cells = [None if cell == nothing[name] else cell for cell in cells]
        if is_one:
            same[name] = cells[0]
        else:
            different[name] = cells
    return different, same
