"""Values of the stored dimensions: all that occur, as words of a question."""

from collections import defaultdict

from sqlalchemy import select
from sqlmodel import Session, col

from storage.store.prepared import Prepared
from storage.tables.ledger import DimensionValue

Pair = tuple[str, str]
_VALUES = Prepared(select(col(DimensionValue.dimension), col(DimensionValue.value)))
NOTHING_SAID = ""
"""The value of a statement that takes back those of its dimension and day."""


def values_by_dimension(session: Session) -> dict[str, tuple[str, ...]]:
    """Return every stored dimension with the values that occur, both in order."""
    values: defaultdict[str, list[str]] = defaultdict(list)
    for dimension, value in sorted(stored_values(session)):
        values[dimension].append(value)
    return {dimension: tuple(found) for dimension, found in values.items()}


def stored_values(session: Session) -> set[Pair]:
    """Return every pair of dimension and value that is stored; nothing said is no value."""
    every = _VALUES.rows(session)
    return {(dimension, value) for dimension, value in every if value != NOTHING_SAID}
