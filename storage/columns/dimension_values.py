"""Values of the stored dimensions: all that occur, as words of a question."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from storage.store.prepared import OpeningBatch, Prepared
from storage.tables.ledger import DimensionValue

Pair = tuple[str, str]
_VALUES = Prepared(select(col(DimensionValue.dimension), col(DimensionValue.value)))
_NUMBERED = Prepared(
    select(col(DimensionValue.dimension), col(DimensionValue.value)).order_by(
        col(DimensionValue.number)
    ),
    batch=OpeningBatch.NEW_ANSWER,
)
NOTHING_SAID = ""
"""The value of a statement that takes back those of its dimension and day."""


def values_by_dimension(session: Session) -> dict[str, tuple[str, ...]]:
    """Return every stored dimension with the values that occur, both in order."""
    values: defaultdict[str, list[str]] = defaultdict(list)
    for dimension, value in sorted(_said(numbered_pairs(session))):
        values[dimension].append(value)
    return {dimension: tuple(found) for dimension, found in values.items()}


def stored_values(session: Session) -> set[Pair]:
    """Return every pair of dimension and value that is stored; nothing said is no value."""
    return _said(_VALUES.rows(session))


def numbered_pairs(session: Session) -> list[Pair]:
    """Return every pair of dimension and value by its number."""
    return [(dimension, value) for dimension, value in _NUMBERED.rows(session)]


def _said(pairs: Iterable[tuple[Any, ...]]) -> set[Pair]:
    return {(dimension, value) for dimension, value in pairs if value != NOTHING_SAID}
