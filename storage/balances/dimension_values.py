"""Values of the stored dimensions: all that occur, as words of a question, and an account's own."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from metrics.rollup import Attributes
from storage.store.statements import batches
from storage.tables.ledger import AccountAttribute, DimensionValue

Pair = tuple[str, str]


def values_by_dimension(session: Session) -> dict[str, tuple[str, ...]]:
    """Return every stored dimension with the values that occur, both in order."""
    values: defaultdict[str, list[str]] = defaultdict(list)
    for dimension, value in sorted(stored_values(session)):
        values[dimension].append(value)
    return {dimension: tuple(found) for dimension, found in values.items()}


def stored_values(session: Session) -> set[Pair]:
    """Return every pair of dimension and value that is stored."""
    rows = session.execute(select(col(DimensionValue.dimension), col(DimensionValue.value)))
    return {(dimension, value) for dimension, value in rows}


def attributes_at(
    session: Session, day: date, *, roots: Collection[str], as_of: datetime | None = None
) -> dict[str, Attributes]:
    """Return the stored attributes of some topmost accounts at a boundary, paying or not."""
    table = AccountAttribute
    found: dict[str, dict[str, str]] = {root: {} for root in roots}
    for some in batches(sorted(roots)):
        statement = (
            select(col(table.account_id), col(table.dimension), col(table.value))
            .where(col(table.account_id).in_(some), col(table.valid_from) < day)
            .order_by(col(table.valid_from), col(table.id))  # of a dimension the last counts
        )
        if as_of is not None:
            statement = statement.where(col(table.recorded_at) <= as_of)
        for root, dimension, value in session.execute(statement):
            found[root][dimension] = value
    return {**found}
