"""Numbers of what comes one after the other: ids of a table's next rows, places of keys."""

from functools import cache
from typing import TypeVar

from sqlalchemy import Integer, func, inspect, literal_column, select
from sqlmodel import Session, SQLModel

from storage.store.prepared import Prepared

K = TypeVar("K")


class Numbers(dict[K, int]):
    """Numbers of keys from 0, in the order in which they are first asked for."""

    def __missing__(self, key: K) -> int:
        self[key] = number = len(self)
        return number


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
