"""What imports ask of any table: whether it holds a row, and the id that its next one gets."""

from functools import cache

from sqlalchemy import Integer, func, inspect, literal_column, select
from sqlmodel import Session, SQLModel

from storage.store.prepared import Prepared


def has_rows(session: Session, table: type[SQLModel]) -> bool:
    """Tell whether a table holds any row."""
    return bool(_any_row(table).rows(session))


def next_id(session: Session, table: type[SQLModel]) -> int:
    """Find the id after the largest one of a table; 1 where it is empty."""
    [(largest,)] = _largest_id(table).rows(session)
    return (largest or 0) + 1


@cache
def _any_row(table: type[SQLModel]) -> Prepared:
    return Prepared(select(literal_column("1", Integer)).select_from(table).limit(1))


@cache
def _largest_id(table: type[SQLModel]) -> Prepared:
    return Prepared(select(func.max(inspect(table).columns["id"])))
