"""Long lists of keys in pieces that a statement can carry."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
SIZE = 5_000
"""Well under the number of bound parameters that SQLite and PostgreSQL accept."""


def batches(items: Iterable[T]) -> Iterator[list[T]]:
    """Yield ``items`` in lists of at most `SIZE`."""
    rest = iter(items)
    while batch := list(islice(rest, SIZE)):
        yield batch
