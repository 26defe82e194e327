"""Reads of a warehouse that an answer can do without while it is away."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from storage.errors import WarehouseUnreachableError

T = TypeVar("T")


def unless_away(read: Callable[[], T]) -> T | None:
    """Read what a store does not keep of a warehouse; an answer that is kept goes on without."""
    with suppress(WarehouseUnreachableError):
        return read()
    return None
