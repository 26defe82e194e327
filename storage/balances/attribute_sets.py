"""Combinations of dimension values, each stored once and named by a number."""

import json
from collections.abc import Iterator
from functools import lru_cache
from types import MappingProxyType

from sqlalchemy import insert, select
from sqlmodel import Session, col

from metrics.rollup import Attributes
from storage.tables.ledger import AttributeSet


def read_attribute_sets(session: Session) -> dict[int, Attributes]:
    """Return every stored combination by its number."""
    rows = session.execute(select(col(AttributeSet.id), col(AttributeSet.values_json)))
    return {number: _parsed(values) for number, values in rows}


@lru_cache(maxsize=2**14)
def _parsed(values: str) -> Attributes:
    return MappingProxyType(json.loads(values))


class AttributeSets:
    """Numbers combinations within one writing session; `flush` stores the ones that are new."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._combinations = read_attribute_sets(session)
        self._numbers = {_key(found): number for number, found in self._combinations.items()}
        self._last = max(self._combinations, default=0)
        self._unsaved: list[dict[str, int | str]] = []

    def __getitem__(self, number: int) -> Attributes:
        return self._combinations[number]

    def __iter__(self) -> Iterator[int]:
        return iter(self._combinations)

    def number(self, attributes: Attributes) -> int:
        """Return the number of a combination, a new one if it never occurred."""
        key = _key(attributes)
        number = self._numbers.get(key)
        return self._add(key, attributes) if number is None else number

    def flush(self) -> None:
        """Store the combinations that are new."""
        if self._unsaved:
            self._session.execute(insert(AttributeSet), self._unsaved)
            self._unsaved = []

    def _add(self, key: frozenset[tuple[str, str]], attributes: Attributes) -> int:
        self._last += 1
        self._numbers[key], self._combinations[self._last] = self._last, attributes
        values = json.dumps(attributes, sort_keys=True, ensure_ascii=False)
        self._unsaved.append({"id": self._last, "values_json": values})
        return self._last


def _key(attributes: Attributes) -> frozenset[tuple[str, str]]:
    return frozenset(attributes.items())
