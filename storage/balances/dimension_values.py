"""Which values the stored dimensions have: the words of a question, without reading the ledger."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from storage.tables.ledger import AccountAttribute, DimensionValue

Pair = tuple[str, str]


def add_values(session: Session, pairs: Iterable[Pair]) -> None:
    """Remember pairs of dimension and value, known ones included."""
    unknown = sorted(set(pairs) - stored_values(session))
    if unknown:
        rows = [{"dimension": dimension, "value": value} for dimension, value in unknown]
        session.execute(insert(DimensionValue), rows)


def values_by_dimension(session: Session) -> dict[str, tuple[str, ...]]:
    """Return every stored dimension with the values that occur, both in order."""
    values: defaultdict[str, list[str]] = defaultdict(list)
    for dimension, value in sorted(stored_values(session)):
        values[dimension].append(value)
    return {dimension: tuple(found) for dimension, found in values.items()}


def rebuild_values(session: Session) -> None:
    """Drop all of them and read the attributes again."""
    session.execute(delete(DimensionValue))
    add_values(session, ledger_values(session))


def ledger_values(session: Session) -> set[Pair]:
    """Return every pair from the attributes themselves: all of them are read."""
    columns = col(AccountAttribute.dimension), col(AccountAttribute.value)
    return {(dimension, value) for dimension, value in session.execute(select(*columns).distinct())}


def stored_values(session: Session) -> set[Pair]:
    """Return every pair that is remembered."""
    rows = session.execute(select(col(DimensionValue.dimension), col(DimensionValue.value)))
    return {(dimension, value) for dimension, value in rows}
