"""What no program can beat: to read a period's columns from memory once."""

from time import perf_counter

import numpy as np
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, SQLModel, col

from benchmarks.figures import Span
from storage.store.column_types import day_number
from storage.tables.columns import AccountColumn, MonthColumn, PlaceColumn

_WORDS = 2**25
"""Of 8 bytes each: more than any cache holds."""


def seconds_to_read(session: Session, span: Span) -> float:
    """Return how long this memory takes to hand over the columns of a period's two ends."""
    ends = [day_number(span.start), day_number(span.end)]
    placed = col(PlaceColumn.month).in_(ends)
    sizes = (
        _bytes(session, MonthColumn, col(MonthColumn.amount), col(MonthColumn.month).in_(ends)),
        _bytes(session, PlaceColumn, col(PlaceColumn.attribute_set), placed),
        _bytes(session, AccountColumn, col(AccountColumn.first_paid)),
    )
    return sum(sizes) / bytes_a_second()


def bytes_a_second() -> float:
    """Measure how fast memory is read by one core."""
    words = np.ones(_WORDS, np.int64)
    seconds = []
    for _ in range(3):
        began = perf_counter()
        words.max()
        seconds.append(perf_counter() - began)
    return float(words.nbytes / min(seconds))


def _bytes(
    session: Session,
    table: type[SQLModel],
    array: Mapped[bytes],
    *where: ColumnElement[bool],
) -> int:
    size = select(func.sum(func.length(array))).select_from(table).where(*where)
    return int(session.scalar(size) or 0)
